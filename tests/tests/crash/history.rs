//! The journal of a killed daemon, read after every crash: what it says now, it says for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use appliance::store::encoding::decode_event;
use appliance::store::{FILE_NAME, Store, StoreOptions};
use engine::{
    Branch, CallId, CounterId, DayId, DeviceId, Entry, Event, Moment, Pass, Seq, TicketId,
};
use rusqlite::Connection;

use super::site::{Ending, Fact, Told};

/// A ticket as the journal issued it.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) label: String,
    pub(crate) token: String,
    pub(crate) device: Option<DeviceId>,
}

/// What is known from the journal so far.
pub(crate) struct History {
    /// The rows as they are on disk, seq by seq.
    rows: Vec<(u64, i64, u64, String)>,
    /// What they amount to.
    branch: Branch,
    day: Option<DayId>,
    labels: BTreeSet<(DayId, String)>,
    passes: BTreeSet<Pass>,
    pub(crate) tickets: BTreeMap<u64, Issued>,
    pub(crate) by_token: BTreeMap<String, u64>,
    calls: BTreeMap<CallId, (TicketId, CounterId, Option<Ending>)>,
    at_counter: BTreeMap<CounterId, CallId>,
    of_ticket: BTreeMap<TicketId, CallId>,
    deleted: BTreeSet<TicketId>,
    rated: BTreeSet<TicketId>,
}

impl History {
    pub(crate) fn new() -> History {
        History {
            rows: Vec::new(),
            branch: Branch::blank(),
            day: None,
            labels: BTreeSet::new(),
            passes: BTreeSet::new(),
            tickets: BTreeMap::new(),
            by_token: BTreeMap::new(),
            calls: BTreeMap::new(),
            at_counter: BTreeMap::new(),
            of_ticket: BTreeMap::new(),
            deleted: BTreeSet::new(),
            rated: BTreeSet::new(),
        }
    }

    /// Journal entries so far.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Calls so far.
    pub(crate) fn calls(&self) -> usize {
        self.calls.len()
    }

    /// Reads what a killed daemon left, on a copy: the next daemon has to find it as it is.
    pub(crate) fn examine(&mut self, data: &Path, told: &Told) {
        let folder = tempfile::tempdir().expect("a folder");
        for ending in ["", "-wal"] {
            let name = format!("{FILE_NAME}{ending}");
            if data.join(&name).exists() {
                std::fs::copy(data.join(&name), folder.path().join(&name)).expect("can be copied");
            }
        }
        let store = Store::open(StoreOptions::in_folder(folder.path())).expect("the store opens");
        self.read_on(&folder.path().join(FILE_NAME));
        let rows = store.load().expect("the rows can be read");
        assert!(rows == self.branch, "the current rows are not what the journal amounts to");
        self.hold_to(told);
        self.hold_marks_to(&folder.path().join(FILE_NAME), told);
    }

    /// Holds the store's own replay to ours.
    pub(crate) fn replay(&self, data: &Path) {
        let store = Store::open(StoreOptions::in_folder(data)).expect("the store opens");
        let replayed = store.replay().expect("the journal can be read");
        assert!(replayed == self.branch && store.load().expect("reads") == replayed);
    }

    fn read_on(&mut self, path: &Path) {
        let sql = Connection::open(path).expect("the database opens");
        let text = "SELECT seq, wall_ms, steady_ms, event FROM journal ORDER BY seq";
        let mut query = sql.prepare(text).expect("the table is there");
        let row = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, u64>(0)?, row.get(1)?, row.get::<_, u64>(2)?, row.get(3)?))
        };
        let rows = query.query_map([], row).expect("answers");
        let rows: Vec<(u64, i64, u64, String)> =
            rows.collect::<Result<_, _>>().expect("every row can be read");
        assert!(rows.starts_with(&self.rows), "what was once on disk has changed");
        for (seq, wall_ms, steady_ms, event) in &rows[self.rows.len()..] {
            let event = decode_event(event).expect("is an event");
            let at = Moment { wall_ms: *wall_ms, steady_ms: *steady_ms };
            let entry = Entry { seq: Seq(*seq), at, event };
            self.follow(&entry);
            self.branch.apply(&entry);
        }
        for (place, (seq, ..)) in (1_u64..).zip(&rows) {
            assert_eq!(*seq, place, "a number of the journal is left out");
        }
        self.rows = rows;
    }

    /// A second opinion on the rules that matter most, with nothing of the engine in it.
    fn follow(&mut self, entry: &Entry) {
        match &entry.event {
            Event::DayOpened { day } => self.day = Some(*day),
            Event::Issued { ticket, label, token, pass, device, .. } => {
                let label = label.to_string();
                let day = self.day.expect("a ticket is issued on an open day");
                assert!(self.labels.insert((day, label.clone())), "{label} was given twice");
                if let Some(pass) = pass {
                    assert!(self.passes.insert(*pass), "a key has bought two tickets");
                }
                let token = token.as_str().to_owned();
                let known = self.by_token.insert(token.clone(), ticket.0);
                assert_eq!(known, None, "a token was given twice");
                let issued = Issued { label, token, device: *device };
                assert!(self.tickets.insert(ticket.0, issued).is_none(), "{ticket} twice");
            }
            Event::Called { ticket, call, counter, .. } => {
                let other = self.at_counter.insert(*counter, *call);
                assert_eq!(other, None, "counter {counter} has two customers");
                let other = self.of_ticket.insert(*ticket, *call);
                assert_eq!(other, None, "ticket {ticket} is at two counters");
                let call = self.calls.insert(*call, (*ticket, *counter, None));
                assert_eq!(call, None, "a call was made twice");
            }
            Event::Finished { call, .. } => self.end(*call, Ending::Finished),
            Event::Missed { call, .. } | Event::GivenUp { call, .. } => {
                self.end(*call, Ending::Missed)
            }
            Event::Parked { call, .. } => self.end(*call, Ending::Parked),
            Event::Transferred { .. } => panic!("nobody has transferred anything"),
            Event::Undone { .. }
            | Event::Redirected { .. }
            | Event::LineAdded { .. }
            | Event::LineCancelled { .. }
            | Event::PrioritySet { .. } => panic!("nobody leads the hall"),
            Event::Booked { .. }
            | Event::BookingConfirmed { .. }
            | Event::BookingCancelled { .. }
            | Event::BookingLapsed { .. }
            | Event::CheckedIn { .. } => panic!("nobody has booked anything"),
            Event::Deleted { ticket } => {
                assert!(!self.of_ticket.contains_key(ticket), "{ticket} was deleted at a counter");
                assert!(self.deleted.insert(*ticket), "{ticket} was deleted twice");
            }
            Event::Answered { ticket, .. } => {
                assert!(self.rated.insert(*ticket), "{ticket} was rated twice");
            }
            Event::SettingsChanged(_)
            | Event::DayClosed { .. }
            | Event::ShiftOpened { .. }
            | Event::ShiftClosed { .. }
            | Event::BreakStarted { .. }
            | Event::BreakEnded { .. }
            | Event::Recalled { .. }
            | Event::Started { .. }
            | Event::AfterworkBegan { .. }
            | Event::PutBack { .. } => {}
        }
    }

    fn end(&mut self, call: CallId, how: Ending) {
        let (ticket, counter, ended) =
            self.calls.get_mut(&call).expect("a call ends after it began");
        assert_eq!(ended.replace(how), None, "a call has ended twice");
        assert_eq!(self.at_counter.remove(counter), Some(call));
        assert_eq!(self.of_ticket.remove(ticket), Some(call));
    }

    /// Everything that anyone was told is there.
    fn hold_to(&self, told: &Told) {
        for fact in &told.facts {
            assert!(self.has(fact), "a client was told {fact:?}, and it is not in the journal");
        }
    }

    fn has(&self, fact: &Fact) -> bool {
        let ticket = |token: &String| self.by_token.get(token).map(|id| TicketId(*id));
        match fact {
            Fact::Taken { token } => ticket(token).is_some(),
            Fact::Created { ticket, label, prints } => {
                let issued = self.tickets.get(ticket);
                issued.is_some_and(|ours| ours.label == *label && ours.device.is_some() == *prints)
            }
            Fact::Called { ticket, label, call, counter } => {
                let ours = self.calls.get(&CallId(*call));
                let is_same = ours.is_some_and(|(of, at, _)| of.0 == *ticket && at.0 == *counter);
                is_same && self.tickets.get(ticket).is_some_and(|ours| ours.label == *label)
            }
            Fact::Ended { call, how } => {
                self.calls.get(&CallId(*call)).is_some_and(|(_, _, end)| *end == Some(*how))
            }
            Fact::Deleted { token } => ticket(token).is_some_and(|id| self.deleted.contains(&id)),
            Fact::Rated { token } => ticket(token).is_some_and(|id| self.rated.contains(&id)),
        }
    }

    /// Each ticket that was asked for with a mark is there once at most; once, if that was told.
    fn hold_marks_to(&self, path: &Path, told: &Told) {
        let sql = Connection::open(path).expect("the database opens");
        let text = "SELECT text, ticket FROM texts WHERE field = 'custom_field'";
        let mut query = sql.prepare(text).expect("the table is there");
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("answers");
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows {
            let (mark, ticket): (String, u64) = row.expect("can be read");
            assert!(self.tickets.contains_key(&ticket), "a text about no ticket");
            assert_eq!(found.insert(mark.clone(), ticket), None, "{mark} has two tickets");
        }
        for (mark, ticket) in told.marks.iter().filter(|(_, ticket)| ticket.is_some()) {
            assert_eq!(found.get(mark), ticket.as_ref(), "the ticket of {mark}");
        }
        let asked: BTreeSet<&String> = told.marks.iter().map(|(mark, _)| mark).collect();
        assert!(found.keys().all(|mark| asked.contains(mark)), "nobody asked for it");
    }

    /// Whether the journal has it that a ticket was given up.
    pub(crate) fn is_deleted(&self, ticket: u64) -> bool {
        self.deleted.contains(&TicketId(ticket))
    }
}
