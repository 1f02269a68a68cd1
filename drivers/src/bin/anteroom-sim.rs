//! `anteroom-sim`: stand-in devices on pseudo-terminals, for demonstrations and tests.

#![expect(clippy::print_stdout, reason = "a program that talks to the person who started it")]

use std::io::{self, BufRead};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use drivers::printer::profile::{PROFILES, Profile};
use drivers::sim::control::Asked;
use drivers::sim::printer::{PrinterSim, Setup};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

/// Devices of software that speak the real bytes.
#[derive(Debug, Parser)]
#[command(name = "anteroom-sim", version)]
struct Arguments {
    #[command(subcommand)]
    device: DeviceArguments,
}

#[derive(Debug, Subcommand)]
enum DeviceArguments {
    /// A slip printer. Takes orders as lines on standard input: `paper out`, `unplug`, `status`;
    /// anything else is answered with the list.
    ///
    /// The text of a slip has one line a printed line; `[QR https://...]` is a QR code, `[raster
    /// 208x30]` an image of so many dots, `-- torn off here --` where its host began anew.
    Printer(PrinterArguments),
}

#[derive(Debug, clap::Args)]
struct PrinterArguments {
    /// The path under which the printer's port is to be found; a link to a pseudo-terminal.
    #[arg(long, value_name = "PATH")]
    link: PathBuf,
    /// The folder into which slips fall, as slip-0001.txt and slip-0001.png.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Bits a second at which it prints; as fast as it can without.
    #[arg(long, value_name = "N")]
    baud: Option<u32>,
    /// A Unix socket that takes the same orders as standard input, a line answered by a line.
    #[arg(long, value_name = "PATH")]
    control: Option<PathBuf>,
    /// The model that it plays.
    #[arg(long, value_name = "NAME", default_value = "epson", value_parser = profile)]
    profile: Profile,
}

fn profile(name: &str) -> Result<Profile, String> {
    Profile::named(name).copied().ok_or_else(|| {
        let names: Vec<_> = PROFILES.iter().map(|profile| profile.name).collect();
        format!("there are {}", names.join(", "))
    })
}

fn main() -> ExitCode {
    let DeviceArguments::Printer(arguments) = Arguments::parse().device;
    let result = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .and_then(|runtime| runtime.block_on(run(arguments)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("anteroom-sim: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: PrinterArguments) -> io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut printer = PrinterSim::start(Setup {
        link: arguments.link.clone(),
        folder: Some(arguments.dir),
        baud: arguments.baud,
        profile: arguments.profile,
    })?;
    if let Some(control) = arguments.control {
        printer.listen(control)?;
    }
    read_orders(printer.orders());
    println!("printer ready at {}", arguments.link.display());
    let mut slips = printer.watch_slips();
    loop {
        tokio::select! {
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            Some(slip) = slips.next() => {
                let first = slip.text.lines().find(|line| !line.is_empty()).unwrap_or_default();
                println!("slip-{:04} printed: {first}", slip.number);
            }
        }
    }
    printer.stop().await;
    Ok(())
}

/// Standard input on a thread of its own, which ends with the program. Its end is no reason to
/// stop: started by another program, there may be none.
fn read_orders(orders: mpsc::Sender<Asked>) {
    let orders = orders.downgrade();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            let (answer, answered) = oneshot::channel();
            let Some(orders) = orders.upgrade() else { return };
            if orders.blocking_send((line, answer)).is_err() {
                return;
            }
            drop(orders);
            if let Ok(answer) = answered.blocking_recv() {
                println!("{answer}");
            }
        }
    });
}
