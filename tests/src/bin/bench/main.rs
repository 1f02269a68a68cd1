//! `make bench`: speed and memory, each figure beside its limit from the same run.
//!
//! Absolute figures belong to the machine they were measured on; the ratios are what we hold
//! ourselves to. Nothing here asserts: a busy machine must not fail a test.
//!
//! Without arguments everything is measured; with names of parts (`commits`, `reads`, `day`,
//! `hung`, `memory`, `in-step`, `streams`) only those.

mod bare;
mod client;
mod commits;
mod day;
mod hung;
mod in_step;
mod machine;
mod memory;
mod reads;
mod streams;
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
    let done = measure(&arguments, &runtime, &mut table);
    table.print(machine::others_percent(before));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

fn measure(
    parts: &[String],
    runtime: &tokio::runtime::Runtime,
    table: &mut Table,
) -> Result<(), Box<dyn std::error::Error>> {
    let known = ["commits", "reads", "day", "hung", "memory", "in-step", "streams"];
    if let Some(unknown) = parts.iter().find(|part| !known.contains(&part.as_str())) {
        return Err(format!("`{unknown}` is none of {}", known.join(", ")).into());
    }
    let wanted = |name: &str| parts.is_empty() || parts.iter().any(|part| part == name);
    if wanted("commits") {
        // It brings a runtime of its own, with as many threads as the daemon has.
        commits::measure(table)?;
    }
    runtime.block_on(async {
        if wanted("reads") {
            reads::measure(table).await?;
        }
        if wanted("day") {
            day::measure(table).await?;
        }
        if wanted("hung") {
            hung::measure(table).await?;
        }
        if wanted("memory") {
            memory::measure(table).await?;
        }
        if wanted("in-step") {
            in_step::measure(table).await?;
        }
        if wanted("streams") {
            streams::measure(table).await?;
        }
        Ok(())
    })
}

#[expect(clippy::print_stderr, reason = "this is what the person at the terminal is told")]
fn complain(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("bench: {error}");
    ExitCode::FAILURE
}
