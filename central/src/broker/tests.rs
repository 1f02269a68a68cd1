//! The real Mosquitto: who may do what, and that it is always there.

use std::net::TcpListener;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sync::development::{self, credentials};
use sync::ids::BranchId;
use sync::link::{Happening, Happenings, Link, LinkOptions, Message, MqttLink, Reason, connect};
use sync::topics::{Subject, Topic, central_filter};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use super::*;

const SOON: Duration = Duration::from_secs(10);

async fn started() -> (TempDir, Broker) {
    let folder = tempfile::tempdir().unwrap();
    let broker = Broker::start(folder.path(), None).await.unwrap();
    (folder, broker)
}

fn join(broker: &Broker, client: &str, credentials: Option<Credentials>) -> (MqttLink, Happenings) {
    connect(LinkOptions { credentials, ..LinkOptions::to(&broker.address(), client) })
}

async fn next(happenings: &mut Happenings) -> Happening {
    timeout(SOON, happenings.recv()).await.expect("something happens").expect("it lives")
}

/// A link that was let in, with these filters.
async fn inside(
    broker: &Broker,
    client: &str,
    credentials: Credentials,
    filters: &[&str],
) -> (MqttLink, Happenings) {
    let (link, mut happenings) = join(broker, client, Some(credentials));
    for filter in filters {
        link.subscribe(filter).unwrap();
    }
    let first = next(&mut happenings).await;
    assert!(matches!(first, Happening::Connected), "{first:?}");
    (link, happenings)
}

fn topic(branch: u32, subject: Subject) -> String {
    let tenant = development::tenant();
    Topic::Branch { tenant, branch: BranchId(branch), subject }.to_string()
}

/// Whether the broker takes this.
async fn takes(link: &MqttLink, happenings: &mut Happenings, topic: String) -> bool {
    let sent = link.publish(Message::new(topic, b"x".to_vec())).unwrap();
    loop {
        match next(happenings).await {
            Happening::Acked(id) if id == sent => return true,
            Happening::Rejected(id) if id == sent => return false,
            Happening::Message(delivery) => link.confirm(&delivery),
            other @ (Happening::Connected
            | Happening::Disconnected(_)
            | Happening::Acked(_)
            | Happening::Rejected(_)) => panic!("{other:?}"),
        }
    }
}

async fn heard(link: &MqttLink, happenings: &mut Happenings) -> String {
    loop {
        if let Happening::Message(delivery) = next(happenings).await {
            link.confirm(&delivery);
            return delivery.topic;
        }
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let tries = async {
        while !holds().await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, tries).await.unwrap_or_else(|_| panic!("{what}"));
}

#[tokio::test]
async fn a_branch_has_its_own_corner_and_central_has_all() {
    let (_folder, broker) = started().await;
    let (central, mut to_central) =
        inside(&broker, "central", broker.credentials(), &[&central_filter()]).await;
    let spying = [topic(2, Subject::Ack), "q/1/demo/#".into(), "#".into()];
    let spying: Vec<&str> = spying.iter().map(String::as_str).collect();
    let one = credentials(BranchId(1));
    let (first, mut to_first) = inside(&broker, "one", one, &spying).await;

    assert!(!takes(&first, &mut to_first, topic(2, Subject::Changes)).await, "another's");
    assert!(!takes(&first, &mut to_first, topic(1, Subject::Ack)).await, "central's word");
    assert!(!takes(&first, &mut to_first, "q/1/demo/central/st".into()).await, "central's state");
    assert!(!takes(&first, &mut to_first, "q/1/other/1/up/ch".into()).await, "another's at all");
    assert!(takes(&first, &mut to_first, topic(1, Subject::Changes)).await, "its own");
    assert_eq!(heard(&central, &mut to_central).await, topic(1, Subject::Changes));

    for said in [topic(2, Subject::Ack), topic(1, Subject::Ack)] {
        assert!(takes(&central, &mut to_central, said).await);
    }
    assert_eq!(heard(&first, &mut to_first).await, topic(1, Subject::Ack), "and not 2's before");
    broker.stop().await;
}

#[tokio::test]
async fn without_the_right_password_nobody_is_let_in() {
    let (_folder, broker) = started().await;
    let wrong = |user: &str| Credentials { user: user.into(), password: "wrong".into() };
    for (client, credentials) in [
        ("a", None),
        ("b", Some(wrong("demo-1"))),
        ("c", Some(wrong("central"))),
        ("d", Some(credentials(BranchId(development::BRANCHES_MAX + 1)))),
    ] {
        let (_link, mut happenings) = join(&broker, client, credentials);
        let first = next(&mut happenings).await;
        assert!(matches!(first, Happening::Disconnected(Reason::NotAllowed)), "{client} {first:?}");
    }
    let last = credentials(BranchId(development::BRANCHES_MAX));
    inside(&broker, "last", last, &[]).await;
    broker.stop().await;
}

#[tokio::test]
async fn a_broker_that_dies_comes_again_on_its_port() {
    let (_folder, broker) = started().await;
    let view = broker.view();
    let old = view.process().expect("it runs");
    kill(Pid::from_raw(old.cast_signed()), Signal::SIGKILL).unwrap();
    until("it is started again", async || view.restarts() == 1 && view.is_running()).await;
    assert_ne!(view.process(), Some(old));
    let own = broker.credentials();
    inside(&broker, "central", own, &[]).await;
    broker.stop().await;
    assert!(!view.is_running());
}

#[tokio::test]
async fn the_next_start_takes_the_port_of_the_last_and_another_if_it_must() {
    let (folder, broker) = started().await;
    let port = broker.address().port();
    let process = broker.view().process().expect("it runs");
    broker.stop().await;
    let proc = Path::new("/proc").join(process.to_string());
    assert!(!proc.exists(), "it was waited for");

    let broker = Broker::start(folder.path(), None).await.unwrap();
    assert_eq!(broker.address().port(), port);
    broker.stop().await;

    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let only = Broker::start(folder.path(), Some(port)).await;
    assert!(matches!(only, Err(BrokerError::PortTaken(found)) if found == port), "{only:?}");
    let broker = Broker::start(folder.path(), None).await.unwrap();
    assert_ne!(broker.address().port(), port);
    drop(taken);
    broker.stop().await;
}

#[tokio::test]
async fn a_broker_that_is_dropped_ends_too() {
    let (_folder, broker) = started().await;
    let view = broker.view();
    drop(broker);
    until("it ends", async || !view.is_running()).await;
}

#[tokio::test]
async fn its_folder_holds_no_password_to_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, broker) = started().await;
    let folder = folder.path().join(files::FOLDER);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        let text = std::fs::read_to_string(&path).unwrap();
        let secrets = [broker.credentials(), credentials(BranchId(1))];
        for secret in secrets {
            assert!(!text.contains(&secret.password), "{}", path.display());
        }
    }
    assert!(!format!("{broker:?}").contains(&broker.credentials().password));
    broker.stop().await;
}

#[test]
fn a_missing_program_is_named_with_its_package() {
    let error = files::program("no-such-program").expect_err("it is not there");
    assert!(error.to_string().contains("package `mosquitto`"), "{error}");
}
