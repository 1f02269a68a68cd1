//! The technician's command line: what is asked for, and how it ends.
//!
//! Most of it asks the daemon, by its socket in the data folder. Each subcommand is a file.

mod backup;
mod bench;
mod branch;
mod completions;
mod config;
mod daemon;
mod devices;
mod doctor;
mod explain;
mod logs;
mod man;
mod paper;
mod queue;
mod redact;
mod resolve;
mod restore;
mod status;
mod support_bundle;
mod trouble;
mod user;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use self::daemon::Daemon;
use self::paper::Paper;
use self::resolve::Resolve;
use self::trouble::Trouble;

/// Nothing is amiss.
const EXIT_WELL: u8 = 0;

/// Something is; what, is in the output.
const EXIT_WRONG: u8 = 1;

/// Ended by Ctrl-C, as shells have it.
const EXIT_INTERRUPTED: u8 = 130;

/// Looks after an Anteroom box: what it does, what it lacks, and what to do about it.
#[derive(Debug, Parser)]
#[command(
    name = "anteroom",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Exit status: 0 all is well, 1 something is wrong, 2 the arguments are.

Examples:
  anteroom status
  anteroom doctor
  anteroom queue --watch
  anteroom explain A042
  anteroom --json devices list
  anteroom --data /tmp/branch backup branch.backup"
)]
struct CommandLine {
    /// The data folder of the daemon.
    #[arg(long, global = true, value_name = "DIR", default_value = "/var/lib/anteroom")]
    data: PathBuf,
    /// Writes JSON, of a shape that stays, instead of text.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One screen: the branch, its tickets, its devices, its link to central.
    Status(status::Asked),
    /// Looks for all that is amiss, with evidence and a remedy for each.
    Doctor(doctor::Asked),
    /// Who waits for what, and who is at the counters.
    Queue(queue::Asked),
    /// A ticket's story, and why it was called when it was.
    Explain(explain::Asked),
    /// The devices: how they are doing, a test, a look over their shoulder.
    Devices(devices::Asked),
    /// The branch's settings: read, changed, compared.
    Config(config::Asked),
    /// The operators' accounts.
    User(user::Asked),
    /// What the daemon has logged.
    Logs(logs::Asked),
    /// Writes a backup of the branch while it works, into one file.
    Backup(backup::Asked),
    /// Puts a backup in the place of the branch; only while the daemon is stopped.
    Restore(restore::Asked),
    /// Proves that a backup is whole and can be restored.
    Verify(verify::Asked),
    /// Writes a file for those who help from afar, without personal data.
    SupportBundle(support_bundle::Asked),
    /// Prints what a shell needs to complete this command line.
    Completions(completions::Asked),
    /// Writes the manual pages into a folder.
    Man(man::Asked),
}

/// How a subcommand ended that did what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// All is well.
    Well,
    /// Something is wrong, and the output says what.
    Wrong,
}

/// What every subcommand has at hand.
#[derive(Debug)]
struct Session {
    /// The data folder.
    folder: PathBuf,
    /// The daemon in it.
    daemon: Daemon,
    /// Where answers go.
    paper: Paper,
    /// Whether Ctrl-C still ends it.
    resolve: Resolve,
}

/// Does what the command line asks for.
pub fn run() -> ExitCode {
    let line = CommandLine::parse();
    // One thread does; the daemon does the work.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return serve::program::complain("anteroom", &error, EXIT_WRONG),
    };
    let code = runtime.block_on(obey(line));
    // What waits for a key that nobody presses is not waited for.
    runtime.shutdown_background();
    ExitCode::from(code)
}

async fn obey(line: CommandLine) -> u8 {
    let CommandLine { data, json, command } = line;
    let daemon = Daemon::in_folder(&data);
    let resolve = Resolve::default();
    let paper = Paper::of_terminal(json);
    let mut session = Session { folder: data, daemon, paper, resolve: resolve.clone() };
    let done = {
        let mut work = std::pin::pin!(perform(&mut session, &command));
        tokio::select! {
            done = &mut work => done,
            _ = tokio::signal::ctrl_c() => match resolve.give_up() {
                // Dropping what is under way removes what is half written.
                true => return EXIT_INTERRUPTED,
                // A few renames, which are over before anybody looks.
                false => work.await,
            },
        }
    };
    match done.and_then(|verdict| session.paper.flush().map(|()| verdict)) {
        Ok(Verdict::Well) => EXIT_WELL,
        Ok(Verdict::Wrong) => EXIT_WRONG,
        Err(trouble) if trouble.is_closed_pipe() => EXIT_WELL,
        Err(trouble) => {
            session.paper.complain(&trouble);
            EXIT_WRONG
        }
    }
}

async fn perform(session: &mut Session, command: &Command) -> Result<Verdict, Trouble> {
    match command {
        Command::Status(asked) => status::perform(session, asked).await,
        Command::Doctor(asked) => doctor::perform(session, asked).await,
        Command::Queue(asked) => queue::perform(session, asked).await,
        Command::Explain(asked) => explain::perform(session, asked).await,
        Command::Devices(asked) => devices::perform(session, asked).await,
        Command::Config(asked) => config::perform(session, asked).await,
        Command::User(asked) => user::perform(session, asked).await,
        Command::Logs(asked) => logs::perform(session, asked).await,
        Command::Backup(asked) => backup::perform(session, asked).await,
        Command::Restore(asked) => restore::perform(session, asked).await,
        Command::Verify(asked) => verify::perform(session, asked).await,
        Command::SupportBundle(asked) => support_bundle::perform(session, asked).await,
        Command::Completions(asked) => completions::perform(session, asked),
        Command::Man(asked) => man::perform(session, asked),
    }
}

/// The whole command line, for what is generated from it.
fn grammar() -> clap::Command {
    CommandLine::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together_and_every_help_has_an_example() {
        grammar().debug_assert();
        check(&mut grammar());
    }

    fn check(command: &mut clap::Command) {
        let help = command.render_long_help().to_string();
        assert!(help.contains("Example"), "{}: {help}", command.get_name());
        let ours = |inner: &&mut clap::Command| inner.get_name() != "help";
        for inner in command.get_subcommands_mut().filter(ours) {
            check(inner);
        }
    }
}
