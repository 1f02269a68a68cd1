//! Backups, from the branch at work to the branch after the damage.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tests::dialects::text;
use tests::{Appliance, Technician};

use crate::stage::Stage;
use crate::take_ticket;

/// What nobody may find in a backup.
const PERSONAL: &str = "Ilona Quarkbottle";

/// The labels of those who wait.
pub(crate) fn labels(branch: &Appliance) -> Vec<String> {
    let box_ = Technician::at(branch.folder());
    let (_, queue) = box_.json(&["queue"]);
    let services = queue["services"].as_array().expect("a list").iter();
    let labels = services.flat_map(|service| service["labels"].as_array().expect("a list"));
    labels.map(text).collect()
}

fn tickets_with_names(branch: &Appliance, box_: &Technician) {
    // By the socket, as whoever stands at the box.
    let body = json!({"service": 2, "client_name": PERSONAL, "note": "brings the green folder"});
    let mut socket = std::os::unix::net::UnixStream::connect(branch.folder().join("anteroom.sock"))
        .expect("connects");
    use std::io::{Read, Write};
    let body = body.to_string();
    write!(
        socket,
        "POST /v1/tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .expect("written");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("read");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let explained = box_.well(&["--json", "explain", "B001"]);
    assert!(!explained.contains(PERSONAL), "{explained}");
}

fn name(path: &Path) -> &str {
    path.to_str().expect("is text")
}

fn epoch(folder: &Path) -> Option<i64> {
    let sql = rusqlite::Connection::open(folder.join("branch.sqlite")).expect("opens");
    sql.query_row("SELECT epoch FROM box", [], |row| row.get(0)).ok()
}

fn damage(folder: &Path) {
    use std::os::unix::fs::FileExt;
    let file = std::fs::File::options().write(true).open(folder.join("branch.sqlite"));
    let file = file.expect("opens");
    let size = file.metadata().expect("has a size").len();
    for page in 1..size / 4_096 {
        file.write_all_at(&[0xA5; 2_048], page * 4_096 + 512).expect("written");
    }
}

#[tokio::test]
async fn damage_refusal_restore_and_nothing_before_the_backup_is_lost() {
    let stage = Stage::new();
    let mut central = stage.central().await;
    let mut branch = stage.plan().central(central.broker()).start().await.expect("starts");
    central
        .await_branch(1, "a branch in step", tests::SOON, |branch| branch["connected"] == true)
        .await;
    let mut http = branch.http();
    for service in [1, 1, 2] {
        take_ticket(&mut http, service).await;
    }
    let box_ = Technician::at(branch.folder());
    let file = stage.path("branch.backup");
    let (code, written) = box_.json(&["backup", name(&file)]);
    assert_eq!(code, 0, "{written}");
    let mode = {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(&file).expect("is there").permissions().mode()
    };
    assert_eq!(mode & 0o777, 0o600, "a backup is its owner's alone");
    let again = box_.run(&["backup", name(&file)]);
    assert!(again.code == 1 && again.err.contains("--force"), "{again:?}");
    let verified = box_.well(&["verify", name(&file)]);
    assert!(verified.contains("is whole"), "{verified}");
    let before = labels(&branch);
    assert_eq!(before, ["A001", "A002", "B001"]);
    let life = epoch(branch.folder()).expect("it has spoken to central");
    let login = json!({"login": "manager", "password": "demo-manager"});
    let token = http.post("/v1/login", &login).await.ok().json()["token"].clone();
    // Then more customers, and the disk rots.
    take_ticket(&mut http, 1).await;
    let running = box_.run(&["restore", name(&file), "--force"]);
    assert!(running.code == 1 && running.err.contains("systemctl stop"), "{running:?}");
    branch.stop().await;
    damage(branch.folder());
    let refused = branch.start_again().await.expect_err("must not start").to_string();
    assert!(refused.contains("is damaged") && refused.contains("anteroom restore"), "{refused}");
    let unforced = box_.run(&["restore", name(&file)]);
    assert!(unforced.code == 1 && unforced.err.contains("--force"), "{unforced:?}");
    let (code, restored) = box_.json(&["restore", name(&file), "--force"]);
    assert_eq!(code, 0, "{restored}");
    let aside = PathBuf::from(text(&restored["aside"]));
    assert!(aside.join("branch.sqlite").exists(), "what was there is kept");
    branch.start_again().await.expect("starts on the backup");
    assert_eq!(labels(&branch), before, "nothing acknowledged before the backup is lost");
    assert_ne!(epoch(branch.folder()), Some(life), "to central it is another life");
    let mut http = branch.http();
    let me = http.get_as("/v1/me", token.as_str().expect("a token")).await;
    assert_eq!(me.status, 401, "everybody has to sign in again");
    http.post("/v1/login", &login).await.ok();
    take_ticket(&mut http, 1).await;
    central.stop().await;
}

#[tokio::test]
async fn a_backup_has_no_personal_text_and_is_made_with_the_daemon_stopped_too() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    take_ticket(&mut branch.http(), 1).await;
    let box_ = Technician::at(branch.folder());
    tickets_with_names(&branch, &box_);
    let (running, stopped) = (stage.path("running.backup"), stage.path("stopped.backup"));
    box_.well(&["backup", name(&running)]);
    // The network never gets one, whoever asks: as the interface's description has it.
    let login = json!({"login": "manager", "password": "demo-manager"});
    let mut http = branch.http();
    let token = http.post("/v1/login", &login).await.ok().json()["token"].clone();
    let away = http.get_as("/v1/backup", token.as_str().expect("a token")).await;
    assert_eq!(away.status, 404, "{away:?}");
    branch.stop().await;
    let kept = std::fs::read(branch.folder().join("branch.sqlite")).expect("reads");
    assert!(contains(&kept, PERSONAL), "the box itself knows the name");
    box_.well(&["backup", name(&stopped)]);
    for file in [&running, &stopped] {
        let into = stage.path("unpacked");
        std::fs::remove_dir_all(&into).ok();
        std::fs::create_dir(&into).expect("made");
        let input = std::fs::File::open(file).expect("opens");
        let manifest = appliance::backup::unpack(input, &into).expect("is whole");
        assert_eq!((manifest.branch, manifest.database.sha256.len()), (1, 64));
        let database = std::fs::read(into.join("branch.sqlite")).expect("reads");
        assert!(!contains(&database, PERSONAL) && !contains(&database, "green folder"));
        assert!(contains(&database, "B001"), "the ticket itself is in it");
    }
    let left: Vec<_> = std::fs::read_dir(branch.folder())
        .expect("reads")
        .map(|entry| entry.expect("reads").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(".backup"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    // By way of the standard output, as over SSH, and into an empty folder.
    let other = Technician::at(&stage.path("other"));
    let bytes = box_.command(&["backup", "-"]).output().expect("runs").stdout;
    let mut child = other.command(&["restore", "-"]).stdin(Stdio::piped()).spawn().expect("runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("piped"), &bytes).expect("written");
    assert!(child.wait().expect("ends").success());
    let second = Appliance::plan(stage.path("other")).start().await.expect("starts");
    assert_eq!(labels(&second), ["A001", "B001"]);
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_spoilt_backup_is_refused_and_changes_nothing() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    take_ticket(&mut branch.http(), 1).await;
    let box_ = Technician::at(branch.folder());
    let file = stage.path("branch.backup");
    box_.well(&["backup", name(&file)]);
    branch.stop().await;
    let whole = std::fs::read(&file).expect("reads");
    let half = whole[..whole.len() / 2].to_vec();
    let mut flipped = whole.clone();
    let middle = flipped.len() * 3 / 4;
    flipped[middle] ^= 0x10;
    let before = std::fs::read(branch.folder().join("branch.sqlite")).expect("reads");
    for (what, bytes) in
        [("half", half), ("flipped", flipped), ("empty", Vec::new()), ("text", b"no".to_vec())]
    {
        std::fs::write(&file, bytes).expect("written");
        for words in [&["verify", name(&file)][..], &["restore", name(&file), "--force"]] {
            let (code, told) = box_.json(words);
            let why = text(&told["error"]["code"]);
            assert!(code == 1 && why.contains("backup"), "{what}: {told}");
        }
    }
    assert!(before == std::fs::read(branch.folder().join("branch.sqlite")).expect("reads"));
    // One whose pieces are right, and whose rows are not those of its journal.
    let into = stage.path("forged");
    std::fs::create_dir(&into).expect("made");
    appliance::backup::unpack(whole.as_slice(), &into).expect("is whole");
    let sql = rusqlite::Connection::open(into.join("branch.sqlite")).expect("opens");
    sql.execute("UPDATE branch SET last_ticket = last_ticket + 1", []).expect("written");
    drop(sql);
    let fault = appliance::backup::prove(&into).expect_err("contradicts itself").to_string();
    assert!(fault.contains("does not lead to the rows"), "{fault}");
    let left = std::fs::read_dir(branch.folder()).expect("reads").count();
    assert!(left < 12, "nothing is left behind");
    let _: Value = box_.json(&["doctor"]).1;
}
