//! The stage on which the stories are played: a branch, a clock that moves when told, and the
//! little language of the scripts.
//!
//! One line a command, `=> what happened`, `=> no: why not` or `=> so already`:
//!
//! ```text
//! issue S1:9,S2 [staff] [lang=2] [pass=x] [token=x]      call C1[/O1] [among S1,S2]
//! take C1[/O1] A001 [parked|missing]   recall A001       start A001       noshow A001
//! finish A001 [afterwork] [at-call]    park A001 [at-call]
//! send A001 S2|C2|O2 [for=S2] [p9] [back]                redirect A001 S2|C2|O2 [for=S2] [p9]
//! add A001 S2:9 [staff]                drop A001 1       urge A001 1 9
//! delete A001                          put-back A001     overdue A001
//! rate A001 [P1 Q1] 5                  sit O1 C1         leave C1
//! break C1                             back C1 (from a break)
//! book S1 10:00[+1] [unconfirmed] [staff] [code=5] [token=x] [seconds=1], the day after with +1
//! confirm #1        cancel #1        lapse #1        check-in #1|code=5 [pin=1234] [lang=2] [pass=x]
//! close day                            open day [20261125]
//! set S1 disabled|enabled|gone|quota=2|tag=Z, set C1 gone, set O1 gone,
//! set bookings=on|off, set places=2, set urgency=9,
//! set no-shows=1, set put-back=5|never, set feedback=3, set tolerance=2
//! ```
//!
//! and, changing nothing: `line S1`, `state A001`, `ahead A001`, `new S1`, `waited A001`,
//! `why A001 C1[/O1] [among S1]`, `free S1 [+1]`, `bookings [+1]`, `left S7`, `have S7`, `mean S1`. `due` does what time demands; `+10m` lets time pass;
//! `wall -1h` sets the wall clock alone. What has no label is `#` and its number. A call is named by its ticket's last one.

use std::time::Duration;

use super::hall::hall;
use super::{promises, words};
use crate::branch::Branch;
use crate::command::{Command, Issue, LineRequest, Standing, Unstarted};
use crate::counter::At;
use crate::decide::decide;
use crate::event::Entry;
use crate::explain::explain;
use crate::ids::{
    AnswerId, CallId, CounterId, DayId, LanguageId, OperatorId, ProfileId, QuestionId, Seq,
    ServiceId, TicketId,
};
use crate::label::Tag;
use crate::line::Among;
use crate::moment::{LocalTime, Moment, Now};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::ticket::{Pass, Place, Priority, Source, Ticket, Token};

/// Plays a script in the sample hall and compares every line.
#[track_caller]
pub(super) fn check(script: &str) {
    Stage::open().check(script);
}

/// The business day on which the stories begin: a Monday, opened at nine.
const MONDAY: u32 = 20_261_123;

/// A branch and its clock.
pub(super) struct Stage {
    pub(super) branch: Branch,
    pub(super) entries: Vec<Entry>,
    passed: Duration,
    wall_shift_ms: i64,
    pub(super) tokens: u64,
}

impl Stage {
    /// A branch whose journal is empty.
    pub(super) fn blank() -> Stage {
        Stage {
            branch: Branch::blank(),
            entries: Vec::new(),
            passed: Duration::ZERO,
            wall_shift_ms: 0,
            tokens: 0,
        }
    }

    /// The sample hall on Monday at nine.
    pub(super) fn open() -> Stage {
        let mut stage = Stage::blank();
        let settings = Command::ChangeSettings(Box::new(hall()));
        stage.submit(&settings).expect("the hall's settings are sound");
        stage.submit(&Command::OpenDay(DayId(MONDAY))).expect("no day is open");
        stage
    }

    /// Goes on with the story.
    #[track_caller]
    pub(super) fn check(&mut self, script: &str) {
        let mut otherwise = String::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (command, told) = line.split_once("=>").unwrap_or((line, ""));
            let happened = self.play(command.trim());
            if happened != told.trim() {
                otherwise += &format!("\n  told: {line}\n   was: {happened}");
            }
            let restored = Branch::restore(self.branch.parts().clone());
            assert_eq!(restored, self.branch, "restored after `{line}`");
        }
        assert!(otherwise.is_empty(), "the story went otherwise:{otherwise}");
        let mut replayed = Branch::blank();
        self.entries.iter().for_each(|entry| replayed.apply(entry));
        assert_eq!(replayed, self.branch, "replayed");
    }

    /// What time it is.
    pub(super) fn now(&self) -> Now {
        let ms = u64::try_from(self.passed.as_millis()).expect("stories are short");
        let minutes = 9 * 60 + ms / 60_000;
        let at = Moment {
            wall_ms: 1_795_424_400_000 + ms as i64 + self.wall_shift_ms,
            steady_ms: 1_000_000 + ms,
        };
        let weekday = (minutes / (24 * 60) % 7) as u8;
        Now { at, local: LocalTime { weekday, minute: (minutes % (24 * 60)) as u16 } }
    }

    /// Decides and writes down.
    pub(super) fn submit(&mut self, command: &Command) -> Result<Vec<String>, Refusal> {
        let now = self.now();
        let before = self.branch.clone();
        let decision = decide(&self.branch, command, now)?;
        assert_eq!(before, self.branch, "deciding changed the state");
        let mut said = Vec::new();
        for event in decision.events {
            let seq = Seq(self.entries.len() as u64 + 1);
            let entry = Entry { seq, at: now.at, event };
            self.branch.apply(&entry);
            said.push(words::entry(&self.branch, &entry));
            self.entries.push(entry);
        }
        Ok(said)
    }

    /// The ticket that is called this now, else the last one that was.
    pub(super) fn ticket(&self, label: &str) -> Option<&Ticket> {
        if let Some(id) = label.strip_prefix('#') {
            return self.branch.ticket(TicketId(id.parse().expect("a ticket's number")));
        }
        let named = || self.branch.tickets().filter(|ticket| ticket.label.to_string() == label);
        named().filter(|ticket| !ticket.is_closed()).last().or_else(|| named().last())
    }

    /// Plays one line that is a command.
    pub(super) fn run(&mut self, line: &str) -> Result<Vec<String>, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (verb, rest) = words.split_first().expect("a line has a word");
        let command = self.command(verb, rest);
        self.submit(&command).map_err(|refusal| words::no(&self.branch, &refusal))
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, time: &str) {
        self.passed += span(time);
    }

    fn play(&mut self, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (verb, rest) = words.split_first().expect("a line has a word");
        if let Some(time) = verb.strip_prefix('+') {
            self.pass(time);
            return String::new();
        }
        match (*verb, rest) {
            ("wall", [shift]) => {
                let ms = span(&shift[1..]).as_millis() as i64;
                self.wall_shift_ms += if shift.starts_with('-') { -ms } else { ms };
                String::new()
            }
            ("due", []) => self.do_what_is_due(),
            (
                "line" | "state" | "ahead" | "new" | "waited" | "why" | "left" | "have" | "mean"
                | "free" | "bookings",
                _,
            ) => self.look(verb, rest),
            _ => match self.run(line) {
                Ok(said) if said.is_empty() => "so already".into(),
                Ok(said) => said.join("; "),
                Err(refusal) => format!("no: {refusal}"),
            },
        }
    }

    fn do_what_is_due(&mut self) -> String {
        let due = self.branch.due(self.now().at);
        let said: Vec<String> = due
            .iter()
            .flat_map(|command| self.submit(command).expect("what is due is not refused"))
            .collect();
        if said.is_empty() { "nothing".into() } else { said.join("; ") }
    }

    fn look(&self, verb: &str, rest: &[&str]) -> String {
        let branch = &self.branch;
        let now = self.now();
        let ticket = || self.ticket(rest[0]).expect("a story knows its tickets");
        match verb {
            "line" => {
                let ids = branch.line(place(rest[0])).into_iter().flat_map(|line| line.iter());
                let names: Vec<String> = ids.map(|id| words::name(branch, id)).collect();
                if names.is_empty() { "nobody".into() } else { names.join(" ") }
            }
            "state" => words::state(&ticket().state, now.at),
            "waited" => words::minutes(ticket().time_waited(now.at)),
            "ahead" => match branch.forecast_ticket(ticket()) {
                Some(told) => format!("{}, {}m", told.ahead, told.minutes()),
                None => "nothing".into(),
            },
            "new" => {
                let told = branch.forecast_service(ServiceId(number(rest[0])), now.at);
                format!("{}, {}m", told.ahead, told.minutes())
            }
            "free" => {
                let (service, slots) = (ServiceId(number(rest[0])), self.slots(&rest[1..]));
                let free = branch.free_slots(service, &slots, Source::Customer, now);
                let names: Vec<String> =
                    free.iter().map(|slot| promises::time(slot.local)).collect();
                if names.is_empty() { "nothing".into() } else { names.join(" ") }
            }
            "bookings" => {
                let midnight = self.midnight(rest);
                let day = branch.bookings_between(midnight, midnight + promises::DAY_MS);
                let names: Vec<String> = day.map(|ticket| words::name(branch, ticket.id)).collect();
                if names.is_empty() { "nobody".into() } else { names.join(" ") }
            }
            "mean" => words::minutes(branch.mean_wait(ServiceId(number(rest[0])), now.at)),
            "why" => {
                let told = explain(branch, ticket(), at(rest[1]), &among(&rest[2..]));
                words::explanation(branch, &told)
            }
            _ => {
                let id = ServiceId(number(rest[0]));
                let service = branch.settings().service(id).expect("a story knows its services");
                if verb == "have" {
                    let reason = branch.unavailable(service, now);
                    return reason.map_or("yes".into(), |reason| format!("{reason:?}"));
                }
                let left = branch.left_today(service);
                left.map_or("no end".into(), |left| left.to_string())
            }
        }
    }

    fn command(&mut self, verb: &str, rest: &[&str]) -> Command {
        let unstarted =
            if rest.contains(&"at-call") { Unstarted::StartAtCall } else { Unstarted::Refuse };
        match (verb, rest) {
            ("issue", [lines, options @ ..]) => self.issue(lines, options),
            ("call", [caller, options @ ..]) => {
                Command::CallNext { at: at(caller), among: among(options) }
            }
            ("take", [caller, label, standing @ ..]) => {
                let standing = match standing {
                    ["parked"] => Standing::Parked,
                    ["missing"] => Standing::Missing,
                    _ => Standing::Waiting,
                };
                Command::Call { at: at(caller), ticket: self.ticket_id(label), standing }
            }
            ("recall", [label]) => Command::Recall { call: self.call_id(label) },
            ("start", [label]) => Command::Start { call: self.call_id(label) },
            ("finish", [label, options @ ..]) => {
                let afterwork = options.contains(&"afterwork");
                Command::Finish { call: self.call_id(label), afterwork, unstarted }
            }
            ("noshow", [label]) => Command::NoShow { call: self.call_id(label) },
            ("put-back", [label]) => Command::PutBack { ticket: self.ticket_id(label) },
            ("overdue", [label]) => Command::PutBackOverdue { ticket: self.ticket_id(label) },
            ("park", [label, ..]) => Command::Park { call: self.call_id(label), unstarted },
            ("send", [label, to, options @ ..]) => Command::Transfer {
                call: self.call_id(label),
                to: place(to),
                service: named_service(options),
                priority: options.iter().find_map(|word| priority(word.strip_prefix('p')?)),
                then_back: options.contains(&"back"),
            },
            ("undo", [counter]) => Command::Undo { counter: CounterId(number(counter)) },
            ("redirect", [label, to, options @ ..]) => Command::Redirect {
                ticket: self.ticket_id(label),
                to: place(to),
                service: named_service(options),
                priority: options.iter().find_map(|word| priority(word.strip_prefix('p')?)),
            },
            ("add", [label, line, options @ ..]) => Command::AddLine {
                ticket: self.ticket_id(label),
                line: line_request(line),
                source: match options.contains(&"staff") {
                    true => Source::Staff,
                    false => Source::Customer,
                },
            },
            ("drop", [label, line]) => Command::CancelLine {
                ticket: self.ticket_id(label),
                line: line.parse().expect("a line is a number"),
            },
            ("urge", [label, line, urgency]) => Command::SetPriority {
                ticket: self.ticket_id(label),
                line: line.parse().expect("a line is a number"),
                priority: priority(urgency).expect("a priority is 1 to 9"),
            },
            ("delete", [label]) => Command::Delete { ticket: self.ticket_id(label) },
            ("rate", [label, about @ .., answer]) => Command::Answer {
                ticket: self.ticket_id(label),
                survey: ProfileId(about.first().map_or(1, |word| number(word))),
                question: QuestionId(about.get(1).map_or(1, |word| number(word))),
                answer: AnswerId(answer.parse().expect("an answer is a number")),
            },
            ("sit", [operator, counter]) => Command::OpenShift {
                operator: OperatorId(number(operator)),
                counter: CounterId(number(counter)),
            },
            ("break", [counter]) => Command::StartBreak { counter: CounterId(number(counter)) },
            ("back", [counter]) => Command::EndBreak { counter: CounterId(number(counter)) },
            ("book", [service, time, options @ ..]) => self.book(service, time, options),
            ("confirm", [label]) => Command::ConfirmBooking { ticket: self.ticket_id(label) },
            ("cancel", [label]) => Command::CancelBooking { ticket: self.ticket_id(label) },
            ("lapse", [label]) => Command::LapseBooking { ticket: self.ticket_id(label) },
            ("check-in", [what, options @ ..]) => self.check_in(what, options),
            ("leave", [counter]) => Command::CloseShift { counter: CounterId(number(counter)) },
            ("close", ["day"]) => Command::CloseDay,
            ("open", ["day", day @ ..]) => {
                let next = self.branch.parts().last_day.map_or(MONDAY, |last| last.0 + 1);
                let day = day.first().map(|day| day.parse().expect("a day is a number"));
                Command::OpenDay(DayId(day.unwrap_or(next)))
            }
            ("set", what) => Command::ChangeSettings(Box::new(self.edited(what))),
            _ => panic!("no such line in the stories' language: {verb} {rest:?}"),
        }
    }

    fn issue(&mut self, lines: &str, options: &[&str]) -> Command {
        self.tokens += 1;
        let option = |key: &str| options.iter().find_map(|word| word.strip_prefix(key));
        let token =
            option("token=").map_or(format!("{:0>10}", self.tokens), |t| format!("{t:t>10}"));
        Command::Issue(Issue {
            lines: lines.split(',').filter(|word| *word != "nothing").map(line_request).collect(),
            language: option("lang=").map(|id| LanguageId(id.parse().expect("a number"))),
            token: Token::parse(&token).expect("ten characters"),
            pass: option("pass=")
                .map(|pass| Pass::parse(&format!("{pass:p>11}")).expect("eleven characters")),
            source: if options.contains(&"staff") { Source::Staff } else { Source::Customer },
            device: None,
        })
    }

    /// The settings in force, with one thing changed.
    fn edited(&self, what: &[&str]) -> Settings {
        let mut settings = Settings::clone(self.branch.settings());
        match what {
            [service, change] if service.starts_with('S') => {
                let id = ServiceId(number(service));
                if *change == "gone" {
                    settings.services.retain(|service| service.id != id);
                }
                for service in settings.services.iter_mut().filter(|service| service.id == id) {
                    match change.split_once('=') {
                        Some(("quota", quota)) => service.quota = quota.parse().ok(),
                        Some((_, tag)) => service.tag = Tag::new(tag).expect("a tag"),
                        None => service.disabled = *change == "disabled",
                    }
                }
            }
            [counter, "gone"] if counter.starts_with('C') => {
                settings.counters.retain(|known| known.id.0 != number(counter));
            }
            [operator, "gone"] => {
                settings.operators.retain(|known| known.id.0 != number(operator));
            }
            [rule] => {
                let (rule, value) = rule.split_once('=').expect("a rule has a value");
                let rules = &mut settings.rules;
                match rule {
                    "bookings" => settings.bookings.enabled = value == "on",
                    "places" => settings.bookings.places = value.parse().expect("a number"),
                    "urgency" => settings.bookings.priority = priority(value).expect("1 to 9"),
                    "no-shows" => rules.no_shows_max = value.parse().expect("a number"),
                    "put-back" => rules.put_back_after_min = value.parse().ok(),
                    "tolerance" => rules.tolerance_tickets = value.parse().expect("a number"),
                    _ => rules.feedback_for_min = value.parse().expect("a number"),
                }
            }
            _ => panic!("no such setting in the stories' language: {what:?}"),
        }
        settings
    }

    pub(super) fn ticket_id(&self, label: &str) -> TicketId {
        self.ticket(label).map_or(TicketId(0), |ticket| ticket.id)
    }

    fn call_id(&self, label: &str) -> CallId {
        let last = self.ticket(label).and_then(|ticket| ticket.calls.last());
        last.map_or(CallId(0), |call| call.id)
    }
}

fn at(word: &str) -> At {
    let (counter, operator) = match word.split_once('/') {
        Some((counter, operator)) => (counter, Some(OperatorId(number(operator)))),
        None => (word, None),
    };
    At { counter: CounterId(number(counter)), operator }
}

fn among(options: &[&str]) -> Among {
    match options {
        ["among", services] => {
            let services = services.split(',').filter(|word| *word != "nothing");
            Among::These(services.map(|word| ServiceId(number(word))).collect())
        }
        _ => Among::Everything,
    }
}

/// "S1", or "S1:9" for an urgent one.
fn line_request(word: &str) -> LineRequest {
    let (service, urgency) = word.split_once(':').unwrap_or((word, "5"));
    let priority = priority(urgency).expect("a priority is 1 to 9");
    LineRequest { service: ServiceId(number(service)), priority }
}

fn named_service(options: &[&str]) -> Option<ServiceId> {
    options.iter().find_map(|word| Some(ServiceId(number(word.strip_prefix("for=")?))))
}

fn place(word: &str) -> Place {
    match word.chars().next() {
        Some('S') => Place::Service(ServiceId(number(word))),
        Some('C') => Place::Counter(CounterId(number(word))),
        _ => Place::Operator(OperatorId(number(word))),
    }
}

pub(super) fn priority(word: &str) -> Option<Priority> {
    Priority::new(word.parse().ok()?)
}

/// The number behind a letter: 3 of "S3".
pub(super) fn number(word: &str) -> u32 {
    word[1..].parse().unwrap_or_else(|_| panic!("{word} is no letter and number"))
}

fn span(word: &str) -> Duration {
    let digits = word.trim_end_matches(char::is_alphabetic);
    let count: u64 = digits.parse().unwrap_or_else(|_| panic!("{word} is no span of time"));
    match &word[digits.len()..] {
        "ms" => Duration::from_millis(count),
        "s" => Duration::from_secs(count),
        "m" => Duration::from_secs(count * 60),
        "h" => Duration::from_secs(count * 3600),
        unit => panic!("{unit} is no unit of time"),
    }
}
