//! `anteroom-central`: the central server.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use central::config::{Arguments, Config};
use central::daemon;
use clap::{Args, Parser, Subcommand};
use serve::program::{EXIT_FAILED, EXIT_UNUSABLE};

/// Worker threads for HTTP. The intake and the broker's keeper have threads of their own.
const WORKERS: usize = 2;

/// Threads for what waits for the disk or works out passwords.
const BLOCKING_THREADS_MAX: usize = 16;

/// The central server of Anteroom: takes in what branches say, and answers head office.
#[derive(Parser)]
#[command(version, about)]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs the server.
    Serve(Serve),
}

#[derive(Args)]
#[command(after_help = "Examples:
  anteroom-central serve --demo --data /tmp/central --listen 127.0.0.1:0
  anteroom-central serve --config /etc/anteroom/central.toml
  anteroom-central serve --set mqtt.url=mqtt://127.0.0.1:1883 --set organisation.tenant=north-bank")]
struct Serve {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder [default: /var/lib/anteroom-central].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Overrides one key of the configuration; may be given many times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Plays the sample organisation, with a broker of its own.
    #[arg(long)]
    demo: bool,
}

fn main() -> ExitCode {
    match CommandLine::parse().task {
        Task::Serve(arguments) => serve(arguments),
    }
}

fn serve(line: Serve) -> ExitCode {
    let arguments = Arguments {
        config: line.config,
        data: line.data,
        listen: line.listen,
        sets: line.sets,
        demo: line.demo,
    };
    let config = match Config::load(&arguments) {
        Ok(config) => config,
        Err(error) => return complain(&error, EXIT_UNUSABLE),
    };
    if let Err(error) = serve::telemetry::install(&config.log) {
        return complain(&error, EXIT_UNUSABLE);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return complain(&error, EXIT_FAILED),
    };
    match runtime.block_on(daemon::run(config, show_setup_code)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error, EXIT_FAILED),
    }
}

/// For the person who starts the program, and not for the log, which others read.
#[expect(clippy::print_stderr, reason = "this is what the person at the terminal is told")]
fn show_setup_code(code: &str) {
    eprintln!(
        "anteroom-central: nobody can sign in yet.\n\
         Open this server's address in a browser, and enter this code.\n\
         It is shown only this once, and good for one user:\n\n    \
         {code}\n\n\
         Without a browser: POST /v1/setup {{\"code\",\"login\",\"name\",\"password\"}}\n"
    );
}

fn complain(error: &dyn Error, code: u8) -> ExitCode {
    serve::program::complain("anteroom-central", error, code)
}
