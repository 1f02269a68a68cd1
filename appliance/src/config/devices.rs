//! The devices of the configuration: each known by its place in the list.

use std::fmt;
use std::path::Path;

use drivers::display::alpha::Address;
use drivers::display::profile::Profile as DisplayProfile;
use drivers::modbus::request::Unit;
use drivers::port::serial::{Parity, PortSettings};
use drivers::printer::profile::{PROFILES as PRINTERS, Profile as PrinterProfile};
use engine::{CounterId, DeviceId};

use super::raw::RawDevice;

/// What serial receipt printers leave the works with, in bits a second.
const PRINTER_BAUD: u32 = 115_200;

/// What signs of the Alpha family find out by themselves and nearly all are set to.
const DISPLAY_BAUD: u32 = 9_600;

/// The serial default of Modbus, which KP1 keeps to.
const KEYPAD_BAUD: u32 = 19_200;

/// Rates that a serial port can be set to here.
const BAUD_RANGE: std::ops::RangeInclusive<u32> = 1_200..=921_600;

/// Everything that hangs on serial ports.
#[derive(Debug, Clone, Default)]
pub struct Devices {
    /// The ticket printers.
    pub printers: Vec<PrinterConfig>,
    /// The call displays.
    pub displays: Vec<DisplayConfig>,
    /// The feedback keypads.
    pub keypads: Vec<KeypadConfig>,
}

/// A printer on a serial port.
#[derive(Debug, Clone)]
pub struct PrinterConfig {
    /// Its number among the devices.
    pub id: DeviceId,
    /// What people call it.
    pub name: String,
    /// The model.
    pub profile: &'static PrinterProfile,
    /// Its port.
    pub port: PortSettings,
}

/// A call display on a serial port.
#[derive(Debug, Clone)]
pub struct DisplayConfig {
    /// Its number among the devices.
    pub id: DeviceId,
    /// What people call it.
    pub name: String,
    /// The model.
    pub profile: DisplayProfile,
    /// Its number on its line.
    pub address: Address,
    /// What it shows.
    pub place: DisplayPlace,
    /// Its port.
    pub port: PortSettings,
}

/// What a display shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisplayPlace {
    /// The calls of one counter.
    Counter(CounterId),
    /// The latest call of any counter.
    Hall,
}

/// A feedback keypad on a line that several may share.
#[derive(Debug, Clone)]
pub struct KeypadConfig {
    /// Its number among the devices.
    pub id: DeviceId,
    /// What people call it.
    pub name: String,
    /// Its number on its line.
    pub unit: Unit,
    /// The counter at which it stands.
    pub counter: CounterId,
    /// Its port.
    pub port: PortSettings,
}

/// What is wrong with a device.
#[derive(Debug)]
pub enum DeviceFault {
    /// No such kind.
    Kind(String),
    /// No such driver for this kind; names those that are.
    Driver(String, &'static str),
    /// The driver knows no such model.
    Profile(String),
    /// No port is given.
    Port,
    /// A rate that no port can be set to.
    Baud(u32),
    /// A display that says nothing of where it hangs.
    NoPlace,
    /// A display that says two things of where it hangs.
    TwoPlaces,
    /// A keypad that says nothing of where it stands.
    NoCounter,
    /// An address that no keypad can have.
    Address(u8),
    /// The address of another keypad on the same line.
    AddressTaken(u8),
    /// The port of another device.
    PortTaken,
}

impl DeviceFault {
    /// The member of the device that is wrong.
    pub fn member(&self) -> &'static str {
        match self {
            DeviceFault::Kind(_) => "kind",
            DeviceFault::Driver(..) => "driver",
            DeviceFault::Profile(_) => "profile",
            DeviceFault::Port | DeviceFault::PortTaken => "port",
            DeviceFault::Baud(_) => "baud",
            DeviceFault::NoPlace | DeviceFault::TwoPlaces => "hall",
            DeviceFault::NoCounter => "counter",
            DeviceFault::Address(_) | DeviceFault::AddressTaken(_) => "address",
        }
    }
}

impl fmt::Display for DeviceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeviceFault::Kind(kind) => {
                write!(f, "the kind is `{kind}`; it must be `printer`, `display` or `keypad`")
            }
            DeviceFault::Driver(driver, known) => {
                write!(f, "the driver is `{driver}`; known for this kind are {known}")
            }
            DeviceFault::Profile(profile) => {
                let known: Vec<&str> = PRINTERS.iter().map(|profile| profile.name).collect();
                write!(f, "the profile is `{profile}`; known are {}", known.join(", "))
            }
            DeviceFault::Port => {
                write!(f, "`port` is missing; give the device file, best one of /dev/serial/by-id")
            }
            DeviceFault::Baud(baud) => write!(
                f,
                "`baud` is {baud}; it must be from {} to {}",
                BAUD_RANGE.start(),
                BAUD_RANGE.end()
            ),
            DeviceFault::NoPlace => {
                write!(f, "say what the display shows: `counter` or `hall = true`")
            }
            DeviceFault::TwoPlaces => write!(f, "give `counter` or `hall = true`, not both"),
            DeviceFault::NoCounter => {
                write!(f, "`counter` is missing; give the number of the keypad's counter")
            }
            DeviceFault::Address(address) => {
                write!(f, "`address` is {address}; a keypad's is from 1 to 247")
            }
            DeviceFault::AddressTaken(address) => {
                write!(f, "another keypad on this line has address {address}; give each its own")
            }
            DeviceFault::PortTaken => {
                write!(f, "another device has this port; only keypads share one")
            }
        }
    }
}

/// Checks all devices; a fault comes with the device's number.
pub(super) fn check(raw: &[RawDevice]) -> Result<Devices, (usize, DeviceFault)> {
    let list: Vec<(u32, RawDevice)> = (1..).zip(raw.iter().cloned()).collect();
    let (devices, faults) = numbered(&list);
    match faults.into_iter().next() {
        Some((index, fault)) => Err((index + 1, fault)),
        None => Ok(devices),
    }
}

/// The sound ones of devices that have numbers already, and what is wrong with the others, by their
/// places in the list.
pub fn numbered(list: &[(u32, RawDevice)]) -> (Devices, Vec<(usize, DeviceFault)>) {
    let mut devices = Devices::default();
    let mut faults = Vec::new();
    for (index, (number, device)) in list.iter().enumerate() {
        if let Err(fault) = add(&mut devices, *number, device) {
            faults.push((index, fault));
        }
    }
    (devices, faults)
}

fn add(devices: &mut Devices, number: u32, raw: &RawDevice) -> Result<(), DeviceFault> {
    if raw.port.as_os_str().is_empty() {
        return Err(DeviceFault::Port);
    }
    let id = DeviceId(number);
    let name = |kind: &str| raw.name.clone().unwrap_or_else(|| format!("{kind} {number}"));
    let alone = !devices.uses(&raw.port);
    match raw.kind.as_str() {
        "printer" => {
            let port = port(raw, PRINTER_BAUD)?;
            let profile = printer_profile(raw)?;
            if !alone {
                return Err(DeviceFault::PortTaken);
            }
            devices.printers.push(PrinterConfig { id, name: name("Printer"), profile, port });
        }
        "display" => {
            let port = port(raw, DISPLAY_BAUD)?;
            let profile = display_profile(raw)?;
            let place = match (raw.counter, raw.hall.unwrap_or(false)) {
                (Some(counter), false) => DisplayPlace::Counter(CounterId(counter)),
                (None, true) => DisplayPlace::Hall,
                (Some(_), true) => return Err(DeviceFault::TwoPlaces),
                (None, false) => return Err(DeviceFault::NoPlace),
            };
            if !alone {
                return Err(DeviceFault::PortTaken);
            }
            let address = raw.address.map_or(Address::ALL, Address::of);
            let name = name("Display");
            devices.displays.push(DisplayConfig { id, name, profile, address, place, port });
        }
        "keypad" => {
            if raw.driver != "kp1" {
                return Err(DeviceFault::Driver(raw.driver.clone(), "kp1"));
            }
            let mut port = port(raw, KEYPAD_BAUD)?;
            port.parity = Parity::Even;
            let counter = CounterId(raw.counter.ok_or(DeviceFault::NoCounter)?);
            let address = raw.address.unwrap_or(1);
            let unit = Unit::new(address).ok_or(DeviceFault::Address(address))?;
            let on_line = |keypad: &&KeypadConfig| keypad.port.path == port.path;
            if devices.keypads.iter().filter(on_line).any(|keypad| keypad.unit == unit) {
                return Err(DeviceFault::AddressTaken(address));
            }
            if !alone && !devices.keypads.iter().any(|keypad| keypad.port.path == port.path) {
                return Err(DeviceFault::PortTaken);
            }
            devices.keypads.push(KeypadConfig { id, name: name("Keypad"), unit, counter, port });
        }
        other => return Err(DeviceFault::Kind(other.to_owned())),
    }
    Ok(())
}

impl Devices {
    /// Their numbers.
    pub fn ids(&self) -> Vec<DeviceId> {
        let printers = self.printers.iter().map(|printer| printer.id);
        let displays = self.displays.iter().map(|display| display.id);
        printers.chain(displays).chain(self.keypads.iter().map(|keypad| keypad.id)).collect()
    }

    /// Whether a device has this port.
    fn uses(&self, path: &Path) -> bool {
        let printers = self.printers.iter().map(|printer| &printer.port);
        let displays = self.displays.iter().map(|display| &display.port);
        let keypads = self.keypads.iter().map(|keypad| &keypad.port);
        printers.chain(displays).chain(keypads).any(|port| port.path == path)
    }
}

fn port(raw: &RawDevice, baud: u32) -> Result<PortSettings, DeviceFault> {
    let baud = raw.baud.unwrap_or(baud);
    if !BAUD_RANGE.contains(&baud) {
        return Err(DeviceFault::Baud(baud));
    }
    Ok(PortSettings::new(&raw.port, baud))
}

fn printer_profile(raw: &RawDevice) -> Result<&'static PrinterProfile, DeviceFault> {
    if raw.driver != "escpos" {
        return Err(DeviceFault::Driver(raw.driver.clone(), "escpos"));
    }
    let profile = raw.profile.as_deref().unwrap_or(PRINTERS[0].name);
    PrinterProfile::named(profile).ok_or_else(|| DeviceFault::Profile(profile.to_owned()))
}

fn display_profile(raw: &RawDevice) -> Result<DisplayProfile, DeviceFault> {
    let known = || DeviceFault::Driver(raw.driver.clone(), "alpha, betabrite");
    let profile = DisplayProfile::named(&raw.driver).ok_or_else(known)?;
    Ok(profile.confirming(raw.confirm.unwrap_or(profile.confirm)))
}
