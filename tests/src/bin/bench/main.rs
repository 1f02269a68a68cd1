//! `make bench`: speed and memory, each figure beside its limit from the same run.
//!
//! Absolute figures belong to the machine they were measured on; the ratios are what we hold
//! ourselves to. Nothing here asserts: a busy machine must not fail a test.

mod bare;
mod client;
mod commits;
mod hung;
mod machine;
mod memory;
mod reads;
mod table;

use std::process::ExitCode;

use table::Table;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().map(String::as_str) == Some(bare::FLAG) {
        return bare::serve();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let Ok(runtime) = runtime else {
        return complain(&"the runtime cannot be started");
    };
    let before = machine::Load::now();
    let mut table = Table::default();
    // The commits bring a runtime of their own, with as many threads as the daemon has.
    let done = commits::measure(&mut table).and_then(|()| {
        runtime.block_on(async {
            reads::measure(&mut table).await?;
            hung::measure(&mut table).await?;
            memory::measure(&mut table).await
        })
    });
    table.print(machine::others_percent(before));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

#[expect(clippy::print_stderr, reason = "this is what the person at the terminal is told")]
fn complain(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("bench: {error}");
    ExitCode::FAILURE
}
