//! What befalls the paper: none, torn cables, long absence, a restart; each slip comes once.

use drivers::printer::paper::TORN;
use tests::dialects::text;
use tests::{PrinterStand, SOON};

use super::stage::{Stage, await_health, await_printer, await_spool, create_ticket};

fn all(state: &str) -> impl Fn(&[String]) -> bool {
    move |states: &[String]| !states.is_empty() && states.iter().all(|found| found == state)
}

fn is_copy(slip: &str) -> bool {
    slip.lines().any(|line| line.trim() == "COPY")
}

/// The label, on a line of its own.
fn shows(slip: &str, label: &str) -> bool {
    slip.lines().any(|line| line.trim() == label)
}

#[tokio::test]
async fn a_ticket_taken_without_paper_is_printed_once_there_is_some() {
    let stage = Stage::new();
    let (printer, branch) = stage.with_printer().await;
    printer.tell("paper out").await;
    let health = await_health(&branch, "a printer without paper", |health| {
        health["devices"][0]["reasons"].to_string().contains("paper-out")
    });
    assert_eq!(health.await["status"], "degraded");
    let mut http = branch.http();
    let ticket = create_ticket(&mut http, 1).await;
    await_spool(&branch, "a slip that waits", all("queued")).await;
    printer.tell("paper in").await;
    await_spool(&branch, "a slip on paper", all("printed")).await;
    // The slip of the next ticket comes right behind, so there was no second one.
    create_ticket(&mut http, 1).await;
    let slips = printer.wait_for_slips(2, SOON).await;
    assert!(shows(&slips[0], &text(&ticket["number"])) && shows(&slips[1], "A002"));
    assert!(!slips.iter().any(|slip| is_copy(slip)), "{slips:?}");
    assert_eq!(await_printer(&branch, "online").await["status"], "ok");
}

#[tokio::test]
async fn paper_that_ends_within_a_slip_ends_in_one_slip() {
    let stage = Stage::new();
    let (printer, branch) = stage.with_printer().await;
    // More than a question or two about its state, and less than a slip.
    printer.tell("paper out after 200 bytes").await;
    let mut http = branch.http();
    create_ticket(&mut http, 3).await;
    await_health(&branch, "a printer without paper", |health| {
        health["devices"][0]["reasons"].to_string().contains("paper-out")
    })
    .await;
    assert_eq!(branch.ledger().spool()[0].state, "sending");
    assert!(printer.slips().is_empty());
    printer.tell("paper in").await;
    await_spool(&branch, "a slip on paper", all("printed")).await;
    create_ticket(&mut http, 4).await;
    let slips = printer.wait_for_slips(2, SOON).await;
    assert!(shows(&slips[0], "C001") && slips[0].contains("Thank you"), "{}", slips[0]);
    assert!(shows(&slips[1], "D001"), "{}", slips[1]);
    assert!(!slips.iter().any(|slip| is_copy(slip)), "{slips:?}");
}

/// Takes a ticket for service 1 and pulls the plug while its slip is on the way.
async fn unplug_within_a_slip(printer: &PrinterStand, branch: &tests::Appliance) {
    printer.tell("slow 200").await;
    create_ticket(&mut branch.http(), 1).await;
    tests::until("a slip on its way", SOON, async || {
        let status = printer.tell("status").await;
        let waiting = status.split_once("waiting=")?.1.split(' ').next()?.parse::<u32>().ok()?;
        // Questions about its state alone are never so many bytes.
        (100 < waiting).then_some(())
    })
    .await
    .expect("the daemon prints");
    printer.tell("unplug").await;
}

#[tokio::test]
async fn a_cable_pulled_within_a_slip_makes_a_copy_with_the_same_number() {
    let stage = Stage::new();
    let (printer, branch) = stage.with_printer().await;
    unplug_within_a_slip(&printer, &branch).await;
    await_printer(&branch, "offline").await;
    // What had arrived comes out, as from a real printer's buffer: all of the slip, or its top.
    printer.tell("fast").await;
    printer.tell("replug").await;
    await_spool(&branch, "a slip on paper", all("printed")).await;
    create_ticket(&mut branch.http(), 2).await;
    await_spool(&branch, "both slips on paper", |states| states == ["printed"; 2]).await;
    let mut slips = printer.slips();
    let last = slips.pop().unwrap();
    assert!(shows(&last, "B001") && !is_copy(&last), "{last}");
    let copy = slips.pop().unwrap();
    assert!(shows(&copy, "A001") && is_copy(&copy), "{copy}");
    match slips.as_slice() {
        [] => assert!(copy.contains(TORN), "the top of the first slip is still on\n{copy}"),
        [whole] => assert!(shows(whole, "A001") && !is_copy(whole), "{whole}"),
        more => panic!("too many slips: {more:?}"),
    }
    assert_eq!(branch.ledger().spool()[0].copies, 1);
}

#[tokio::test]
async fn a_slip_that_nobody_waits_for_any_more_is_not_printed() {
    let stage = Stage::new();
    let printer = stage.printer().await;
    let plan = stage.plan().printer(printer.link()).set("printing.slip_age_max_s=1");
    let branch = plan.start().await.expect("starts");
    await_printer(&branch, "online").await;
    printer.tell("unplug").await;
    await_printer(&branch, "offline").await;
    create_ticket(&mut branch.http(), 1).await;
    await_spool(&branch, "a slip that is given up", all("expired")).await;
    let health = await_printer(&branch, "offline").await;
    let problems = health["problems"].to_string();
    assert!(problems.contains("1 slips of the last two days may be missing"), "{problems}");
    printer.tell("replug").await;
    let health = await_printer(&branch, "online").await;
    assert_eq!(health["status"], "degraded", "staff still have to look after that customer");
    assert_eq!(branch.ledger().spool()[0].state, "expired");
    assert_eq!(printer.slips(), [""; 0]);
}

#[tokio::test]
async fn a_daemon_that_is_stopped_sees_the_slip_through() {
    let stage = Stage::new();
    let (printer, mut branch) = stage.with_printer().await;
    // About 300 bytes leave within the time that a stopping daemon has, and not at once.
    printer.tell("slow 600").await;
    create_ticket(&mut branch.http(), 1).await;
    await_spool(&branch, "a slip on its way", all("sending")).await;
    branch.stop().await;
    assert_eq!(branch.ledger().spool()[0].state, "printed");
    let slips = printer.wait_for_slips(1, SOON).await;
    assert!(shows(&slips[0], "A001") && !is_copy(&slips[0]), "{slips:?}");
}

#[tokio::test]
async fn slips_that_wait_outlive_the_daemon() {
    let stage = Stage::new();
    let (printer, mut branch) = stage.with_printer().await;
    printer.tell("unplug").await;
    await_printer(&branch, "offline").await;
    let mut http = branch.http();
    for _ in 0..3 {
        create_ticket(&mut http, 1).await;
    }
    await_spool(&branch, "three slips that wait", |states| states == ["queued"; 3]).await;
    branch.restart().await;
    printer.tell("replug").await;
    await_spool(&branch, "three slips on paper", |states| states == ["printed"; 3]).await;
    branch.restart().await;
    create_ticket(&mut branch.http(), 1).await;
    let slips = printer.wait_for_slips(4, SOON).await;
    for (slip, label) in slips.iter().zip(["A001", "A002", "A003", "A004"]) {
        assert!(shows(slip, label) && !is_copy(slip), "{label} is not on\n{slip}");
    }
    assert_eq!(slips.len(), 4);
}
