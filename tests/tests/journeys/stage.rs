//! What a journey has around it: a folder of its own, a printer, a branch.

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;
use tests::{Appliance, Central, Http, Plan, PrinterStand, SOON, until};

/// A folder that vanishes with the test.
pub(super) struct Stage {
    folder: TempDir,
}

impl Stage {
    pub(super) fn new() -> Stage {
        Stage { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A path within it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A branch with the sample data, not started yet.
    pub(super) fn plan(&self) -> Plan {
        Appliance::plan(self.path("data"))
    }

    /// A branch without devices.
    pub(super) async fn branch(&self) -> Appliance {
        self.plan().start().await.expect("the daemon starts")
    }

    /// The central server with its broker.
    pub(super) async fn central(&self) -> Central {
        Central::plan(self.path("central")).start().await.expect("central starts")
    }

    /// A printer, ready.
    pub(super) async fn printer(&self) -> PrinterStand {
        PrinterStand::start(self.folder.path()).await.expect("the printer starts")
    }

    /// A printer and a branch that has found it.
    pub(super) async fn with_printer(&self) -> (PrinterStand, Appliance) {
        let printer = self.printer().await;
        let branch = self.plan().printer(printer.link()).start().await.expect("starts");
        await_printer(&branch, "online").await;
        (printer, branch)
    }
}

/// Health once the only printer is `state`.
pub(super) async fn await_printer(branch: &Appliance, state: &str) -> Value {
    let what = format!("a printer that is {state}");
    await_health(branch, &what, |health| health["devices"][0]["state"] == state).await
}

/// Health once `wanted` holds for it.
pub(super) async fn await_health(
    branch: &Appliance,
    what: &str,
    wanted: impl Fn(&Value) -> bool,
) -> Value {
    let mut http = branch.http();
    let mut last = Value::Null;
    let found = until(what, SOON, async || {
        last = http.get("/health").await.json();
        wanted(&last).then(|| last.clone())
    });
    match found.await {
        Ok(health) => health,
        Err(late) => panic!("{late}; health says {last:#}"),
    }
}

/// The states of all slips once `wanted` holds for them.
pub(super) async fn await_spool(
    branch: &Appliance,
    what: &str,
    wanted: impl Fn(&[String]) -> bool,
) -> Vec<String> {
    let ledger = branch.ledger();
    let mut last = Vec::new();
    let found = until(what, SOON, async || {
        last = ledger.spool().into_iter().map(|slip| slip.state).collect();
        wanted(&last).then(|| last.clone())
    });
    match found.await {
        Ok(states) => states,
        Err(late) => panic!("{late}; the slips are {last:?}"),
    }
}

/// A ticket with a slip on printer 1, by Queue Management: its object.
pub(super) async fn create_ticket(http: &mut Http, service: u32) -> Value {
    let wish = serde_json::json!({"service_id": service, "device_id": 1});
    http.qm("createticket", wish).await.ok().json()["ticket"].take()
}
