//! `anteroomd`: the branch daemon.

use std::error::Error;
use std::io::{BufRead, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use appliance::api::document::document;
use appliance::config::{Arguments, Config};
use appliance::offline::{self, OfflineFault};
use appliance::store::encoding::encode_settings_for_people;
use appliance::texts::Texts;
use appliance::{daemon, demo};
use clap::Parser;
use engine::DeviceId;
use serve::passwords::PASSWORD_BYTES_MAX;
use serve::program::{EXIT_FAILED, EXIT_UNUSABLE};

/// Worker threads for HTTP and devices. The box has two to four cores, and the registrar is one.
const WORKERS: usize = 2;

/// The branch daemon of Anteroom: hands out tickets, calls customers, drives the devices.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Examples:
  anteroomd --demo --data /tmp/anteroom --listen 127.0.0.1:0
  anteroomd --config /etc/anteroom/anteroomd.toml
  anteroomd --sample-settings > settings.json
  anteroomd --openapi > openapi.json
  anteroomd --data /var/lib/anteroom --set-password clerk1
  anteroomd --data /var/lib/anteroom --new-api-key clerk1
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
    /// Prints the OpenAPI document of the branch's interfaces (also `GET /v1/openapi.json`).
    #[arg(long)]
    openapi: bool,
    /// Makes a fresh key for the tokens of those who sign in, so that all have to sign in again,
    /// and ends; not while the daemon is running.
    #[arg(long)]
    rotate_token_key: bool,
    /// Gives this operator the password that stands on the first line of the standard input, and
    /// ends; not while the daemon is running.
    #[arg(long, value_name = "LOGIN", conflicts_with = "rotate_token_key")]
    set_password: Option<String>,
    /// Makes a key with which a program calls in this operator's name, prints it once, and ends;
    /// not while the daemon is running.
    #[arg(long, value_name = "LOGIN", conflicts_with_all = ["rotate_token_key", "set_password"])]
    new_api_key: Option<String>,
    /// Ends all API keys of this operator, and ends; not while the daemon is running.
    #[arg(
        long,
        value_name = "LOGIN",
        conflicts_with_all = ["rotate_token_key", "set_password", "new_api_key"]
    )]
    revoke_api_keys: Option<String>,
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    if line.sample_settings {
        return print_sample_settings();
    }
    if line.openapi {
        return show(&String::from_utf8_lossy(&document()));
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
    if line.rotate_token_key {
        return told(offline::rotate_token_key(&config.data));
    }
    if let Some(login) = line.set_password {
        return told(offline::set_password(&config.data, &login, &password()));
    }
    if let Some(login) = line.new_api_key {
        return match offline::new_api_key(&config.data, &login) {
            Ok(key) => show(&key),
            Err(error) => complain(&error, EXIT_FAILED),
        };
    }
    if let Some(login) = line.revoke_api_keys {
        return told(offline::revoke_api_keys(&config.data, &login));
    }
    if let Err(error) = serve::telemetry::install(&config.log) {
        return complain(&error, EXIT_UNUSABLE);
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
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
fn show_setup_code(code: &str) {
    show(&format!(
        "anteroomd: nobody who administers the branch can sign in yet.\n\
         Open /admin/ at the branch's address in a browser, and enter this code.\n\
         It is shown only this once, and good for a day and one password:\n\n    \
         {code}\n\n\
         Without a browser: POST /v1/setup {{\"code\",\"login\",\"password\"}}\n"
    ));
}

fn told(done: Result<(), OfflineFault>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error, EXIT_FAILED),
    }
}

/// The first line of the standard input, as far as a password can be long. What cannot be read is
/// too short.
fn password() -> String {
    let mut line = String::new();
    let most = PASSWORD_BYTES_MAX as u64 + 3;
    std::io::stdin().lock().take(most).read_line(&mut line).ok();
    line.trim_end_matches(['\n', '\r']).to_owned()
}

fn print_sample_settings() -> ExitCode {
    let settings = demo::settings(&Texts::new(), DeviceId(1));
    show(&encode_settings_for_people(&settings))
}

#[expect(clippy::print_stdout, reason = "this is what was asked for")]
fn show(text: &str) -> ExitCode {
    println!("{text}");
    ExitCode::SUCCESS
}

fn complain(error: &dyn Error, code: u8) -> ExitCode {
    serve::program::complain("anteroomd", error, code)
}
