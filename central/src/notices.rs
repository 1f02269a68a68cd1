//! What central's customers are told: from the branches' rows to the customer's phone, each thing
//! once.
//!
//! It looks at the tickets that were sold here whenever branches have told something. What is to be
//! told is written down first, under sale and call, so it is neither forgotten nor told twice,
//! whatever dies in between; handing it over leaves one file a notice, under the notice's number.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serve::clock::Clock;
use serve::shutdown::Shutdown;
use serve::tray::Tray;
use serve::virtual_ticket::{Notice, Stage, Whose};

use crate::api::virtual_ticket::places;
use crate::requests::Requests;
use crate::store::{DueNotice, Note, Reader, Sale, StoreError};

/// The folder of what apps were told, within the data folder.
pub const NOTICES_FOLDER: &str = "notices";

/// Files in that folder; the oldest go, since they are only a record.
pub const NOTICES_FILES_MAX: usize = 1_000;

/// After this time a call is old news, and a phone that rings for it does harm.
pub const NOTICE_AGE_MAX: Duration = Duration::from_secs(10 * 60);

/// Sales that are looked at in one go.
const SALES_READ_MAX: usize = 256;

/// Notices that are taken up in one go.
const DUE_READ_MAX: u32 = 64;

/// Looking once for all that branches told within this time costs nobody anything.
const GATHER: Duration = Duration::from_millis(200);

/// The wait before a round is tried again after a failure.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The call of the warning: real ones are numbered from 1.
const WARNING: u64 = 0;

/// What telling needs.
pub struct Teller {
    /// What the branches told.
    pub reader: Reader,
    /// Where it is written down.
    pub requests: Requests,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where it is handed over.
    pub tray: Tray,
}

/// A round failed; the log says why.
struct Failed;

/// Tells apps until `shutdown`.
pub async fn tell(teller: Teller, shutdown: Shutdown) {
    let mut grown = teller.requests.grown();
    loop {
        grown.mark_unchanged();
        let well = teller.round().await;
        let more = async {
            if well.is_err() {
                tokio::time::sleep(RETRY_AFTER).await;
                return;
            }
            // An error means that the intake has ended; the shutdown is near.
            if grown.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(GATHER).await;
        };
        tokio::select! {
            _ = shutdown.wait() => return,
            () = more => {}
        }
    }
}

impl Teller {
    async fn round(&self) -> Result<(), Failed> {
        let mut from = 0;
        loop {
            let (sales, last) =
                self.look(move |reader| reader.watched_sales(from, SALES_READ_MAX)).await?;
            if last <= from {
                break;
            }
            from = last;
            self.note(&sales).await?;
        }
        self.hand_over().await
    }

    /// Writes down what these customers are to be told, and whose visits are over.
    async fn note(&self, sales: &[Sale]) -> Result<(), Failed> {
        let now_ms = self.clock.now().wall_ms;
        let (mut due, mut over) = (Vec::new(), Vec::new());
        for sale in sales {
            let Some(row) = &sale.row else { continue };
            match places::stage(row.state) {
                Stage::Waiting => {
                    if sale.ahead <= self.limit(sale).await? {
                        due.push((sale.id, WARNING, now_ms));
                    }
                }
                Stage::AtCounter => {
                    // The call that is open; of earlier ones nobody wants to hear any more.
                    let call = row.calls.last().filter(|call| call.ended.is_none());
                    due.extend(call.map(|call| (sale.id, call.call, now_ms)));
                }
                Stage::Ended | Stage::Cancelled => over.push(sale.id),
            }
        }
        let told = self.look({
            let due = due.clone();
            move |reader| reader.unknown_notices(due)
        });
        let due = told.await?;
        if due.is_empty() && over.is_empty() {
            return Ok(());
        }
        self.keep(Note::Notices { due, over }).await
    }

    /// With how many ahead the holder wants to be warned.
    async fn limit(&self, sale: &Sale) -> Result<usize, Failed> {
        let usual = self.requests.card(sale.branch).map_or(0, |card| card.rules.warn_ahead);
        let Some(customer) = sale.customer.clone() else { return Ok(0) };
        let customer = self.look(move |reader| reader.customer(&Whose::Id(customer))).await?;
        let own = customer.map_or(0, |customer| customer.profile.ticket_warning);
        Ok(if own == 0 { usual } else { own } as usize)
    }

    /// Tells what is written down.
    async fn hand_over(&self) -> Result<(), Failed> {
        loop {
            let due = self.look(|reader| reader.notices_due(DUE_READ_MAX)).await?;
            let count = due.len();
            for notice in due {
                let id = notice.id;
                let state = self.hand(notice).await?;
                self.keep(Note::Notice { id, state }).await?;
            }
            if count < DUE_READ_MAX as usize {
                return Ok(());
            }
        }
    }

    async fn hand(&self, due: DueNotice) -> Result<&'static str, Failed> {
        let age_ms = self.clock.now().wall_ms.saturating_sub(due.asked_ms);
        if i64::try_from(NOTICE_AGE_MAX.as_millis()).unwrap_or(i64::MAX) < age_ms {
            return Ok("expired");
        }
        let found = self.look(move |reader| {
            let sale = reader.sale(due.sale)?;
            let whose = sale.as_ref().and_then(|sale| sale.customer.clone()).map(Whose::Id);
            let customer = whose.map(|whose| reader.customer(&whose)).transpose()?.flatten();
            Ok(sale.zip(customer))
        });
        let Some((sale, customer)) = found.await? else { return Ok("unwanted") };
        let Some(key) = customer.profile.push else { return Ok("unwanted") };
        let code = customer.profile.language.as_deref();
        let Some(notice) = self.filled(&sale, due.call, code) else { return Ok("unwanted") };
        let kind = if due.call == WARNING { "almost_your_turn" } else { "your_turn" };
        let Notice { title, message } = notice;
        let ticket = sale.id.to_string();
        let told = Told { id: due.id, kind, key: &key, ticket: &ticket, title, message };
        let body = serde_json::to_vec(&told).expect("texts and a number can be written");
        let (tray, name) = (self.tray.clone(), format!("{:012}.json", due.id));
        match tokio::task::spawn_blocking(move || tray.put(&name, &body)).await {
            Ok(Ok(())) => Ok("sent"),
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

    /// What a holder is told, with its gaps filled; those that nobody knows stay as they are.
    fn filled(&self, sale: &Sale, call: u64, code: Option<&str>) -> Option<Notice> {
        let card = self.requests.card(sale.branch)?;
        let language = places::language(&card, code.or(sale.language.as_deref()));
        let (your_turn, almost) = places::notices(&card, language);
        let Notice { title, message } = if call == WARNING { almost } else { your_turn };
        let calls = sale.row.as_ref().map(|row| row.calls.as_slice()).unwrap_or_default();
        let counter = calls.iter().find(|made| made.call == call).and_then(|made| made.counter);
        let desk = counter.and_then(|id| card.counters.iter().find(|(known, _)| *known == id));
        let pairs = [
            ("%{ticket.tag}", sale.sold.tag.clone()),
            ("%{ticket.number}", format!("{:03}", sale.sold.number)),
            ("%{ticket.customers_ahead}", sale.ahead.to_string()),
            // Last, since a counter may be called anything.
            ("%{ticket.desk.tag}", desk.map_or(String::new(), |(_, name)| name.clone())),
        ];
        let fill = |text: String| {
            pairs.iter().fold(text, |text, (gap, filling)| text.replace(gap, filling))
        };
        Some(Notice { title: fill(title), message: fill(message) })
    }

    async fn keep(&self, note: Note) -> Result<(), Failed> {
        self.requests.keep(note).await.map_err(|error| {
            tracing::warn!(?error, "notifications could not be written down yet");
            Failed
        })
    }

    /// Reads from the store, which takes a disk's time: not on an async worker.
    async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failed> {
        let reader = self.reader.clone();
        match tokio::task::spawn_blocking(move || work(&reader)).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(error = cause, "the store cannot be read for notifications");
                Err(Failed)
            }
            Err(_) => Err(Failed),
        }
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
