//! What apps are told: from the journal to the customer's phone, each thing once.
//!
//! A reader of the journal with a cursor of its own. What is to be told and the cursor are written
//! in one transaction, so a call is neither forgotten nor told twice, whatever dies in between;
//! handing it over leaves one file a notice, under the notice's number, or calls the webhook that
//! the customer has named, with the same name each time.

mod calls;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use engine::{Branch, Call, CallId, Entry, Event, Seq, Ticket, TicketId, TicketState};
use serde::Serialize;
use serve::shutdown::Shutdown;
use serve::tray::Tray;
use serve::virtual_ticket::{Customer, Notice, Whose, names_webhook};
use serve::webhook::{NotTaken, Parcel, Target};

use self::calls::Calls;

use crate::api::Rooms;
use crate::api::virtual_ticket::{language_of, notice};
use crate::registrar::Committed;
use crate::store::{
    Archive, DueNotice, ENTRIES_READ_MAX, Housekeeping, NOTICES_READER, NewNotice, NoticeState,
    StoreError,
};

/// The folder of what apps were told, within the data folder.
pub const NOTICES_FOLDER: &str = "notices";

/// Files in that folder; the oldest go, since they are only a record.
pub const NOTICES_FILES_MAX: usize = 1_000;

/// After this time a call is old news, and a phone that rings for it does harm.
pub const NOTICE_AGE_MAX: Duration = Duration::from_secs(10 * 60);

/// Notices that are taken up in one go.
const DUE_READ_MAX: u32 = 64;

/// Entries after which the cursor is written even though none is to be told.
const CURSOR_EVERY: u64 = 4_096;

/// Reading the journal once for all that came within this time costs nobody anything.
const GATHER: Duration = Duration::from_millis(50);

/// The wait before a round is tried again after a failure.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The call of the warning: real ones are numbered from 1.
const WARNING: u64 = 0;

/// Tells apps until `shutdown`.
pub async fn tell(rooms: Rooms, archive: Archive, tray: Tray, shutdown: Shutdown) {
    let mut grown = rooms.mailbox.grown();
    let mut teller = Teller::new(rooms, archive, tray);
    loop {
        grown.mark_unchanged();
        let well = teller.round().await;
        let more = async {
            if well.is_err() {
                tokio::time::sleep(RETRY_AFTER).await;
                return;
            }
            // An error means that the registrar has ended; the shutdown is near.
            if grown.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(GATHER).await;
        };
        tokio::select! {
            _ = shutdown.wait() => return,
            () = more => {}
            () = teller.calls.one_over() => {}
        }
    }
}

/// A round failed; the log says why.
struct Failed;

struct Teller {
    rooms: Rooms,
    archive: Archive,
    tray: Tray,
    /// How far it has read; nothing before the cursor on disk is known.
    read: Option<Seq>,
    /// How far that is on disk.
    kept: Seq,
    /// With how many ahead the holders of waiting tickets want to be warned.
    limits: BTreeMap<TicketId, usize>,
    /// Tickets whose holders have been warned.
    warned: BTreeSet<TicketId>,
    /// What is on its way to webhooks.
    calls: Calls,
}

impl Teller {
    fn new(rooms: Rooms, archive: Archive, tray: Tray) -> Teller {
        let (limits, warned) = (BTreeMap::new(), BTreeSet::new());
        let calls = Calls::default();
        Teller { rooms, archive, tray, read: None, kept: Seq(0), limits, warned, calls }
    }

    async fn round(&mut self) -> Result<(), Failed> {
        while let Some((id, state)) = self.calls.unsettled() {
            self.keep(Housekeeping::Notice { id, state }).await?;
            self.calls.settled(id);
        }
        self.catch_up().await?;
        self.warn().await?;
        self.hand_over().await
    }

    /// Reads to the journal's end, and writes down which calls are to be told.
    async fn catch_up(&mut self) -> Result<(), Failed> {
        loop {
            let from = match self.read {
                Some(read) => read,
                None => {
                    self.kept = read(self.archive.cursor(NOTICES_READER))?;
                    self.kept
                }
            };
            let entries = read(self.archive.entries_after(from))?;
            let Some(last) = entries.last().map(|entry| entry.seq) else { return Ok(()) };
            let notices: Vec<NewNotice> = self.rooms.mailbox.read(|committed| {
                entries.iter().filter_map(|entry| called(committed, entry)).collect()
            });
            if !notices.is_empty() || self.kept.0 + CURSOR_EVERY <= last.0 {
                self.keep(Housekeeping::Notices { notices, cursor: last }).await?;
                self.kept = last;
            }
            self.read = Some(last);
            if entries.len() < ENTRIES_READ_MAX as usize {
                return Ok(());
            }
        }
    }

    /// Writes down whose turn it will be soon.
    async fn warn(&mut self) -> Result<(), Failed> {
        let now = self.rooms.mailbox.moment();
        let (usual, waiting) = self.rooms.mailbox.read(|committed| {
            let usual = committed.branch.settings().virtual_ticket.warn_ahead;
            let ahead = |(id, texts): (&TicketId, &crate::registrar::TicketTexts)| {
                let customer = texts.customer.as_ref()?;
                let ticket = committed.branch.ticket(*id)?;
                let ahead = committed.branch.forecast_ticket(ticket)?.ahead;
                Some((*id, customer.clone(), ahead))
            };
            let waiting: Vec<_> = committed
                .texts
                .iter()
                .filter(|(id, _)| !self.warned.contains(id))
                .filter_map(ahead)
                .collect();
            (usual, waiting)
        });
        let mut notices = Vec::new();
        for (ticket, customer, ahead) in waiting {
            let limit = self.limit(ticket, &customer, usual)?;
            if ahead <= limit {
                notices.push(NewNotice { ticket, call: WARNING, asked: now });
            }
        }
        if notices.is_empty() {
            return Ok(());
        }
        let warned: Vec<TicketId> = notices.iter().map(|notice| notice.ticket).collect();
        let cursor = self.read.unwrap_or(self.kept);
        self.keep(Housekeeping::Notices { notices, cursor }).await?;
        self.kept = cursor;
        self.warned.extend(warned);
        self.forget();
        Ok(())
    }

    fn limit(&mut self, ticket: TicketId, customer: &str, usual: u32) -> Result<usize, Failed> {
        if let Some(limit) = self.limits.get(&ticket) {
            return Ok(*limit);
        }
        let customer = read(self.archive.customer(&Whose::Id(customer.to_owned())))?;
        let own = customer.map_or(0, |customer| customer.profile.ticket_warning);
        let limit = if own == 0 { usual } else { own } as usize;
        self.limits.insert(ticket, limit);
        Ok(limit)
    }

    /// Lets go of tickets that the branch has let go of.
    fn forget(&mut self) {
        let (limits, warned) = (&mut self.limits, &mut self.warned);
        self.rooms.mailbox.read(|committed| {
            let known = |id: &TicketId| committed.branch.ticket(*id).is_some();
            limits.retain(|id, _| known(id) && !warned.contains(id));
            warned.retain(known);
        });
    }

    /// Tells what is written down.
    async fn hand_over(&mut self) -> Result<(), Failed> {
        let mut after = 0;
        loop {
            let due = read(self.archive.notices_due(after, DUE_READ_MAX))?;
            let Some(last) = due.last().map(|notice| notice.id) else { return Ok(()) };
            let count = due.len();
            for notice in due {
                if self.calls.has(notice.id) {
                    continue;
                }
                if let Some(state) = self.hand(notice).await? {
                    self.keep(Housekeeping::Notice { id: notice.id, state }).await?;
                }
            }
            if count < DUE_READ_MAX as usize {
                return Ok(());
            }
            after = last;
        }
    }

    /// What has become of a notice, unless that is not known yet.
    async fn hand(&mut self, due: DueNotice) -> Result<Option<NoticeState>, Failed> {
        let age = self.rooms.mailbox.moment().since(due.asked);
        let Some(useful_for) = NOTICE_AGE_MAX.checked_sub(age) else {
            return Ok(Some(NoticeState::Expired));
        };
        let id = self.rooms.mailbox.read(|committed| customer_of(committed, due.ticket));
        let customer = match id {
            Some(id) => read(self.archive.customer(&Whose::Id(id)))?,
            None => None,
        };
        let Some((customer, key)) = customer.and_then(|customer| {
            let key = customer.profile.push.clone()?;
            Some((customer, key))
        }) else {
            return Ok(Some(NoticeState::Unwanted));
        };
        let Some((token, Notice { title, message })) = self.filled(due, &customer) else {
            return Ok(Some(NoticeState::Unwanted));
        };
        let kind = if due.call == WARNING { "almost_your_turn" } else { "your_turn" };
        if names_webhook(&key) {
            let id = format!("{token}-{}", due.call);
            let at = self.rooms.zone.stamp(due.asked);
            let location = self.rooms.mailbox.read(|now| now.branch.settings().branch.to_string());
            let told = Called { id: &id, kind, at, location, ticket: &token, title, message };
            let body = serde_json::to_vec(&told).expect("texts can be written");
            return Ok(self.call(due.id, id, &key, body, useful_for));
        }
        let told = Told { id: due.id, kind, key: &key, ticket: &token, title, message };
        let body = serde_json::to_vec(&told).expect("texts and a number can be written");
        let (tray, name) = (self.tray.clone(), format!("{:012}.json", due.id));
        let put = tokio::task::spawn_blocking(move || tray.put(&name, &body)).await;
        match put {
            Ok(Ok(())) => Ok(Some(NoticeState::Sent)),
            Ok(Err(error)) => {
                tracing::error!(%error, "a notification could not be written");
                Err(Failed)
            }
            Err(error) => {
                tracing::error!(%error, "a notification could not be written");
                Err(Failed)
            }
        }
    }

    /// Has a webhook called. While too many are under way there it stays due.
    fn call(
        &mut self,
        notice: i64,
        id: String,
        key: &str,
        body: Vec<u8>,
        useful_for: Duration,
    ) -> Option<NoticeState> {
        // The owner may have changed the list since the customer named it.
        let webhooks = self.rooms.apps.webhooks();
        let Some((webhooks, target)) = webhooks.zip(Target::parse(key)) else {
            return Some(NoticeState::Refused);
        };
        match webhooks.take(Parcel { id, target, body, useful_for }) {
            Ok(delivery) => {
                self.calls.begin(notice, delivery);
                None
            }
            Err(NotTaken::Crowded) => None,
            Err(NotTaken::Forbidden) => Some(NoticeState::Refused),
        }
    }

    /// The ticket's own name, and what its holder is told, in their language.
    fn filled(&self, due: DueNotice, customer: &Customer) -> Option<(String, Notice)> {
        let texts = &self.rooms.texts;
        self.rooms.mailbox.read(|committed| {
            let branch = &committed.branch;
            let ticket = branch.ticket(due.ticket)?;
            let settings = branch.settings();
            let code = customer.profile.language.as_deref();
            let language = match code {
                Some(_) => language_of(settings, code),
                None => ticket.language,
            };
            let Notice { title, message } = notice(settings, language, texts, due.call != WARNING);
            let fill = |text: String| filled_in(&text, branch, ticket, due.call);
            let told = Notice { title: fill(title), message: fill(message) };
            Some((ticket.token.as_str().to_owned(), told))
        })
    }

    async fn keep(&self, note: Housekeeping) -> Result<(), Failed> {
        self.rooms.mailbox.keep(note).await.map_err(|error| {
            tracing::warn!(?error, "notifications could not be written down yet");
            Failed
        })
    }
}

/// What is handed over, and kept in the folder.
#[derive(Serialize)]
struct Told<'a> {
    /// The notice's number: whoever gets one twice knows it by this.
    id: i64,
    kind: &'static str,
    /// Where it goes.
    key: &'a str,
    ticket: &'a str,
    title: String,
    message: String,
}

/// What a webhook is sent.
#[derive(Serialize)]
struct Called<'a> {
    /// The same whenever the same is told: by ticket and call.
    id: &'a str,
    kind: &'static str,
    /// When it happened.
    at: String,
    location: String,
    ticket: &'a str,
    title: String,
    message: String,
}

fn read<T>(found: Result<T, StoreError>) -> Result<T, Failed> {
    found.map_err(|error| {
        let cause = &error as &dyn std::error::Error;
        tracing::error!(error = cause, "the store cannot be read for notifications");
        Failed
    })
}

fn customer_of(committed: &Committed, ticket: TicketId) -> Option<String> {
    committed.texts.get(&ticket)?.customer.clone()
}

/// The notice that an entry asks for: a customer's ticket is called. Calling it once more from the
/// same counter is not another turn.
fn called(committed: &Committed, entry: &Entry) -> Option<NewNotice> {
    let Event::Called { ticket, call, .. } = entry.event else { return None };
    customer_of(committed, ticket)?;
    Some(NewNotice { ticket, call: call.0, asked: entry.at })
}

/// A text with its gaps filled; those that nobody knows stay as they are.
fn filled_in(text: &str, branch: &Branch, ticket: &Ticket, call: u64) -> String {
    let call: Option<&Call> = ticket.calls.iter().find(|made| made.id == CallId(call));
    let counter = call.and_then(|call| branch.settings().counter(call.counter));
    let ahead = match ticket.state {
        TicketState::Waiting { .. } => branch.forecast_ticket(ticket).map_or(0, |f| f.ahead),
        TicketState::Booked { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => 0,
    };
    let pairs = [
        ("%{ticket.tag}", ticket.label.tag.as_str().to_owned()),
        ("%{ticket.number}", format!("{:03}", ticket.label.number)),
        ("%{ticket.customers_ahead}", ahead.to_string()),
        // Last, since a counter may be called anything.
        ("%{ticket.desk.tag}", counter.map_or(String::new(), |counter| counter.name.clone())),
    ];
    pairs.iter().fold(text.to_owned(), |text, (gap, filling)| text.replace(gap, filling))
}

#[cfg(test)]
mod tests;
