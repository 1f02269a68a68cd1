//! The doctor, on real faults: each is named with evidence and a remedy, and gone once it is mended.

use std::net::TcpListener;
use std::path::Path;

use serde_json::{Value, json};
use tests::{SOON, Stand, Technician, until};

use crate::stage::Stage;
use crate::take_ticket;

/// The finding with this code, once the doctor has it.
pub(crate) async fn await_finding(box_: &Technician, code: &str, part: &str) -> Value {
    let mut last = Value::Null;
    let what = format!("the finding {code} of {part}");
    let found = until(&what, SOON, async || {
        let (exit, opinion) = box_.json(&["doctor"]);
        last = opinion;
        let finding = finding(&last, code, part)?;
        assert_eq!(exit, 1, "{last:#}");
        Some(finding)
    });
    let finding = found.await.unwrap_or_else(|late| panic!("{late}: {last:#}"));
    for member in ["message", "remedy", "subject", "severity"] {
        assert!(!finding[member].as_str().unwrap_or_default().is_empty(), "{member}: {finding}");
    }
    let text = box_.run(&["doctor"]).out;
    assert!(text.contains(code) && text.contains("->"), "{text}");
    finding
}

pub(crate) fn finding(opinion: &Value, code: &str, part: &str) -> Option<Value> {
    let findings = opinion["findings"].as_array().into_iter().flatten();
    let found = findings.filter(|finding| finding["code"] == code);
    found.into_iter().find(|finding| finding.to_string().contains(part)).cloned()
}

pub(crate) async fn await_gone(box_: &Technician, code: &str, part: &str) {
    let what = format!("an end of {code}");
    let gone = until(&what, SOON, async || {
        let (_, opinion) = box_.json(&["doctor"]);
        finding(&opinion, code, part).is_none().then_some(())
    });
    gone.await.expect("it is mended");
}

#[tokio::test]
async fn paper_out_and_a_printer_that_is_unplugged() {
    let stage = Stage::new();
    let (printer, branch) = stage.with_printer().await;
    let box_ = Technician::at(branch.folder());
    printer.tell("paper out").await;
    let finding = await_finding(&box_, "device_trouble", "paper-out").await;
    assert!(finding["remedy"].to_string().contains("put in a new roll"), "{finding}");
    let (code, devices) = box_.json(&["devices", "list"]);
    assert!(code == 1 && devices[0]["troubles"].to_string().contains("paper-out"), "{devices}");
    printer.tell("paper in").await;
    await_gone(&box_, "device_trouble", "paper-out").await;
    printer.tell("unplug").await;
    let finding = await_finding(&box_, "device_trouble", "port-").await;
    assert_eq!(finding["severity"], "error", "{finding}");
    // From outside it is seen that the port itself is gone.
    let port = await_finding(&box_, "port_missing", "printer").await;
    assert!(port["message"].to_string().contains("is not there"), "{port}");
    let status = box_.run(&["status"]);
    assert!(status.code == 1 && status.out.contains("offline"), "{status:?}");
    printer.tell("replug").await;
    await_gone(&box_, "port_missing", "printer").await;
    await_gone(&box_, "device_trouble", "port-").await;
}

#[tokio::test]
async fn a_display_that_is_silent() {
    let stage = Stage::new();
    let display = Stand::start("display", &stage.path(""), "display", &[]).await.expect("starts");
    let link = display.link().display().to_string();
    let set = format!(
        "devices=[{{kind=\"display\",driver=\"alpha\",port=\"{link}\",hall=true,confirm=true}}]"
    );
    let branch = stage.plan().set(&set).start().await.expect("starts");
    let box_ = Technician::at(branch.folder());
    crate::stage::await_printer(&branch, "online").await;
    display.tell("mute").await;
    let finding = await_finding(&box_, "device_trouble", "no-answer").await;
    assert_eq!(finding["subject"], "devices/1", "{finding}");
}

#[tokio::test]
async fn the_broker_is_away() {
    let stage = Stage::new();
    let mut central = stage.central().await;
    let plan = stage.plan().central(central.broker());
    let branch = plan.start().await.expect("starts");
    let box_ = Technician::at(branch.folder());
    await_gone(&box_, "broker_away", "").await;
    central.kill();
    let finding = await_finding(&box_, "broker_away", "").await;
    assert!(finding["message"].to_string().contains(central.broker()), "{finding}");
    assert!(finding["remedy"].to_string().contains("works on"), "{finding}");
}

#[tokio::test]
async fn a_service_without_a_counter() {
    let stage = Stage::new();
    let branch = stage.branch().await;
    let box_ = Technician::at(branch.folder());
    for counter in 0..4 {
        let path = format!("/counters/{counter}/serves");
        box_.well(&["config", "set", &path, "[1,2]"]);
    }
    let finding = await_finding(&box_, "service_without_counter", "services/3").await;
    assert!(finding["message"].to_string().contains("Service 3"), "{finding}");
    for counter in 0..4 {
        box_.well(&["config", "set", &format!("/counters/{counter}/serves"), "null"]);
    }
    await_gone(&box_, "service_without_counter", "").await;
}

/// Writes garbage into the middle of the database.
fn damage(folder: &Path) {
    use std::os::unix::fs::FileExt;
    let path = folder.join("branch.sqlite");
    let file = std::fs::File::options().write(true).open(&path).expect("opens");
    let size = file.metadata().expect("has a size").len();
    for page in (1..size / 4_096).step_by(2) {
        file.write_all_at(&[0xA5; 2_048], page * 4_096 + 512).expect("written");
    }
}

#[tokio::test]
async fn a_damaged_database_is_named_while_the_daemon_cannot_start() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    take_ticket(&mut branch.http(), 1).await;
    branch.stop().await;
    let box_ = Technician::at(branch.folder());
    let (code, opinion) = box_.json(&["doctor"]);
    assert!(code == 1 && finding(&opinion, "daemon_not_running", "").is_some(), "{opinion}");
    assert!(finding(&opinion, "database_damaged", "").is_none(), "{opinion}");
    damage(branch.folder());
    let before = std::fs::read(branch.folder().join("branch.sqlite")).expect("reads");
    let finding = await_finding(&box_, "database_damaged", "database").await;
    assert!(finding["remedy"].to_string().contains("anteroom restore"), "{finding}");
    let after = std::fs::read(branch.folder().join("branch.sqlite")).expect("reads");
    assert!(before == after, "looking changes nothing");
    let refused = branch.start_again().await.expect_err("it must not start").to_string();
    assert!(refused.contains("anteroom restore"), "{refused}");
}

#[tokio::test]
async fn a_clock_that_went_back() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    branch.stop().await;
    // As if all of it had been written by a clock that was ahead by a day.
    let sql = rusqlite::Connection::open(branch.folder().join("branch.sqlite")).expect("opens");
    sql.execute("UPDATE journal SET wall_ms = wall_ms + 86400000", []).expect("written");
    drop(sql);
    let box_ = Technician::at(branch.folder());
    let finding = await_finding(&box_, "clock_went_back", "clock").await;
    assert!(finding["message"].to_string().contains("last entry"), "{finding}");
    branch.start_again().await.expect("it serves all the same");
    let finding = await_finding(&box_, "clock_untrusted", "clock").await;
    assert_eq!(finding["severity"], "error", "{finding}");
}

#[tokio::test]
async fn what_the_configuration_names_is_looked_at_while_the_daemon_is_stopped() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    branch.stop().await;
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("has one");
    let file = stage.path("anteroomd.toml");
    let text = format!(
        "listen = \"{address}\"\n[[devices]]\nkind = \"printer\"\ndriver = \"escpos\"\n\
         port = \"/dev/serial/by-id/usb-nothing-here\"\n"
    );
    std::fs::write(&file, text).expect("written");
    let box_ = Technician::at(branch.folder());
    let file = file.to_str().expect("is text");
    let (code, opinion) = box_.json(&["doctor", "--config", file]);
    assert_eq!(code, 1);
    for (code, part) in [
        ("daemon_not_running", ""),
        ("address_in_use", &address.to_string()),
        ("port_missing", "usb-nothing-here"),
    ] {
        assert!(finding(&opinion, code, part).is_some(), "{code}: {opinion:#}");
    }
    std::fs::write(file, "lisen = 1\n").expect("written");
    let (_, opinion) = box_.json(&["doctor", "--config", file]);
    assert!(finding(&opinion, "configuration", "lisen").is_some(), "{opinion:#}");
}

#[tokio::test]
async fn the_devices_of_the_page_are_looked_at_while_the_daemon_is_stopped() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let mut http = branch.http();
    let login = json!({"login": "manager", "password": "demo-manager"});
    let token = http.post("/v1/login", &login).await.ok().json()["token"].clone();
    let bearer = format!("Bearer {}", token.as_str().expect("a token"));
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
        ("If-Match", "\"0\""),
    ];
    let port = "/dev/serial/by-id/usb-of-the-page";
    let list = json!({"devices": [{"kind": "printer", "driver": "escpos", "port": port}]});
    http.ask("PUT", "/v1/devices/list", &headers, list.to_string().as_bytes()).await.ok();
    let box_ = Technician::at(branch.folder());
    await_finding(&box_, "port_missing", "usb-of-the-page").await;
    branch.stop().await;
    let file = stage.path("anteroomd.toml");
    let doctor = |text: &str| {
        std::fs::write(&file, text).expect("written");
        box_.json(&["doctor", "--config", file.to_str().expect("is text")]).1
    };
    // Nobody has to name a configuration, and one without devices says nothing else.
    await_finding(&box_, "port_missing", "usb-of-the-page").await;
    let opinion = doctor("listen = \"127.0.0.1:0\"\n");
    let finding = finding(&opinion, "port_missing", "usb-of-the-page").expect("as the daemon does");
    assert_eq!(finding["subject"], "devices/1");
    let named = "[[devices]]\nkind = \"printer\"\ndriver = \"escpos\"\n\
                 port = \"/dev/serial/by-id/usb-of-the-file\"\n";
    let opinion = doctor(named);
    assert!(self::finding(&opinion, "port_missing", "usb-of-the-file").is_some(), "{opinion:#}");
    assert!(self::finding(&opinion, "port_missing", "usb-of-the-page").is_none(), "{opinion:#}");
    // A list that this program cannot use leaves the branch without devices, and is said.
    let sql = rusqlite::Connection::open(branch.folder().join("branch.sqlite")).expect("opens");
    sql.execute("UPDATE device_lists SET body = '[{}]'", []).expect("written");
    drop(sql);
    let opinion = doctor("");
    assert!(self::finding(&opinion, "devices_unusable", "").is_some(), "{opinion:#}");
    assert!(self::finding(&opinion, "port_missing", "").is_none(), "{opinion:#}");
    branch.start_again().await.expect("it serves all the same");
    assert_eq!(box_.json(&["devices", "list"]).1, json!([]));
}
