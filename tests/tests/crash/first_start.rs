//! A first start that is cut short: the next one begins or goes on as if nothing had been.

use std::time::Duration;

use tests::{Appliance, Chance, Process};
use tokio::time::sleep;

use super::history::History;
use super::site::{Fact, Told};

/// Folders that are begun.
const FOLDERS: usize = 10;

/// Kills of each on its way.
const KILLS: usize = 3;

/// A first start takes about so many milliseconds until it serves.
const START_MS: usize = 120;

#[tokio::test]
async fn a_first_start_that_is_cut_short_can_be_had_again() {
    let mut chance = Chance::announced("first start");
    for _ in 0..FOLDERS {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("data");
        let arguments = ["--demo", "--listen", "127.0.0.1:0", "--data"].map(str::to_owned);
        let arguments = [&arguments[..], &[path.display().to_string()]].concat();
        for _ in 0..KILLS {
            let log = folder.path().join("cut.log");
            let mut daemon = Process::start("anteroomd", &arguments, None, &log).expect("starts");
            let life = u64::try_from(chance.below(START_MS)).expect("is short");
            sleep(Duration::from_millis(life)).await;
            daemon.kill();
        }
        let mut branch = Appliance::plan(&path).start().await.expect("starts");
        let mut http = branch.http();
        let token = http.smart_token(1).await;
        assert_eq!(http.ticket_status(&token).await["number"], "A001");
        branch.kill();
        let facts = vec![Fact::Taken { token }];
        History::new().examine(&path, &Told { facts, ..Told::default() });
    }
}
