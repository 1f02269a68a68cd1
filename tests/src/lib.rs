//! What tests, benches and the demonstration stand on: the real programs, run as children.
//!
//! ```no_run
//! # async fn visit() {
//! use tests::{Appliance, PrinterStand};
//!
//! let folder = tempfile::tempdir().expect("a folder");
//! let printer = PrinterStand::start(folder.path()).await.expect("starts");
//! let mut branch = Appliance::plan(folder.path().join("data"))
//!     .printer(printer.link())
//!     .start()
//!     .await
//!     .expect("starts");
//! let mut http = branch.http();
//! let key = http.smart_key().await;
//! let ticket = http.smart_ticket(&key, 1).await.json()["ticket"].to_string();
//! printer.wait_for_slips(1, tests::SOON).await;
//! branch.stop().await;
//! # drop(ticket);
//! # }
//! ```
//!
//! Functions that a test calls for what must succeed panic where it does not, and say with what
//! answer; those that may fail give a [`Trouble`] or an [`std::io::Error`].

pub mod agreement;
pub mod appliance;
pub mod central;
pub mod chance;
pub mod dialects;
pub mod http;
pub mod ledger;
pub mod patience;
pub mod printer;
pub mod process;
pub mod programs;
pub mod screen;
pub mod stand;
pub mod technician;
pub mod trouble;

pub use appliance::{Appliance, Plan};
pub use central::{Central, CentralPlan};
pub use chance::Chance;
pub use http::{Http, Reply};
pub use ledger::Ledger;
pub use patience::{SOON, until};
pub use printer::PrinterStand;
pub use process::Process;
pub use stand::Stand;
pub use technician::{Said, Technician};
pub use trouble::Trouble;
