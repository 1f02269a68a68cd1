//! What devices that hang cost the line: ports that are open, and on which nobody ever answers.

use std::os::fd::OwnedFd;

use nix::pty::openpty;
use nix::unistd::ttyname;

use crate::memory::Daemon;
use crate::reads::commands_over_http;
use crate::table::Table;

/// Clients of the load.
const CLIENTS: u32 = 64;

/// Rounds, in turn; the medians count.
const ROUNDS: usize = 5;

/// A port whose other end takes nothing and says nothing.
struct DeadPort {
    path: String,
    _ends: (OwnedFd, OwnedFd),
}

impl DeadPort {
    fn open() -> Result<DeadPort, Box<dyn std::error::Error>> {
        let ends = openpty(None, None)?;
        let path = ttyname(&ends.slave)?.display().to_string();
        Ok(DeadPort { path, _ends: (ends.master, ends.slave) })
    }
}

/// Commands a second with every device hung, beside the same without devices.
pub(crate) async fn measure(table: &mut Table) -> Result<(), Box<dyn std::error::Error>> {
    let ports = [DeadPort::open()?, DeadPort::open()?, DeadPort::open()?];
    let [printer, display, keypad] = &ports;
    let devices = format!(
        "devices=[{{kind=\"printer\",driver=\"escpos\",port=\"{}\"}},\
         {{kind=\"display\",driver=\"alpha\",port=\"{}\",hall=true}},\
         {{kind=\"keypad\",driver=\"kp1\",port=\"{}\",counter=1}}]",
        printer.path, display.path, keypad.path
    );
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // Each on an empty folder: the day must not be longer for one of them.
        let plain = Daemon::start().await?;
        without.push(commands_over_http(plain.address, CLIENTS).await?);
        drop(plain);
        let hung = Daemon::start_with(&[&devices]).await?;
        with.push(commands_over_http(hung.address, CLIENTS).await?);
    }
    let what = format!("commands over HTTP, {CLIENTS} clients, all devices hung");
    table.ratio(&what, "/s", crate::reads::median(with), crate::reads::median(without), 0.9);
    Ok(())
}
