//! `anteroom-sim`: stand-in devices on pseudo-terminals, for demonstrations and tests.

#![expect(clippy::print_stdout, reason = "a program that talks to the person who started it")]

use std::io::{self, BufRead};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use drivers::display::alpha::Address;
use drivers::modbus::request::Unit;
use drivers::printer::profile::{PROFILES, Profile};
use drivers::sim::control::Asked;
use drivers::sim::display::{self, DisplaySim};
use drivers::sim::keypad::{self, KeypadSim, Standing};
use drivers::sim::printer::{self, PrinterSim, Slips};
use drivers::sim::stand::Stand;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};

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
    /// A call display that speaks Alpha. Takes orders as lines on standard input: `unplug`,
    /// `garbage 40`, `show`, `status`; anything else is answered with the list.
    Display(DisplayArguments),
    /// A feedback keypad that speaks KP1. Takes orders as lines on standard input: `press 3`,
    /// `long 3`, `reboot`, `status`; anything else is answered with the list.
    Keypad(KeypadArguments),
}

/// Where a device is found.
#[derive(Debug, clap::Args)]
struct Place {
    /// The path under which the device's port is to be found; a link to a pseudo-terminal.
    #[arg(long, value_name = "PATH")]
    link: PathBuf,
    /// A Unix socket that takes the same orders as standard input, a line answered by a line.
    #[arg(long, value_name = "PATH")]
    control: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct PrinterArguments {
    #[command(flatten)]
    place: Place,
    /// The folder into which slips fall, as slip-0001.txt and slip-0001.png.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Bits a second at which it prints; as fast as it can without.
    #[arg(long, value_name = "N")]
    baud: Option<u32>,
    /// The model that it plays.
    #[arg(long, value_name = "NAME", default_value = "epson", value_parser = profile)]
    profile: Profile,
}

#[derive(Debug, clap::Args)]
struct DisplayArguments {
    #[command(flatten)]
    place: Place,
    /// The folder in which display.txt says what stands there.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Its address on the line.
    #[arg(long, value_name = "N", default_value_t = 1)]
    address: u8,
}

#[derive(Debug, clap::Args)]
struct KeypadArguments {
    #[command(flatten)]
    place: Place,
    /// The folder in which keypad.txt says what stands on it.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Its unit on the line, from 1 to 247.
    #[arg(long, value_name = "N", default_value = "1", value_parser = unit)]
    unit: Unit,
}

fn unit(number: &str) -> Result<Unit, String> {
    let unit = number.parse().ok().and_then(Unit::new);
    unit.ok_or_else(|| "units run from 1 to 247".to_owned())
}

fn profile(name: &str) -> Result<Profile, String> {
    Profile::named(name).copied().ok_or_else(|| {
        let names: Vec<_> = PROFILES.iter().map(|profile| profile.name).collect();
        format!("there are {}", names.join(", "))
    })
}

fn main() -> ExitCode {
    let device = Arguments::parse().device;
    let result = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .and_then(|runtime| runtime.block_on(run(device)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("anteroom-sim: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(device: DeviceArguments) -> io::Result<()> {
    let end = End::new()?;
    match device {
        DeviceArguments::Printer(PrinterArguments { place, dir, baud, profile }) => {
            let link = place.link.clone();
            let setup = printer::Setup { link, folder: Some(dir), baud, profile };
            let printer = PrinterSim::start(setup)?;
            let tell = tell_slips(printer.watch_slips());
            tend("printer", printer, place, tell, end).await
        }
        DeviceArguments::Display(DisplayArguments { place, dir, address }) => {
            let link = place.link.clone();
            let setup = display::Setup { link, folder: dir, address: Address::of(address) };
            let display = DisplaySim::start(setup)?;
            let tell = tell_shown(display.watch());
            tend("display", display, place, tell, end).await
        }
        DeviceArguments::Keypad(KeypadArguments { place, dir, unit }) => {
            let setup = keypad::Setup::new(place.link.clone());
            let keypad = KeypadSim::start(keypad::Setup { folder: dir, unit, ..setup })?;
            let tell = tell_standing(keypad.watch());
            tend("keypad", keypad, place, tell, end).await
        }
    }
}

/// Has a device take orders until the program ends; `tell` says meanwhile what comes of them.
async fn tend<S>(
    kind: &str,
    mut device: Stand<S>,
    place: Place,
    tell: impl Future<Output = ()>,
    mut end: End,
) -> io::Result<()> {
    if let Some(control) = place.control {
        device.listen(control)?;
    }
    read_orders(device.orders());
    println!("{kind} ready at {}", place.link.display());
    tokio::select! {
        () = end.wait() => {}
        // There is nothing more to tell of a device that has stopped.
        () = tell => end.wait().await,
    }
    device.stop().await;
    Ok(())
}

async fn tell_slips(mut slips: Slips) {
    while let Some(slip) = slips.next().await {
        let first = slip.text.lines().find(|line| !line.is_empty()).unwrap_or_default();
        println!("slip-{:04} printed: {first}", slip.number);
    }
}

async fn tell_shown(mut seen: watch::Receiver<display::Seen>) {
    let mut last = display::Seen::default();
    while seen.changed().await.is_ok() {
        let now = seen.borrow_and_update().clone();
        if (&now.text, now.flash) != (&last.text, last.flash) {
            let flashing = if now.flash { " (flashing)" } else { "" };
            println!("display shows: {}{flashing}", now.text);
        }
        if now.beeps > last.beeps {
            println!("display beeps: {}", now.beeps - last.beeps);
        }
        last = now;
    }
}

async fn tell_standing(mut seen: watch::Receiver<keypad::Seen>) {
    let mut last = keypad::Seen::default();
    while seen.changed().await.is_ok() {
        let now = *seen.borrow_and_update();
        if now.standing != last.standing {
            match now.standing {
                Standing::Nothing => println!("keypad idle"),
                Standing::Question(token) => println!("keypad asks: token {token}"),
                Standing::Thanks => println!("keypad thanks"),
            }
        }
        if now.acked != last.acked {
            println!("keypad acknowledged: {}", now.acked);
        }
        last = now;
    }
}

/// The signals that end the program.
struct End {
    interrupt: Signal,
    terminate: Signal,
}

impl End {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
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
