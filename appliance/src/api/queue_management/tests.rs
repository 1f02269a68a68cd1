//! What comes in is read as it was meant or refused by name; what goes out has the vendor's shape.

mod commands;
mod parameters;
mod shapes;

use std::collections::BTreeMap;

use engine::{
    At, Branch, Command, CounterId, DayId, Entry, LanguageId, Moment, Now, Refusal, Seq, ServiceId,
    Settings, Tag, TicketId, Token, decide, settings,
};
use serde_json::Value;
use serve::http::Pairs;

use super::answers::Renderer;
use super::faults::Fault;
use super::requests::{self, Wanted};
use super::wire::Parameters;
use crate::api::Printer;
use crate::local_time::Zone;
use crate::registrar::Committed;
use crate::texts::Texts;

fn settings() -> Settings {
    let names = |text: &str| {
        settings::Texts(BTreeMap::from([
            (LanguageId(1), text.to_owned()),
            (LanguageId(2), format!("{text} (hu)")),
        ]))
    };
    let language = |id, code: &str| settings::Language {
        id: LanguageId(id),
        code: code.into(),
        name: code.into(),
    };
    let service = |id, tag| settings::Service {
        id: ServiceId(id),
        tag: Tag::new(tag).unwrap(),
        names: names(&format!("Service {id}")),
        descriptions: settings::Texts::default(),
        hidden: id == 2,
        disabled: id == 3,
        hours: None,
        quota: None,
        expected_ms: 60_000,
    };
    let counter = |id| settings::Counter {
        id: CounterId(id),
        name: format!("Counter {id}"),
        serves: settings::Serves::All,
        keypad: false,
    };
    let operator = settings::Operator {
        id: engine::OperatorId(7),
        login: "clerk".into(),
        name: "A clerk".into(),
        serves: settings::Serves::All,
        rights: settings::Rights::CLERK,
    };
    Settings {
        branch: engine::BranchId(4),
        languages: vec![language(1, "en-gb"), language(2, "hu")],
        services: vec![service(1, "A"), service(2, "B"), service(3, "C")],
        counters: vec![counter(1), counter(2)],
        operators: vec![operator],
        slip_footer: names("Goodbye"),
        ..Settings::blank()
    }
}

fn printers() -> Vec<Printer> {
    vec![Printer { id: engine::DeviceId(3), name: "Entrance".into() }]
}

/// A branch that does what it is told, a second a command, from noon on in Budapest.
struct Story {
    committed: Committed,
    zone: Zone,
    printers: Vec<Printer>,
    seconds: u64,
}

impl Story {
    fn new() -> Story {
        let committed = Committed {
            branch: Branch::blank(),
            texts: BTreeMap::new(),
            settings_version: engine::Seq(0),
            token_epochs: BTreeMap::new(),
        };
        let zone = Zone::named("Europe/Budapest").unwrap();
        let mut story = Story { committed, zone, printers: printers(), seconds: 0 };
        story.does(Command::ChangeSettings(Box::new(settings())));
        story.does(Command::OpenDay(DayId(20_260_105)));
        story
    }

    fn now(&self) -> Now {
        // 2026-01-05 11:00 UTC.
        let noon = Moment { wall_ms: 1_767_610_800_000, steady_ms: 0 };
        self.zone.now(noon.plus(std::time::Duration::from_secs(self.seconds)))
    }

    fn asks(&mut self, command: &Command) -> Result<engine::Decision, Refusal> {
        self.seconds += 1;
        let now = self.now();
        let decision = decide(&self.committed.branch, command, now)?;
        for event in &decision.events {
            let seq = Seq(self.committed.branch.parts().last_seq.0 + 1);
            self.committed.branch.apply(&Entry { seq, at: now.at, event: event.clone() });
        }
        Ok(decision)
    }

    fn does(&mut self, command: Command) -> engine::Decision {
        self.asks(&command).unwrap()
    }

    /// Issues by the vendor's parameters.
    fn issues(&mut self, parameters: Value) -> TicketId {
        let mut token = [b'0'; 10];
        let last = self.committed.branch.last_ticket().0;
        token.copy_from_slice(format!("{last:010}").as_bytes());
        let settings = std::sync::Arc::clone(self.committed.branch.settings());
        let given = given(parameters);
        let (command, texts) =
            requests::create_ticket(&given, &settings, &self.printers, Token(token)).unwrap();
        let ticket = self.does(command).ticket.unwrap();
        self.committed.texts.insert(ticket, texts);
        ticket
    }

    fn renderer(&self) -> Renderer<'_> {
        let shown = &settings::Serves::All;
        Renderer { committed: &self.committed, zone: &self.zone, printers: &self.printers, shown }
    }

    fn ticket(&self, id: TicketId) -> &engine::Ticket {
        self.committed.branch.ticket(id).unwrap()
    }

    fn created(&self, id: TicketId) -> Value {
        let texts = Texts::new();
        serde_json::to_value(self.renderer().created(self.ticket(id), &texts)).unwrap()
    }

    fn waiting(&self, of: Option<u32>, offset: usize) -> Vec<String> {
        let wanted = Wanted { of: of.map(ServiceId), offset };
        self.renderer().waiting(wanted).tickets.into_iter().map(|t| t.number).collect()
    }

    fn cancelled(&self, of: Option<u32>) -> Vec<String> {
        let wanted = Wanted { of: of.map(CounterId), offset: 0 };
        self.renderer().cancelled(wanted).tickets.into_iter().map(|t| t.number).collect()
    }

    fn paused(&self, of: Option<u32>) -> Vec<String> {
        let wanted = Wanted { of: of.map(CounterId), offset: 0 };
        self.renderer().paused(wanted).tickets.into_iter().map(|t| t.number).collect()
    }
}

fn given(parameters: Value) -> Parameters {
    read(Some("application/json"), parameters.to_string().as_bytes(), "").unwrap()
}

fn read(kind: Option<&str>, body: &[u8], query: &str) -> Result<Parameters, Fault> {
    Parameters::read(kind, body, &Pairs::form(query.as_bytes(), 64).unwrap())
}

fn errno<T>(outcome: Result<T, Fault>) -> Option<u16> {
    outcome.err().map(|fault| fault.errno.number())
}

fn at(counter: u32, operator: Option<u32>) -> At {
    At { counter: CounterId(counter), operator: operator.map(engine::OperatorId) }
}
