//! `anteroomd`: the branch daemon.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use appliance::config::{Arguments, Config};
use appliance::store::encoding::encode_settings_for_people;
use appliance::texts::Texts;
use appliance::{daemon, demo};
use clap::Parser;
use engine::DeviceId;

/// Worker threads for HTTP and devices. The box has two to four cores, and the registrar is one.
const WORKERS: usize = 2;

/// The command line was wrong, or the configuration.
const EXIT_UNUSABLE: u8 = 2;

/// The branch daemon of Anteroom: hands out tickets, calls customers, drives the devices.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Examples:
  anteroomd --demo --data /tmp/anteroom --listen 127.0.0.1:0
  anteroomd --config /etc/anteroom/anteroomd.toml
  anteroomd --sample-settings > settings.json
  anteroomd --demo --set mqtt.url=mqtt://127.0.0.1:1883
  anteroomd --demo --set 'devices=[{kind=\"printer\",driver=\"escpos\",port=\"/dev/ttyUSB0\"}]'"
)]
struct CommandLine {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder [default: /var/lib/anteroom].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:3000].
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Overrides one key of the configuration; may be given many times.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Loads the sample branch into an empty data folder.
    #[arg(long)]
    demo: bool,
    /// Prints the settings of the sample branch, to make your own from for `first_settings`.
    #[arg(long)]
    sample_settings: bool,
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    if line.sample_settings {
        return print_sample_settings();
    }
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
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return complain(&error, 1),
    };
    match runtime.block_on(daemon::run(config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error, 1),
    }
}

#[expect(clippy::print_stdout, reason = "this is what was asked for")]
fn print_sample_settings() -> ExitCode {
    let settings = demo::settings(&Texts::new(), DeviceId(1));
    println!("{}", encode_settings_for_people(&settings));
    ExitCode::SUCCESS
}

/// Says what is wrong, with every cause once, where the technician looks.
#[expect(clippy::print_stderr, reason = "this is what the person at the terminal is told")]
fn complain(error: &dyn Error, code: u8) -> ExitCode {
    eprint!("anteroomd: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprint!(": {error}");
        cause = error.source();
    }
    eprintln!();
    ExitCode::from(code)
}
