//! The box's devices as administrators write them, and how a list of them becomes the one in use.
//!
//! Who names devices in the configuration has them there alone. Otherwise the list is in the
//! database, each change a version of its own; a device keeps its number for ever, since slips and
//! dispensers name it.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use engine::{CounterId, Settings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{DEVICES_MAX, Devices, RawDevice, numbered_devices};
use crate::store::{Author, StoredFittings};

/// Characters of a device's name: one line on a page.
pub const DEVICE_NAME_CHARS_MAX: usize = 60;

/// Where a list of devices is set down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetIn {
    /// In the configuration, which no page changes.
    Configuration,
    /// In the box's database.
    Box,
}

impl SetIn {
    /// The word in answers.
    pub fn word(self) -> &'static str {
        match self {
            SetIn::Configuration => "configuration",
            SetIn::Box => "box",
        }
    }
}

/// A device as an administrator writes it. The members are those of `[[devices]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceForm {
    /// Its number; a new one has none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// `printer`, `display` or `keypad`.
    pub kind: String,
    /// `escpos` for printers, `alpha` or `betabrite` for displays, `kp1` for keypads.
    pub driver: String,
    /// The model's profile, where the driver knows several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The device file, best a link in `/dev/serial/by-id`.
    pub port: String,
    /// Bits a second; none: what the model leaves the works with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baud: Option<u32>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its number on a shared line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<u8>,
    /// The counter at which it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<u32>,
    /// Whether it shows the calls of all counters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hall: Option<bool>,
    /// Whether a display is asked to confirm what it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
}

impl DeviceForm {
    fn raw(&self) -> RawDevice {
        let DeviceForm { kind, driver, profile, port, baud, name, address, counter, hall, .. } =
            self.clone();
        let port = port.into();
        let confirm = self.confirm;
        RawDevice { kind, driver, profile, port, baud, name, address, counter, hall, confirm }
    }

    fn of(number: u32, raw: &RawDevice) -> DeviceForm {
        let RawDevice { kind, driver, profile, port, baud, name, address, counter, hall, confirm } =
            raw.clone();
        let (id, port) = (Some(number), port.display().to_string());
        DeviceForm { id, kind, driver, profile, port, baud, name, address, counter, hall, confirm }
    }
}

/// What is wrong with a list of devices, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FittingFault {
    /// As a JSON pointer: `/devices/0/port`.
    pub path: String,
    /// What to change.
    pub message: String,
}

/// The devices in use.
#[derive(Clone, Debug)]
pub struct Fittings {
    /// Counts changes; 0 where nobody has made any.
    pub version: u64,
    /// Where the list is set down.
    pub set_in: SetIn,
    /// As it was written.
    pub forms: Vec<DeviceForm>,
    /// As it is used.
    pub devices: Devices,
    /// The number of the next new device.
    pub next_device: u32,
}

/// The devices of a branch, and why they are not those of its list.
#[derive(Clone, Debug)]
pub struct InUse {
    /// Those that are used.
    pub fittings: Fittings,
    /// Why the list in the database cannot be used, where it cannot.
    pub fault: Option<String>,
}

impl Fittings {
    /// No devices, until somebody names some.
    pub fn none() -> Fittings {
        let (forms, devices) = (Vec::new(), Devices::default());
        Fittings { version: 0, set_in: SetIn::Box, forms, devices, next_device: 1 }
    }

    /// Those of the configuration, numbered by their place; [`none`](Fittings::none) if it has none.
    pub fn of_configuration(raw: &[RawDevice], devices: &Devices) -> Fittings {
        if raw.is_empty() {
            return Fittings::none();
        }
        Fittings {
            set_in: SetIn::Configuration,
            forms: (1..).zip(raw).map(|(number, raw)| DeviceForm::of(number, raw)).collect(),
            devices: devices.clone(),
            ..Fittings::none()
        }
    }

    /// What the daemon uses: the configuration's where that names any, else the newest list in the
    /// database.
    pub fn in_use(configured: &Fittings, stored: Option<&StoredFittings>) -> InUse {
        let well = |fittings| InUse { fittings, fault: None };
        if configured.set_in == SetIn::Configuration {
            return well(configured.clone());
        }
        let Some(stored) = stored else { return well(Fittings::none()) };
        match Fittings::stored(stored) {
            Ok(fittings) => well(fittings),
            // A branch without its printers is better than none.
            Err(fault) => {
                let StoredFittings { version, next_device, .. } = *stored;
                let fittings = Fittings { version, next_device, ..Fittings::none() };
                InUse { fittings, fault: Some(fault) }
            }
        }
    }

    /// Those of the database.
    ///
    /// # Errors
    ///
    /// A sentence, where this version cannot use them.
    pub fn stored(stored: &StoredFittings) -> Result<Fittings, String> {
        let forms: Vec<DeviceForm> =
            serde_json::from_str(&stored.body).map_err(|error| error.to_string())?;
        let (devices, faults) = checked(&forms);
        match faults.first() {
            Some(FittingFault { path, message }) => Err(format!("{path}: {message}")),
            None => Ok(Fittings {
                version: stored.version,
                set_in: SetIn::Box,
                forms,
                devices,
                next_device: stored.next_device,
            }),
        }
    }

    /// This list in place of the present one, with numbers for the new devices.
    ///
    /// # Errors
    ///
    /// All faults.
    pub fn changed_to(
        &self,
        mut forms: Vec<DeviceForm>,
        settings: &Settings,
    ) -> Result<Fittings, Vec<FittingFault>> {
        if DEVICES_MAX < forms.len() {
            let message = format!("A box has at most {DEVICES_MAX} devices.");
            return Err(vec![FittingFault { path: "/devices".into(), message }]);
        }
        let mut faults = self.own_faults(&forms, settings);
        let mut next_device = self.next_device;
        for form in &mut forms {
            if form.id.is_none() {
                form.id = Some(next_device);
                next_device += 1;
            }
        }
        let (devices, more) = checked(&forms);
        faults.extend(more);
        if !faults.is_empty() {
            return Err(faults);
        }
        let version = self.version + 1;
        Ok(Fittings { version, set_in: SetIn::Box, forms, devices, next_device })
    }

    /// As a row of the database.
    pub fn row(&self, changed_ms: i64, author: Author) -> StoredFittings {
        let body = serde_json::to_string(&self.forms).expect("texts and numbers can be written");
        let Fittings { version, next_device, .. } = *self;
        StoredFittings { version, changed_ms, author, next_device, body }
    }

    /// What the configuration's own check does not look at: its author may do anything on the box.
    fn own_faults(&self, forms: &[DeviceForm], settings: &Settings) -> Vec<FittingFault> {
        let known: BTreeSet<u32> = self.forms.iter().filter_map(|form| form.id).collect();
        let mut seen = BTreeSet::new();
        let mut faults = Vec::new();
        for (index, form) in forms.iter().enumerate() {
            let mut fault = |member: &str, message: String| {
                faults.push(FittingFault { path: format!("/devices/{index}/{member}"), message });
            };
            match form.id {
                Some(id) if !known.contains(&id) => {
                    let message = "There is no device of this number; leave it out for a new one.";
                    fault("id", message.into());
                }
                Some(id) if !seen.insert(id) => {
                    fault("id", "Another device of the list has this number.".into());
                }
                Some(_) | None => {}
            }
            if !is_device_file(&form.port) {
                let message = "Give a device file: a path below /dev, without `..`.";
                fault("port", message.into());
            }
            let name = form.name.as_deref().unwrap_or("a");
            let fits = (1..=DEVICE_NAME_CHARS_MAX).contains(&name.trim().chars().count());
            if !fits || name.contains(char::is_control) {
                let most = DEVICE_NAME_CHARS_MAX;
                fault("name", format!("A name is one line of 1 to {most} characters."));
            }
            let counter = form.counter.map(CounterId);
            if counter.is_some_and(|id| settings.counter(id).is_none()) {
                fault("counter", "The branch has no such counter.".into());
            }
        }
        faults
    }
}

/// A page must not have the box write to its files.
fn is_device_file(port: &str) -> bool {
    let path = Path::new(port);
    path.starts_with("/dev")
        && 2 < path.components().count()
        && !path.components().any(|part| part == Component::ParentDir)
        && !port.contains(char::is_control)
}

fn checked(forms: &[DeviceForm]) -> (Devices, Vec<FittingFault>) {
    let numbered: Vec<(u32, RawDevice)> =
        forms.iter().map(|form| (form.id.unwrap_or(0), form.raw())).collect();
    let (devices, faults) = numbered_devices(&numbered);
    let fault = |(index, fault): (usize, crate::config::DeviceFault)| {
        let path = format!("/devices/{index}/{}", fault.member());
        FittingFault { path, message: fault.to_string() }
    };
    (devices, faults.into_iter().map(fault).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;

    fn settings() -> Settings {
        crate::demo::settings(&Texts::new(), engine::DeviceId(1))
    }

    fn printer(port: &str) -> DeviceForm {
        let (kind, driver) = ("printer".into(), "escpos".into());
        DeviceForm { kind, driver, port: port.into(), ..DeviceForm::default() }
    }

    fn keypad(counter: u32) -> DeviceForm {
        DeviceForm {
            kind: "keypad".into(),
            driver: "kp1".into(),
            port: "/dev/ttyUSB1".into(),
            counter: Some(counter),
            address: u8::try_from(counter).ok(),
            ..DeviceForm::default()
        }
    }

    #[test]
    fn a_number_is_given_once_and_never_again() {
        let list = vec![printer("/dev/ttyUSB0"), keypad(1), keypad(2)];
        let first = Fittings::none().changed_to(list, &settings()).expect("sound");
        let ids: Vec<_> = first.forms.iter().map(|form| form.id).collect();
        assert_eq!((ids, first.version), (vec![Some(1), Some(2), Some(3)], 1));
        let fewer = first.forms[..1].to_vec();
        let second = first.changed_to(fewer, &settings()).expect("sound");
        let mut more = second.forms.clone();
        more.push(keypad(2));
        let third = second.changed_to(more, &settings()).expect("sound");
        assert_eq!(third.forms[1].id, Some(4), "3 is on slips and in the journal");
        assert_eq!(third.devices.keypads[0].id, engine::DeviceId(4));
        let row = third.row(7, Author::Technician);
        let read = Fittings::stored(&row).expect("its own");
        assert_eq!((read.forms, read.version, read.next_device), (third.forms, 3, 5));
    }

    #[test]
    fn every_fault_is_named_where_it_stands() {
        let faults = |list: Vec<DeviceForm>| {
            let faults = Fittings::none().changed_to(list, &settings()).expect_err("unsound");
            faults.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        for port in ["", "/etc/passwd", "/dev/../etc/passwd", "/dev", "dev/ttyS0", "/dev/tty\n"] {
            assert!(faults(vec![printer(port)]).contains(&"/devices/0/port".to_owned()), "{port}");
        }
        let unknown = DeviceForm { id: Some(9), ..printer("/dev/ttyS0") };
        assert_eq!(faults(vec![unknown]), ["/devices/0/id"]);
        assert_eq!(faults(vec![keypad(9)]), ["/devices/0/counter"]);
        let named = DeviceForm { name: Some("a\nb".into()), ..printer("/dev/ttyS0") };
        assert_eq!(faults(vec![named]), ["/devices/0/name"]);
        let wrong = DeviceForm { driver: "epos".into(), baud: Some(7), ..printer("/dev/ttyS1") };
        let both = faults(vec![wrong, keypad(1), keypad(1)]);
        assert_eq!(both, ["/devices/0/baud", "/devices/2/address"]);
        let many = faults(vec![printer("/dev/ttyS0"); DEVICES_MAX + 1]);
        assert_eq!(many, ["/devices"]);
        let fitted = Fittings::none().changed_to(vec![printer("/dev/ttyS0")], &settings());
        let form = fitted.expect("sound").forms[0].clone();
        let twice = Fittings { forms: vec![form.clone()], ..Fittings::none() };
        let again = twice.changed_to(vec![form.clone(), form], &settings()).expect_err("twice");
        assert!(again.iter().any(|fault| fault.path == "/devices/1/id"), "{again:?}");
    }

    #[test]
    fn the_configuration_comes_before_the_list_and_a_spoilt_list_before_no_branch() {
        let list = Fittings::none().changed_to(vec![printer("/dev/ttyS3")], &settings());
        let stored = list.expect("sound").row(7, Author::Technician);
        let raw = vec![printer("/dev/ttyS0").raw()];
        let configured = Fittings::of_configuration(&raw, &Devices::default());
        let both = Fittings::in_use(&configured, Some(&stored));
        assert_eq!((both.fittings.forms, both.fault), (configured.forms, None));
        let nothing = Fittings::of_configuration(&[], &Devices::default());
        let one = Fittings::in_use(&nothing, Some(&stored));
        assert_eq!((one.fittings.forms[0].port.as_str(), one.fault), ("/dev/ttyS3", None));
        assert_eq!(Fittings::in_use(&nothing, None).fittings.version, 0);
        let spoilt = StoredFittings { body: "{".into(), ..stored };
        let none = Fittings::in_use(&nothing, Some(&spoilt));
        assert!(none.fault.is_some() && none.fittings.forms.is_empty());
        assert_eq!((none.fittings.version, none.fittings.next_device), (1, 2), "numbers go on");
    }

    #[test]
    fn the_configuration_s_list_is_shown_as_it_is_written() {
        let raw = vec![printer("/dev/ttyS0").raw(), keypad(2).raw()];
        let devices = Devices::default();
        let fittings = Fittings::of_configuration(&raw, &devices);
        assert_eq!(fittings.set_in, SetIn::Configuration);
        assert_eq!(fittings.forms[1], DeviceForm { id: Some(2), ..keypad(2) });
        assert_eq!(Fittings::of_configuration(&[], &devices).set_in, SetIn::Box);
    }
}
