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
use drivers::sim::printer::{self, PrinterSim};
use tokio::signal::unix::{Signal, SignalKind, signal};
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
    /// A call display that speaks Alpha. Takes orders as lines on standard input: `unplug`,
    /// `garbage 40`, `show`, `status`; anything else is answered with the list.
    Display(DisplayArguments),
    /// A feedback keypad that speaks KP1. Takes orders as lines on standard input: `press 3`,
    /// `long 3`, `reboot`, `status`; anything else is answered with the list.
    Keypad(KeypadArguments),
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

#[derive(Debug, clap::Args)]
struct DisplayArguments {
    /// The path under which the display's port is to be found; a link to a pseudo-terminal.
    #[arg(long, value_name = "PATH")]
    link: PathBuf,
    /// The folder in which display.txt says what stands there.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// A Unix socket that takes the same orders as standard input, a line answered by a line.
    #[arg(long, value_name = "PATH")]
    control: Option<PathBuf>,
    /// Its address on the line.
    #[arg(long, value_name = "N", default_value_t = 1)]
    address: u8,
}

#[derive(Debug, clap::Args)]
struct KeypadArguments {
    /// The path under which the keypad's port is to be found; a link to a pseudo-terminal.
    #[arg(long, value_name = "PATH")]
    link: PathBuf,
    /// The folder in which keypad.txt says what stands on it.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// A Unix socket that takes the same orders as standard input, a line answered by a line.
    #[arg(long, value_name = "PATH")]
    control: Option<PathBuf>,
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
        DeviceArguments::Printer(arguments) => run_printer(arguments, end).await,
        DeviceArguments::Display(arguments) => run_display(arguments, end).await,
        DeviceArguments::Keypad(arguments) => run_keypad(arguments, end).await,
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

async fn run_printer(arguments: PrinterArguments, mut end: End) -> io::Result<()> {
    let mut printer = PrinterSim::start(printer::Setup {
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
            () = end.wait() => break,
            Some(slip) = slips.next() => {
                let first = slip.text.lines().find(|line| !line.is_empty()).unwrap_or_default();
                println!("slip-{:04} printed: {first}", slip.number);
            }
        }
    }
    printer.stop().await;
    Ok(())
}

async fn run_display(arguments: DisplayArguments, mut end: End) -> io::Result<()> {
    let mut display = DisplaySim::start(display::Setup {
        link: arguments.link.clone(),
        folder: arguments.dir,
        address: Address::of(arguments.address),
    })?;
    if let Some(control) = arguments.control {
        display.listen(control)?;
    }
    read_orders(display.orders());
    println!("display ready at {}", arguments.link.display());
    let mut seen = display.watch();
    let mut last = display::Seen::default();
    loop {
        tokio::select! {
            () = end.wait() => break,
            Ok(()) = seen.changed() => {
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
    }
    display.stop().await;
    Ok(())
}

async fn run_keypad(arguments: KeypadArguments, mut end: End) -> io::Result<()> {
    let mut keypad = KeypadSim::start(keypad::Setup {
        folder: arguments.dir,
        unit: arguments.unit,
        ..keypad::Setup::new(arguments.link.clone())
    })?;
    if let Some(control) = arguments.control {
        keypad.listen(control)?;
    }
    read_orders(keypad.orders());
    println!("keypad ready at {}", arguments.link.display());
    let mut seen = keypad.watch();
    let mut last = keypad::Seen::default();
    loop {
        tokio::select! {
            () = end.wait() => break,
            Ok(()) = seen.changed() => {
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
    }
    keypad.stop().await;
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
