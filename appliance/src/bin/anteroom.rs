//! `anteroom`: the command line of the technician.

use std::process::ExitCode;

fn main() -> ExitCode {
    appliance::cli::run()
}
