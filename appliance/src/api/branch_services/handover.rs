//! Tokens that have changed hands: a colleague signs in at a place that is signed in already, or
//! whoever sat there leaves it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use engine::settings::Operator;
use engine::{OperatorId, Settings};

use crate::accounts::is_api_key;

/// Tokens of which it is known that they changed hands: a week of changes at fifty counters. The
/// oldest is forgotten first, and is its first owner's again, who has no seat by it.
pub(super) const HANDOVERS_MAX: usize = 2_000;

/// Whose a token is now.
#[derive(Clone, PartialEq, Eq)]
enum Owner {
    /// This operator's, by number and name.
    Operator(OperatorId, String),
    /// Nobody's: they left.
    Nobody,
}

/// The tokens that changed hands since the box started.
#[derive(Default)]
pub(super) struct Handovers(Mutex<VecDeque<(String, Owner)>>);

impl fmt::Debug for Handovers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handovers(..)")
    }
}

impl Handovers {
    /// From now on the token speaks for this operator.
    pub(super) fn hand_over(&self, token: &str, to: &Operator) {
        self.set(token, Some(Owner::Operator(to.id, to.login.clone())));
    }

    /// From now on the token speaks for nobody.
    pub(super) fn end(&self, token: &str) {
        self.set(token, Some(Owner::Nobody));
    }

    /// The token speaks for whom it was given to.
    pub(super) fn begin(&self, token: &str) {
        self.set(token, None);
    }

    /// For whom the token of this operator speaks; nothing where for nobody.
    pub(super) fn owner(
        &self,
        token: &str,
        first: Operator,
        settings: &Settings,
    ) -> Option<Operator> {
        let owners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match owners.iter().find(|(known, _)| known == token).map(|(_, owner)| owner) {
            None => Some(first),
            Some(Owner::Nobody) => None,
            Some(Owner::Operator(id, login)) => {
                settings.operator(*id).filter(|operator| operator.login == *login).cloned()
            }
        }
    }

    fn set(&self, token: &str, owner: Option<Owner>) {
        // A key is a program's, and speaks for its operator until it is revoked.
        if is_api_key(token) {
            return;
        }
        let mut owners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        owners.retain(|(known, _)| known != token);
        if let Some(owner) = owner {
            owners.push_back((token.to_owned(), owner));
        }
        if HANDOVERS_MAX < owners.len() {
            owners.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use engine::settings::{Rights, Serves};

    use super::*;

    fn operator(id: u32, login: &str) -> Operator {
        let (login, name) = (login.to_owned(), String::new());
        Operator { id: OperatorId(id), login, name, serves: Serves::All, rights: Rights::CLERK }
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut settings = Settings::blank();
        settings.operators = vec![operator(1, "ann"), operator(2, "bob")];
        let handovers = Handovers::default();
        let owner = |token: &str| handovers.owner(token, operator(1, "ann"), &settings);
        let name = |token: &str| owner(token).map(|operator| operator.login);
        handovers.hand_over("first", &operator(2, "bob"));
        handovers.hand_over("gone", &operator(3, "eve"));
        handovers.end("left");
        assert_eq!(name("first").as_deref(), Some("bob"));
        assert_eq!(name("other").as_deref(), Some("ann"));
        assert_eq!((name("left"), name("gone")), (None, None));
        handovers.begin("left");
        assert_eq!(name("left").as_deref(), Some("ann"));
        for number in 0..HANDOVERS_MAX - 1 {
            handovers.end(&number.to_string());
        }
        assert_eq!(name("first").as_deref(), Some("ann"));
        assert_eq!(name("0"), None);
    }
}
