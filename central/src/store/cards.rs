//! The branches' cards on disk, and how many wait there.

use rusqlite::{Connection, params};
use sync::card::Card;
use sync::frame::Frame;
use sync::ids::BranchId;
use sync::topics::Tenant;

use super::{Reader, StoreError};

/// How a branch that has a card stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Whether its last word was that it is connected.
    pub online: bool,
    /// When it last said anything, in milliseconds since 1970 UTC by this server's clock.
    pub heard_ms: Option<u64>,
    /// Tickets in the line of each service.
    pub waiting: Vec<(u32, u64)>,
}

/// Keeps a card, or none of a branch that offers nothing.
pub(super) fn write(
    sql: &Connection,
    branch: i64,
    offers: bool,
    frame: &[u8],
    wall_ms: i64,
) -> Result<(), StoreError> {
    if !offers {
        sql.prepare_cached("DELETE FROM card WHERE branch = ?1")?.execute([branch])?;
        return Ok(());
    }
    sql.prepare_cached(
        "INSERT INTO card (branch, told_ms, frame) VALUES (?1, ?2, ?3)
         ON CONFLICT (branch) DO UPDATE SET told_ms = ?2, frame = ?3",
    )?
    .execute(params![branch, wall_ms, frame])?;
    Ok(())
}

impl Reader {
    /// All cards. One that this program cannot read any more is left out: its branch tells again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn cards(&self, tenant: &Tenant) -> Result<Vec<(BranchId, Card)>, StoreError> {
        self.read(|sql| {
            let mut find = sql.prepare_cached(
                "SELECT branch.number, card.frame FROM card
                 JOIN branch ON branch.id = card.branch WHERE branch.tenant = ?1",
            )?;
            let rows = find.query_map([tenant.as_str()], |row| {
                Ok((BranchId(row.get(0)?), row.get::<_, Vec<u8>>(1)?))
            })?;
            let mut cards = Vec::new();
            for row in rows {
                let (branch, frame) = row?;
                if let Ok(Frame::Card { card, .. }) = Frame::parse(&frame) {
                    cards.push((branch, *card));
                }
            }
            Ok(cards)
        })
    }

    /// How the branches that have cards stand.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be read.
    pub fn presences(&self, tenant: &Tenant) -> Result<Vec<(BranchId, Presence)>, StoreError> {
        self.read(|sql| {
            let mut find = sql.prepare_cached(
                "SELECT branch.number, branch.online, branch.heard_ms, figure.service,
                        sum(figure.count)
                 FROM card JOIN branch ON branch.id = card.branch
                 LEFT JOIN document ON document.branch = branch.id AND document.day = branch.day
                 LEFT JOIN figure ON figure.document = document.id AND figure.state = 1
                 WHERE branch.tenant = ?1
                 GROUP BY branch.id, figure.service ORDER BY branch.number",
            )?;
            let mut rows = find.query([tenant.as_str()])?;
            let mut all: Vec<(BranchId, Presence)> = Vec::new();
            while let Some(row) = rows.next()? {
                let branch = BranchId(row.get(0)?);
                if all.last().is_none_or(|(last, _)| *last != branch) {
                    let heard_ms = row.get::<_, Option<i64>>(2)?;
                    let presence = Presence {
                        online: row.get::<_, Option<bool>>(1)?.unwrap_or(false),
                        heard_ms: heard_ms.map(|at| u64::try_from(at).unwrap_or(0)),
                        waiting: Vec::new(),
                    };
                    all.push((branch, presence));
                }
                let (service, count): (Option<u32>, Option<i64>) = (row.get(3)?, row.get(4)?);
                let count = count.and_then(|count| u64::try_from(count).ok());
                if let (Some((_, presence)), Some(service), Some(count)) =
                    (all.last_mut(), service, count)
                {
                    presence.waiting.push((service, count));
                }
            }
            Ok(all)
        })
    }
}
