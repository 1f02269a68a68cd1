//! The administration through the real daemon: changes that outlive a death, and devices tried out.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Appliance, Http, PrinterStand, SOON, Stand, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::stage::{Stage, await_health, await_spool, create_ticket};

/// A client that has signed in as the manager.
struct Administrator {
    http: Http,
    token: String,
}

impl Administrator {
    async fn of(branch: &Appliance) -> Administrator {
        let mut http = branch.http();
        let sent = json!({"login": "manager", "password": "demo-manager"});
        let reply = http.post("/v1/login", &sent).await.ok();
        let token = reply.json()["token"].as_str().expect("a token").to_owned();
        Administrator { http, token }
    }

    async fn get(&mut self, path: &str) -> Value {
        self.http.get_as(path, &self.token).await.ok().json()
    }

    async fn send(&mut self, method: &str, path: &str, tag: &str, body: &Value) -> (u16, Value) {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("Authorization", bearer.as_str()), ("If-Match", tag)];
        let reply = self.http.ask(method, path, &headers, body.to_string().as_bytes()).await;
        (reply.status, reply.json())
    }

    /// Changes the settings; the version before and the one after.
    async fn change(&mut self, change: impl FnOnce(&mut Value)) -> (u64, u64) {
        let read = self.get("/v1/settings").await;
        let (before, mut settings) =
            (read["version"].as_u64().expect("is there"), read["settings"].clone());
        change(&mut settings);
        let tag = format!("\"{before}\"");
        let (status, answer) = self.send("PUT", "/v1/settings", &tag, &settings).await;
        assert_eq!(status, 200, "{answer}");
        (before, answer["version"].as_u64().expect("is there"))
    }
}

#[tokio::test]
async fn a_change_that_was_answered_outlives_a_kill_with_who_made_it() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let mut manager = Administrator::of(&branch).await;
    let (_, version) = manager
        .change(|settings| {
            settings["name"] = json!("Renamed");
            settings["zone"] = json!("Asia/Kathmandu");
        })
        .await;
    // Health tells the time of the new zone, without a restart.
    let offset_min = async |branch: &Appliance| {
        let health = branch.http().get("/health").await.json();
        let text = health["clock"]["local_time"].as_str().expect("is there").to_owned();
        text[14..16].parse::<i64>().expect("is there")
    };
    let local = offset_min(&branch).await;
    let utc = std::process::Command::new("date").args(["-u", "+%M"]).output().expect("is there");
    let utc: i64 =
        String::from_utf8(utc.stdout).expect("is there").trim().parse().expect("is there");
    let ahead = (local - utc).rem_euclid(60);
    assert!([44, 45].contains(&ahead), "{ahead} minutes and some hours ahead of UTC");
    branch.kill();
    branch.start_again().await.expect("starts again");
    // The token is as good as before: the key outlives too.
    manager.http = branch.http();
    let read = manager.get("/v1/settings").await;
    assert_eq!(
        (read["version"].as_u64(), &read["settings"]["name"]),
        (Some(version), &json!("Renamed"))
    );
    let history = manager.get("/v1/settings/history").await;
    assert_eq!(history[0]["who"]["name"], "Manager");
    assert_eq!(
        (&history[0]["changes"][0]["path"], &history[1]["by"]),
        (&json!("/name"), &json!("box"))
    );
    branch.stop().await;
}

#[tokio::test]
async fn a_sign_out_and_a_new_password_outlive_a_kill() {
    let stage = Stage::new();
    let mut branch = stage.branch().await;
    let mut manager = Administrator::of(&branch).await;
    let sent = json!({"login": "clerk1", "password": "demo-clerk"});
    let token = manager.http.post("/v1/login", &sent).await.ok().json()["token"].take();
    let token = token.as_str().expect("a token").to_owned();
    let new = json!({"password": "long enough, that is"});
    assert_eq!(manager.send("PUT", "/v1/operators/1/password", "", &new).await.0, 200);
    branch.kill();
    branch.start_again().await.expect("starts again");
    let mut http = branch.http();
    assert_eq!(http.get_as("/v1/me", &token).await.status, 401);
    assert_eq!(http.post("/v1/login", &sent).await.status, 401);
    let sent = json!({"login": "clerk1", "password": "long enough, that is"});
    assert_eq!(http.post("/v1/login", &sent).await.status, 200);
    branch.stop().await;
}

/// A branch with a printer, a display for the hall and a keypad at counter 1.
struct Hall {
    printer: PrinterStand,
    display: Stand,
    keypad: Stand,
    branch: Appliance,
    // Last, so that the folder outlives what uses it.
    _stage: Stage,
}

impl Hall {
    async fn open() -> Hall {
        let stage = Stage::new();
        let folder = stage.path("");
        let printer = stage.printer().await;
        let display = Stand::start("display", &folder, "display", &[]).await.expect("starts");
        let keypad = Stand::start("keypad", &folder, "keypad", &[]).await.expect("starts");
        let one = |kind: &str, driver: &str, port: &std::path::Path, more: &str| {
            format!("{{kind=\"{kind}\",driver=\"{driver}\",port=\"{}\"{more}}}", port.display())
        };
        let devices = [
            one("printer", "escpos", printer.link(), ""),
            one("display", "alpha", display.link(), ",hall=true"),
            one("keypad", "kp1", keypad.link(), ",counter=1"),
        ];
        let set = format!("devices=[{}]", devices.join(","));
        let branch = stage.plan().set(&set).start().await.expect("starts");
        await_health(&branch, "devices that are online", |health| {
            (0..3).all(|device| health["devices"][device]["state"] == "online")
        })
        .await;
        Hall { printer, display, keypad, branch, _stage: stage }
    }

    async fn call(&self) {
        let mut http = self.branch.http();
        http.qm("createticket", json!({"service_id": 1})).await.ok();
        http.qm("callnextticket", json!({"desk_id": 1})).await.ok();
    }
}

#[tokio::test]
async fn a_test_slip_comes_out_and_says_what_the_printer_can() {
    let hall = Hall::open().await;
    let mut manager = Administrator::of(&hall.branch).await;
    let (status, tested) = manager.send("POST", "/v1/devices/1/test", "", &json!({})).await;
    assert_eq!((status, &tested["result"]), (200, &json!("printed")), "{tested}");
    hall.printer.wait_for_slips(1, SOON).await;
    let slip = hall.printer.slips().remove(0);
    for text in ["TEST", "Default branch", "Printer 1", "Magyar", "Please keep this slip"] {
        assert!(slip.to_lowercase().contains(&text.to_lowercase()), "{text} is not on it: {slip}");
    }
    hall.printer.tell("paper out").await;
    await_health(&hall.branch, "a printer that lacks paper", |health| {
        let reasons = health["devices"][0]["reasons"].as_array();
        reasons.is_some_and(|reasons| reasons.contains(&json!("paper-out")))
    })
    .await;
    let checks = manager.get("/v1/checks").await;
    let remedy = "The printer is out of paper: put in a new roll.";
    let trouble = checks.as_array().expect("a list").iter().find(|f| f["remedy"] == remedy);
    let trouble = trouble.expect("it is told");
    let expected = (&json!("device_trouble"), &json!("devices/1"), &json!("warning"));
    assert_eq!((&trouble["code"], &trouble["subject"], &trouble["severity"]), expected);
    let (status, tested) = manager.send("POST", "/v1/devices/1/test", "", &json!({})).await;
    assert_eq!((status, &tested["result"]), (200, &json!("waiting")), "{tested}");
    hall.printer.tell("paper in").await;
    hall.printer.wait_for_slips(2, SOON).await;
    await_spool(&hall.branch, "two slips that are printed", |states| {
        states == ["printed", "printed"]
    })
    .await;
    let devices = manager.get("/v1/devices").await;
    let printed = json!({"state": "printed", "count": 2});
    assert!(devices[0]["slips"].as_array().expect("is there").contains(&printed), "{devices}");
}

#[tokio::test]
async fn a_test_panel_gives_way_to_a_call_and_then_to_nothing() {
    let hall = Hall::open().await;
    let mut manager = Administrator::of(&hall.branch).await;
    let (status, tested) = manager.send("POST", "/v1/devices/2/test", "", &json!({})).await;
    assert_eq!((status, &tested["result"]), (200, &json!("shown")), "{tested}");
    hall.display.await_answer("show", |shown| shown == "TEST").await;
    hall.call().await;
    hall.display.await_answer("show", |shown| shown == "A001  1").await;
    let (status, _) = manager.send("POST", "/v1/devices/2/test", "", &json!({})).await;
    assert_eq!(status, 200);
    hall.display.await_answer("show", |shown| shown == "TEST").await;
    // Nobody is called meanwhile: it goes by itself.
    let back = until("the call that stood there", Duration::from_secs(20), async || {
        (hall.display.tell("show").await == "A001  1").then_some(())
    });
    back.await.expect("the test is over");
}

#[tokio::test]
async fn a_keypad_tells_which_key_was_pressed_and_no_customers_answer_is_lost_to_it() {
    let hall = Hall::open().await;
    let mut manager = Administrator::of(&hall.branch).await;
    let pressing = async {
        hall.keypad.await_answer("status", |status| status.contains("standing=asks")).await;
        hall.keypad.tell("press 3").await;
    };
    let sent = json!({});
    let testing = manager.send("POST", "/v1/devices/3/test", "", &sent);
    let ((status, tested), ()) = tokio::join!(testing, pressing);
    assert_eq!((status, &tested["result"], &tested["key"]), (200, &json!("pressed"), &json!(3)));
    assert!(hall.branch.ledger().entries("answered").is_empty(), "a test is nobody's answer");
    // While a customer is asked, nobody tests.
    hall.call().await;
    let mut http = hall.branch.http();
    http.qm("endcall", json!({"answer_id": "1"})).await.ok();
    hall.keypad.await_answer("status", |status| status.contains("standing=asks")).await;
    let (status, told) = manager.send("POST", "/v1/devices/3/test", "", &json!({})).await;
    assert_eq!((status, &told["code"]), (409, &json!("device_in_use")), "{told}");
    hall.keypad.tell("press 4").await;
    let answered = until("the customer's answer", SOON, async || {
        (hall.branch.ledger().entries("answered").len() == 1).then_some(())
    });
    answered.await.expect("it counts");
}

#[tokio::test]
async fn a_device_that_is_away_or_unknown_is_said_to_be_and_one_is_watched() {
    let mut hall = Hall::open().await;
    let mut manager = Administrator::of(&hall.branch).await;
    let (status, told) = manager.send("POST", "/v1/devices/9/test", "", &json!({})).await;
    assert_eq!((status, &told["code"]), (404, &json!("unknown_device")));
    let mut watched = TcpStream::connect(hall.branch.address()).await.expect("connects");
    let request = format!(
        "GET /v1/devices/2/monitor HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
        manager.token
    );
    watched.write_all(request.as_bytes()).await.expect("written");
    hall.call().await;
    let mut seen = String::new();
    let mut piece = vec![0; 4096];
    let watching = async {
        while !seen.contains("A001  1") {
            let count = watched.read(&mut piece).await.expect("it stays open");
            assert_ne!(count, 0, "it ended with {seen}");
            seen.push_str(&String::from_utf8_lossy(&piece[..count]));
        }
    };
    tokio::time::timeout(SOON, watching).await.expect("the call is seen");
    assert!(
        seen.contains("event: state\nid: 1\n") && seen.contains("\"text\":\"online\""),
        "{seen}"
    );
    drop(watched);
    hall.keypad = {
        let folder = hall._stage.path("");
        hall.keypad.stop().await.expect("stops");
        await_health(&hall.branch, "a keypad that is gone", |health| {
            health["devices"][2]["state"] == "offline"
        })
        .await;
        let (status, told) = manager.send("POST", "/v1/devices/3/test", "", &json!({})).await;
        assert_eq!((status, &told["code"]), (409, &json!("device_offline")), "{told}");
        Stand::start("keypad", &folder, "keypad", &[]).await.expect("starts")
    };
    await_health(&hall.branch, "a keypad that is back", |health| {
        health["devices"][2]["state"] == "online"
    })
    .await;
}

#[tokio::test]
async fn a_printer_that_is_named_at_the_page_prints_at_once_and_after_a_kill() {
    let stage = Stage::new();
    let printer = stage.printer().await;
    let port = std::fs::canonicalize(printer.link()).expect("it is there");
    let port = port.to_str().expect("plain").to_owned();
    let mut branch = stage.branch().await;
    let mut manager = Administrator::of(&branch).await;
    let list = manager.get("/v1/devices/list").await;
    assert_eq!((&list["version"], &list["set_in"]), (&json!(0), &json!("box")));
    let named = |name: &str, port: &str| json!({"devices": [{"kind": "printer", "driver": "escpos", "port": port, "name": name}]});
    let (status, answer) =
        manager.send("PUT", "/v1/devices/list", "\"0\"", &named("Door", &port)).await;
    assert_eq!((status, &answer["devices"][0]["id"]), (200, &json!(1)), "{answer}");
    let online = |name: &'static str| {
        move |health: &Value| {
            let device = &health["devices"][0];
            device["state"] == "online" && device["name"] == name
        }
    };
    await_health(&branch, "the new printer", online("Door")).await;
    create_ticket(&mut branch.http(), 1).await;
    printer.wait_for_slips(1, SOON).await;
    // Another name for the same printer: it goes on printing, and keeps its number.
    let mut renamed = named("Window", &port);
    renamed["devices"][0]["id"] = json!(1);
    let (status, answer) = manager.send("PUT", "/v1/devices/list", "\"1\"", &renamed).await;
    assert_eq!((status, &answer["version"]), (200, &json!(2)), "{answer}");
    branch.kill();
    branch.start_again().await.expect("starts");
    await_health(&branch, "the printer after the kill", online("Window")).await;
    create_ticket(&mut branch.http(), 1).await;
    let slips = printer.wait_for_slips(2, SOON).await;
    assert!(slips[1].contains("A002"), "{}", slips[1]);
    let mut manager = Administrator::of(&branch).await;
    let none = json!({"devices": []});
    let (status, _) = manager.send("PUT", "/v1/devices/list", "\"2\"", &none).await;
    assert_eq!(status, 200);
    let gone = |health: &Value| health["devices"].as_array().is_some_and(Vec::is_empty);
    await_health(&branch, "a box without devices", gone).await;
    // The port is free for another program, and a new device never gets an old number.
    let (status, answer) =
        manager.send("PUT", "/v1/devices/list", "\"3\"", &named("Door", &port)).await;
    assert_eq!((status, &answer["devices"][0]["id"]), (200, &json!(2)), "{answer}");
    await_health(&branch, "the printer once more", online("Door")).await;
}

#[tokio::test]
async fn devices_of_the_configuration_are_shown_and_not_changed() {
    let stage = Stage::new();
    let (_printer, branch) = stage.with_printer().await;
    let mut manager = Administrator::of(&branch).await;
    let list = manager.get("/v1/devices/list").await;
    assert_eq!((&list["set_in"], &list["devices"][0]["id"]), (&json!("configuration"), &json!(1)));
    let none = json!({"devices": []});
    let (status, answer) = manager.send("PUT", "/v1/devices/list", "\"0\"", &none).await;
    assert_eq!((status, &answer["code"]), (409, &json!("set_in_configuration")), "{answer}");
}
