//! Each finding appears with its cause and goes with it.

use engine::settings::{Hours, Rights, Serves};
use engine::{CounterId, DeviceId, LanguageId, OperatorId, ServiceId};

use super::*;
use crate::local_time::Zone;
use crate::outbox::{OutboxView, Standing};
use crate::texts::Texts;

/// A branch at which nothing is amiss, to be spoilt.
struct Scene {
    settings: Settings,
    day_open: bool,
    with_password: Vec<OperatorId>,
    posts: Vec<Post>,
    set_in: SetIn,
    reports: Vec<DeviceReport>,
    slips_lost: Vec<(DeviceId, u64)>,
    public_url: String,
    sync: SyncReport,
    machine: Machine,
}

fn scene() -> Scene {
    let settings = crate::demo::settings(&Texts::new(), DeviceId(1));
    let with_password = settings.operators.iter().map(|operator| operator.id).collect();
    Scene {
        with_password,
        day_open: true,
        posts: vec![
            Post::Printer(DeviceId(1)),
            Post::Display(DeviceId(2), None),
            Post::Keypad(DeviceId(3), CounterId(1)),
            Post::Keypad(DeviceId(4), CounterId(2)),
        ],
        set_in: SetIn::Box,
        reports: vec![report(DeviceId(1))],
        slips_lost: vec![(DeviceId(1), 0)],
        public_url: "https://branch.example/qnet6".into(),
        sync: OutboxView::new(None, 0).report(),
        machine: Machine {
            zone: Zone::of_settings(&settings),
            clock_trusted: true,
            failing: false,
            damaged: false,
            checked_ms: Some(0),
            space: Some(Space { free: 50 << 30, total: 100 << 30 }),
            database_bytes: 1 << 20,
            log_bytes: 1 << 20,
        },
        settings,
    }
}

fn report(id: DeviceId) -> DeviceReport {
    let port = std::path::Path::new("/dev/ttyS0");
    let mut report = DeviceReport::new(id, "printer", "Printer 1", port, 0);
    report.state = drivers::link_state::LinkState::Online;
    report
}

impl Scene {
    fn findings(&self) -> Vec<Finding> {
        self.look(find)
    }

    fn look<T>(&self, at: impl FnOnce(&Premises<'_>) -> T) -> T {
        at(&Premises {
            settings: &self.settings,
            day_open: self.day_open,
            with_password: &self.with_password,
            posts: &self.posts,
            set_in: self.set_in,
            reports: &self.reports,
            slips_lost: &self.slips_lost,
            public_url: &self.public_url,
            sync: &self.sync,
            machine: &self.machine,
        })
    }
}

/// A way to spoil a branch.
type Spoil = fn(&mut Scene);

const GAPS: [(&str, &str, Spoil); 17] = [
    ("no_services", "services", |s| s.settings.services.clear()),
    ("no_counters", "counters", |s| s.settings.counters.clear()),
    ("day_not_open", "day", |s| s.day_open = false),
    ("service_without_counter", "services/3", |s| {
        let most: Vec<ServiceId> = [1, 2, 4, 5, 6].map(ServiceId).to_vec();
        s.settings.counters.iter_mut().for_each(|c| c.serves = Serves::These(most.clone()));
    }),
    ("service_without_operator", "services/1", |s| {
        let most: Vec<ServiceId> = [2, 3, 4, 5, 6].map(ServiceId).to_vec();
        s.settings.operators.iter_mut().for_each(|o| o.serves = Serves::These(most.clone()));
    }),
    ("service_never_open", "services/2", |s| {
        s.settings.services[1].hours = Some(Hours { days: Default::default() });
    }),
    ("counter_serves_nothing", "counters/4", |s| {
        s.settings.counters[3].serves = Serves::These(Vec::new());
    }),
    ("operator_without_password", "operators/2", |s| {
        s.with_password.retain(|id| *id != OperatorId(2));
    }),
    ("no_administrator", "operators", |s| s.settings.operators[4].rights = Rights::CLERK),
    ("language_without_texts", "languages/2", |s| {
        s.settings.services[0].names.0.remove(&LanguageId(2));
    }),
    ("no_printer", "devices", |s| s.posts.retain(|post| !matches!(post, Post::Printer(_)))),
    ("printer_unknown", "devices/2", |s| s.settings.smart_ticket.printer = Some(DeviceId(2))),
    ("keypad_at_no_counter", "devices/5", |s| {
        s.posts.push(Post::Keypad(DeviceId(5), CounterId(9)));
    }),
    ("display_at_no_counter", "devices/5", |s| {
        s.posts.push(Post::Display(DeviceId(5), Some(CounterId(9))));
    }),
    ("counter_without_keypad", "counters/2", |s| {
        s.posts.retain(|post| !matches!(post, Post::Keypad(_, CounterId(2))));
    }),
    ("smart_ticket_unreachable", "smart_ticket", |s| {
        s.public_url = "http://127.0.0.1:3000/qnet6".into();
    }),
    ("bookings_without_service", "bookings", |s| {
        s.settings.bookings.hours = Hours { days: Default::default() };
    }),
];

const TROUBLES: [(&str, &str, Spoil); 10] = [
    ("clock_untrusted", "clock", |s| s.machine.clock_trusted = false),
    ("disk_failing", "disk", |s| s.machine.failing = true),
    ("disk_nearly_full", "disk", |s| {
        s.machine.space = Some(Space { free: 5 << 30, total: 100 << 30 });
    }),
    ("disk_full", "disk", |s| {
        s.machine.space = Some(Space { free: DISK_FREE_MIN_BYTES - 1, total: 1 << 30 });
    }),
    ("database_damaged", "database", |s| s.machine.damaged = true),
    ("database_large", "database", |s| s.machine.database_bytes = 5 << 30),
    ("database_log_large", "database", |s| s.machine.log_bytes = 65 << 20),
    ("broker_away", "sync", |s| s.sync.standing = Standing::Cut),
    ("central_away", "sync", |s| s.sync.standing = Standing::Unanswered),
    ("slips_missing", "devices/1", |s| s.slips_lost[0].1 = 2),
];

#[test]
fn each_gap_is_found_with_its_cause_and_alone() {
    assert_eq!(scene().findings(), [], "nothing is amiss");
    for (code, subject, spoil) in GAPS.into_iter().chain(TROUBLES) {
        let mut scene = scene();
        spoil(&mut scene);
        let findings = scene.findings();
        let found: Vec<(&str, &str)> =
            findings.iter().map(|finding| (finding.code, finding.subject.as_str())).collect();
        assert!(found.contains(&(code, subject)), "{code}: {found:?}");
        let apart = |known: &&str| !["no_services", "no_counters", "no_printer"].contains(known);
        assert!(!apart(&code) || findings.len() == 1, "{code}: {found:?}");
        for finding in findings {
            assert!(finding.message.ends_with('.') && finding.remedy.ends_with('.'), "{finding:?}");
            // What another language's sentence is made of is what this one's is made of.
            for (name, value) in finding.values.iter().filter(|(name, _)| !name.ends_with("_ms")) {
                let said = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let is_said = finding.message.contains(&said) || finding.subject.contains(&said);
                assert!(is_said || (name == "count" && said == "1"), "{name}: {finding:?}");
            }
        }
    }
}

#[test]
fn a_remedy_leads_to_where_the_devices_are_named() {
    for code in
        ["no_printer", "keypad_at_no_counter", "display_at_no_counter", "counter_without_keypad"]
    {
        let (.., spoil) = GAPS.into_iter().find(|(gap, ..)| *gap == code).expect("it is a gap");
        for (set_in, place) in
            [(SetIn::Box, "administration's page"), (SetIn::Configuration, "`[[devices]]`")]
        {
            let mut scene = Scene { set_in, ..scene() };
            spoil(&mut scene);
            let findings = scene.findings();
            let finding = findings.iter().find(|finding| finding.code == code).expect("found");
            assert!(finding.remedy.contains(place), "{set_in:?}: {finding:?}");
            let [page, file] = ["page", "configuration"].map(|word| finding.remedy.contains(word));
            assert!(page != file, "one place alone: {finding:?}");
        }
    }
}

#[test]
fn a_device_in_trouble_comes_with_what_to_do_and_errors_come_first() {
    use drivers::link_state::{LinkState, Reason};
    let mut scene = scene();
    scene.machine.log_bytes = u64::MAX;
    scene.reports[0].state = LinkState::answering(Reason::PaperNearEnd.into());
    let mut gone = report(DeviceId(2));
    gone.state = LinkState::Offline { reason: Reason::PortGone, since: Default::default() };
    gone.presses_lost = 3;
    scene.reports.push(gone);
    let findings = scene.findings();
    assert_eq!((findings[0].code, findings[0].severity), ("device_trouble", Severity::Error));
    assert_eq!(findings[0].remedy, Reason::PortGone.sentence());
    assert_eq!(findings[0].values["trouble"], Reason::PortGone.word());
    let paper = findings.iter().find(|finding| finding.subject == "devices/1").expect("found");
    assert_eq!(
        (paper.severity, &*paper.remedy),
        (Severity::Warning, Reason::PaperNearEnd.sentence())
    );
    assert!(findings.iter().any(|finding| finding.code == "presses_lost"));
}

#[test]
fn a_disabled_service_and_a_quiet_module_want_nothing() {
    let mut scene = scene();
    let most: Vec<ServiceId> = [1, 2, 4, 5, 6].map(ServiceId).to_vec();
    scene.settings.counters.iter_mut().for_each(|c| c.serves = Serves::These(most.clone()));
    scene.settings.services[2].disabled = true;
    scene.settings.smart_ticket.enabled = false;
    scene.public_url = "http://localhost:3000/qnet6".into();
    assert_eq!(scene.findings(), []);
}

#[test]
fn an_address_that_leads_a_phone_to_itself_is_known() {
    for (url, own) in [
        ("http://127.0.0.1:3000/qnet6", true),
        ("http://[::1]:3000/qnet6", true),
        ("http://0.0.0.0:3000", true),
        ("https://LocalHost/q", true),
        ("https://branch.example/qnet6", false),
        ("http://192.0.2.7:3000/qnet6", false),
        ("http://[2001:db8::1]/", false),
    ] {
        let mut scene = scene();
        scene.public_url = url.into();
        assert_eq!(!scene.findings().is_empty(), own, "{url}");
    }
}

#[test]
fn the_room_on_a_disk_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let space = Space::at(folder.path()).expect("it is on a disk");
    assert!(0 < space.total && space.free <= space.total);
    assert_eq!(Space::at(&folder.path().join("nothing")), None);
}

#[test]
fn head_office_is_told_of_what_does_not_work_and_not_of_gaps() {
    use drivers::link_state::{LinkState, Reason, Reasons};
    use sync::health::Severity::{Error, Warning};

    let told = |scene: &Scene| {
        let health = scene.look(super::word);
        let row = |trouble: &sync::health::Trouble| {
            (trouble.severity, trouble.code.clone(), trouble.subject.clone(), trouble.name.clone())
        };
        health.troubles().iter().map(row).collect::<Vec<_>>()
    };
    let row = |severity, code: &str, subject: &str, name: &str| {
        (severity, code.to_owned(), subject.to_owned(), name.to_owned())
    };
    let mut scene = scene();
    scene.with_password.clear();
    assert!(!scene.findings().is_empty(), "there is a gap");
    assert_eq!(told(&scene), []);
    let complaints = Reasons::from_iter([Reason::PaperNearEnd, Reason::PaperOut]);
    scene.reports[0].state = LinkState::Degraded(complaints);
    scene.slips_lost = vec![(DeviceId(1), 3)];
    scene.machine.failing = true;
    let expected = [
        row(Error, "paper-out", "printer/1", "Printer 1"),
        row(Error, "disk_failing", "disk", ""),
        row(Warning, "paper-near-end", "printer/1", "Printer 1"),
        row(Warning, "slips_missing", "printer/1", "Printer 1"),
    ];
    assert_eq!(told(&scene), expected);
}
