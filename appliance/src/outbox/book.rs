//! The book: the documents of the newest business day in memory, into which the journal is written
//! over. It returns what has to be on disk before anything leaves the box, and what follows needs
//! no state beside the documents, so a crash between any two steps loses nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use engine::{DayId, Entry, Event, Seq, Settings};
use sync::change::{Change, Step, Transition};
use sync::document::{DayRow, State, TicketRow};
use sync::error::Error;
use sync::ids::{Actor, BoxEpoch, BranchId, DocumentId, Moment, TicketKey};
use sync::limits::CHANGE_TRANSITIONS_MAX;
use sync::replica::{RawChange, Replica};

use super::talk::Talk;
use super::translate::{moment, names, step};
use crate::store::{Archive, OUTBOX_READER, Sheet, StoreError};

/// Why the book cannot go on. It is opened again, from what is on disk.
#[derive(Debug)]
pub(super) enum Fault {
    /// The disk.
    Store(StoreError),
    /// The registrar did not write; says why.
    Unwritten(String),
    /// A document that is on disk does not load.
    Document(Sheet, Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Store(error) => write!(f, "{error}"),
            Fault::Unwritten(why) => write!(f, "the disk took no writes ({why})"),
            Fault::Document(sheet, error) => {
                write!(f, "the replicated day {}-{}: {error}", sheet.day.0, sheet.segment)
            }
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        Fault::Store(error)
    }
}

/// One document in memory, and how far central has come with it.
pub(super) struct Page {
    pub(super) sheet: Sheet,
    pub(super) replica: Replica,
    pub(super) talk: Talk,
    /// Whether there are raw changes that no saved document holds.
    pub(super) is_loose: bool,
    /// Transitions that are not in the document yet.
    pending: Vec<Change>,
    /// Tickets that are issued in them.
    fresh: BTreeSet<TicketKey>,
}

impl Page {
    fn new(sheet: Sheet, replica: Replica) -> Page {
        Page {
            sheet,
            replica,
            talk: Talk::default(),
            is_loose: true,
            pending: Vec::new(),
            fresh: BTreeSet::new(),
        }
    }

    fn has(&self, ticket: &TicketKey) -> bool {
        self.fresh.contains(ticket) || self.replica.has(ticket)
    }

    /// What a ticket is called in it: a former life's name, where it was over before the present one
    /// began.
    fn name_of(&self, ticket: &TicketKey) -> Option<TicketKey> {
        if self.has(ticket) {
            return Some(*ticket);
        }
        let mut names = self.replica.tickets().into_iter();
        names.find(|name| {
            // Reading a row is the dearer half.
            name.number == ticket.number
                && self.replica.ticket(name).is_some_and(|row| row.state != State::MovedOn)
        })
    }

    fn push(&mut self, change: Change, taken: &mut Taken) -> Result<(), Fault> {
        self.pending.push(change);
        match self.pending.len() < CHANGE_TRANSITIONS_MAX {
            true => Ok(()),
            false => self.write(taken),
        }
    }

    /// Makes one raw change of what is pending.
    fn write(&mut self, taken: &mut Taken) -> Result<(), Fault> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        self.fresh.clear();
        match self.replica.apply(&pending) {
            Ok(change) => self.made(change, taken),
            Err(Error::Broken) => return Err(Fault::Document(self.sheet, Error::Broken)),
            // One of them is to blame. It is left out, and said; the journal still has it.
            Err(_) => {
                for change in pending {
                    match self.replica.apply(std::slice::from_ref(&change)) {
                        Ok(change) => self.made(change, taken),
                        Err(Error::Broken) => {
                            return Err(Fault::Document(self.sheet, Error::Broken));
                        }
                        Err(error) => {
                            tracing::error!(%error, "an entry of the journal cannot be replicated");
                            taken.left_out += 1;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn made(&mut self, change: Option<RawChange>, taken: &mut Taken) {
        if let Some(change) = change {
            self.is_loose = true;
            taken.changes.push((self.sheet, change));
        }
    }
}

/// What came of some entries.
#[derive(Default)]
pub(super) struct Taken {
    /// To be stored, in this order, before any of it leaves.
    pub(super) changes: Vec<(Sheet, RawChange)>,
    /// The documents of a day that is over.
    pub(super) retired: Vec<Page>,
    /// Entries that are in the changes.
    pub(super) transitions: u64,
    /// Entries that cannot be replicated.
    pub(super) left_out: u64,
}

impl Taken {
    /// The changes as they are stored.
    pub(super) fn stored(&self) -> Vec<(Sheet, Vec<u8>)> {
        self.changes.iter().map(|(sheet, change)| (*sheet, change.bytes.clone())).collect()
    }
}

/// The documents in memory.
pub(super) struct Book {
    archive: Archive,
    branch: BranchId,
    epoch: BoxEpoch,
    actor: Actor,
    /// How far the journal is in the documents.
    pub(super) cursor: Seq,
    /// Those of the newest day, by segment.
    pub(super) pages: Vec<Page>,
    /// One of an older day, with which central is being brought up to date.
    pub(super) older: Option<Page>,
    settings: Arc<Settings>,
}

impl Book {
    /// Opens it where it was left. `settings` are the branch's present ones: names of a day whose
    /// document has not begun. `actor` must be new: after a failed write nobody knows how far the
    /// last one came.
    pub(super) fn open(
        archive: Archive,
        branch: BranchId,
        epoch: BoxEpoch,
        actor: Actor,
        settings: Arc<Settings>,
    ) -> Result<Book, Fault> {
        let cursor = archive.cursor(OUTBOX_READER)?;
        let sheets = archive.newest_sheets()?;
        let (pages, older) = (Vec::new(), None);
        let mut book = Book { archive, branch, epoch, actor, cursor, pages, older, settings };
        for sheet in sheets {
            let page = book.load(sheet)?;
            book.pages.push(page);
        }
        Ok(book)
    }

    /// The newest day.
    pub(super) fn day(&self) -> Option<DayId> {
        self.pages.first().map(|page| page.sheet.day)
    }

    /// A document's name at central.
    pub(super) fn document(&self, sheet: Sheet) -> DocumentId {
        DocumentId { branch: self.branch, day: sheet.day.0, segment: sheet.segment }
    }

    /// All documents in memory.
    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Page> {
        self.pages.iter_mut().chain(&mut self.older)
    }

    /// Reads a stored document.
    pub(super) fn load(&self, sheet: Sheet) -> Result<Page, Fault> {
        let stored = self.archive.document(sheet)?.unwrap_or_default();
        let document = self.document(sheet);
        let loaded = match &stored.saved {
            None => Replica::load(document, self.actor, slices(&stored.changes)),
            Some(saved) => {
                Replica::load_saved(document, self.actor, saved).and_then(|mut replica| {
                    replica.receive(slices(&stored.changes))?;
                    Ok(replica)
                })
            }
        };
        let replica = loaded.map_err(|error| Fault::Document(sheet, error))?;
        let mut page = Page::new(sheet, replica);
        page.is_loose = stored.saved.is_none() || !stored.changes.is_empty();
        Ok(page)
    }

    /// Has the open tickets of the box's former life go on in this one: a restored box tells of them
    /// under names of its own, whatever became of the old ones after the backup. Nothing comes of it
    /// where there are none, or where it was done before.
    pub(super) fn adopt(&mut self, at: Moment) -> Result<Taken, Fault> {
        let (mut taken, mut coming) = (Taken::default(), Vec::new());
        let (epoch, seq) = (self.epoch, self.cursor.0);
        for page in &mut self.pages {
            let day = page.sheet.day.0;
            let former = page.replica.tickets().into_iter().filter(|ticket| ticket.epoch != epoch);
            for ticket in former {
                let Some(row) = page.replica.ticket(&ticket).filter(goes_on) else { continue };
                // Figures count it once: with its new name, which it has from the day of its birth.
                let born = row.born.or(Some(day));
                let (state, since, calls) = (State::MovedOn, at, Vec::new());
                let left = TicketRow { state, since, born, calls, ..row.clone() };
                // After all that the journal has said of it.
                let step = Step::CameOver(Box::new(left));
                page.push(
                    Change::Ticket(Transition { seq: seq + 1, at, ticket, step }),
                    &mut taken,
                )?;
                let step = Step::MovedOn { day };
                page.push(
                    Change::Ticket(Transition { seq: seq + 2, at, ticket, step }),
                    &mut taken,
                )?;
                coming.push((TicketKey { epoch, ..ticket }, row));
            }
            page.write(&mut taken)?;
        }
        coming.sort_by_key(|(ticket, _)| *ticket);
        for (ticket, row) in coming {
            let step = Step::CameOver(Box::new(row));
            self.write_ticket(Transition { seq, at, ticket, step }, &mut taken)?;
            taken.transitions += 1;
        }
        self.write_all(&mut taken)?;
        Ok(taken)
    }

    /// Writes entries over, which follow the cursor: as many of them as go together.
    pub(super) fn take(&mut self, entries: &[Entry]) -> Result<Taken, Fault> {
        let mut taken = Taken::default();
        for entry in entries {
            if !self.take_one(entry, &mut taken)? {
                break;
            }
            self.cursor = entry.seq;
        }
        self.write_all(&mut taken)?;
        Ok(taken)
    }

    fn write_all(&mut self, taken: &mut Taken) -> Result<(), Fault> {
        self.pages.iter_mut().chain(&mut self.older).try_for_each(|page| page.write(taken))
    }

    /// Writes one entry over, unless it has to be the first of the next turn.
    fn take_one(&mut self, entry: &Entry, taken: &mut Taken) -> Result<bool, Fault> {
        let at = moment(entry.at);
        match &entry.event {
            Event::SettingsChanged(settings) => {
                self.settings = Arc::clone(settings);
                self.tell_names(taken)?;
            }
            Event::DayOpened { day } => self.open_day(*day, at, entry.seq.0, taken)?,
            Event::DayClosed { .. } => {
                if let Some(page) = self.pages.first_mut() {
                    page.push(Change::DayClosed { at }, taken)?;
                }
            }
            event @ (Event::Issued { .. }
            | Event::Booked { .. }
            | Event::BookingConfirmed { .. }
            | Event::BookingCancelled { .. }
            | Event::BookingLapsed { .. }
            | Event::CheckedIn { .. }
            | Event::ShiftOpened { .. }
            | Event::ShiftClosed { .. }
            | Event::BreakStarted { .. }
            | Event::BreakEnded { .. }
            | Event::Called { .. }
            | Event::Recalled { .. }
            | Event::Started { .. }
            | Event::AfterworkBegan { .. }
            | Event::Finished { .. }
            | Event::Missed { .. }
            | Event::GivenUp { .. }
            | Event::PutBack { .. }
            | Event::Parked { .. }
            | Event::Transferred { .. }
            | Event::Undone { .. }
            | Event::Redirected { .. }
            | Event::LineAdded { .. }
            | Event::LineCancelled { .. }
            | Event::PrioritySet { .. }
            | Event::Deleted { .. }
            | Event::Answered { .. }) => {
                let (Some(ticket), Some(step)) = (event.ticket(), step(event)) else {
                    return Ok(true);
                };
                let mut ticket = self.key(ticket.0);
                if !self.is_at_hand(&ticket, &step) {
                    // What this turn has made of a document is not on disk yet, so none is read.
                    if taken.transitions != 0 {
                        return Ok(false);
                    }
                    ticket = self.fetch(ticket)?;
                }
                let transition = Transition { seq: entry.seq.0, at, ticket, step };
                self.write_ticket(transition, taken)?;
            }
        }
        taken.transitions += 1;
        Ok(true)
    }

    fn is_at_hand(&self, ticket: &TicketKey, step: &Step) -> bool {
        is_first(step) || self.pages.iter().chain(&self.older).any(|page| page.has(ticket))
    }

    /// Has the document of a ticket that is over: its customer answers late. Gives the ticket's name
    /// in it, which may be of a former life.
    fn fetch(&mut self, ticket: TicketKey) -> Result<TicketKey, Fault> {
        let mut at_hand = self.pages.iter().chain(&self.older);
        if let Some(name) = at_hand.find_map(|page| page.name_of(&ticket)) {
            return Ok(name);
        }
        let Some(day) = self.day() else { return Ok(ticket) };
        for sheet in self.archive.sheets_before(day)? {
            let page = self.load(sheet)?;
            if let Some(name) = page.name_of(&ticket) {
                self.older = Some(page);
                return Ok(name);
            }
        }
        Ok(ticket)
    }

    fn key(&self, number: u64) -> TicketKey {
        TicketKey { branch: self.branch, epoch: self.epoch, number }
    }

    fn tell_names(&mut self, taken: &mut Taken) -> Result<(), Fault> {
        let Some(page) = self.pages.first_mut() else { return Ok(()) };
        let before = DayRow::read(&page.replica.day()).services;
        names(&self.settings, &before).into_iter().try_for_each(|change| page.push(change, taken))
    }

    fn open_day(
        &mut self,
        day: DayId,
        at: Moment,
        seq: u64,
        taken: &mut Taken,
    ) -> Result<(), Fault> {
        self.write_all(taken)?;
        let mut moving: Vec<(TicketKey, TicketRow)> = Vec::new();
        for page in &mut self.pages {
            for ticket in page.replica.tickets() {
                let Some(row) = page.replica.ticket(&ticket).filter(goes_on) else { continue };
                let step = Step::MovedOn { day: day.0 };
                page.push(Change::Ticket(Transition { seq, at, ticket, step }), taken)?;
                let born = row.born.or(Some(page.sheet.day.0));
                moving.push((ticket, TicketRow { born, ..row }));
            }
            page.write(taken)?;
        }
        taken.retired.append(&mut self.pages);
        self.begin_page(Sheet { day, segment: 1 }, at, taken)?;
        self.tell_names(taken)?;
        moving.sort_by_key(|(ticket, _)| *ticket);
        for (ticket, row) in moving {
            let step = Step::CameOver(Box::new(row));
            self.write_ticket(Transition { seq, at, ticket, step }, taken)?;
        }
        Ok(())
    }

    fn begin_page(&mut self, sheet: Sheet, at: Moment, taken: &mut Taken) -> Result<(), Fault> {
        let mut page = Page::new(sheet, Replica::new(self.document(sheet), self.actor));
        page.push(Change::DayOpened { at }, taken)?;
        self.pages.push(page);
        Ok(())
    }

    fn write_ticket(&mut self, transition: Transition, taken: &mut Taken) -> Result<(), Fault> {
        let ticket = transition.ticket;
        let page = match is_first(&transition.step) {
            true => self.page_for_new(transition.at, taken)?,
            false => self.pages.iter_mut().chain(&mut self.older).find(|page| page.has(&ticket)),
        };
        let Some(page) = page else {
            tracing::warn!(%ticket, "a ticket that is in no document; its entry is left out");
            taken.left_out += 1;
            return Ok(());
        };
        if is_first(&transition.step) {
            page.fresh.insert(ticket);
        }
        page.push(Change::Ticket(transition), taken)
    }

    /// The newest document, or a further one if that is full.
    fn page_for_new(&mut self, at: Moment, taken: &mut Taken) -> Result<Option<&mut Page>, Fault> {
        if let Some(last) = self.pages.last_mut()
            && last.replica.is_full()
        {
            last.write(taken)?;
            let Sheet { day, segment } = last.sheet;
            self.begin_page(Sheet { day, segment: segment.saturating_add(1) }, at, taken)?;
        }
        Ok(self.pages.last_mut())
    }
}

/// Whether a ticket's story in a document begins with this.
fn is_first(step: &Step) -> bool {
    matches!(step, Step::Issued { .. } | Step::CameOver(_))
}

/// Whether a ticket goes on when a new day begins.
fn goes_on(row: &TicketRow) -> bool {
    match row.state {
        State::Waiting
        | State::Called
        | State::Serving
        | State::Afterwork
        | State::Parked
        | State::Missing => true,
        State::Served | State::NoShow | State::Deleted | State::MovedOn => false,
    }
}

fn slices(changes: &[Vec<u8>]) -> impl Iterator<Item = &[u8]> {
    changes.iter().map(Vec::as_slice)
}
