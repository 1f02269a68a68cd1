//! A new password for an operator, and the end of the tokens they hold, while the branch is at work.

use std::net::IpAddr;

use engine::OperatorId;
use engine::settings::{Operator, Right};
use serve::passwords::{self, PASSWORD_CHARS_MIN};

use super::Accounts;
use crate::store::Housekeeping;

/// Why an operator's password and tokens are as they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// It is too short or too long.
    Unfit,
    /// Too many passwords are being checked.
    Busy,
    /// The store cannot be written.
    Unavailable,
}

impl Accounts {
    /// Gives an operator a password. Whoever has signed in as them has to do so again.
    ///
    /// # Errors
    ///
    /// [`PasswordFault`]; nothing has changed then.
    pub async fn set_password(
        &self,
        operator: &Operator,
        password: &str,
        from: IpAddr,
    ) -> Result<(), PasswordFault> {
        if password.chars().count() < PASSWORD_CHARS_MIN
            || passwords::PASSWORD_BYTES_MAX < password.len()
        {
            return Err(PasswordFault::Unfit);
        }
        // Hashing costs what checking does, so it stands in the same line.
        let steady_ms = || self.mailbox.moment().steady_ms;
        let seat = self.door.seat(&format!("#{}", operator.id), from, steady_ms).await;
        let seat = seat.map_err(|_| PasswordFault::Busy)?;
        let password = password.to_owned();
        let hashed = seat.work(move || passwords::hash(&password)).await;
        let hash = hashed.ok_or(PasswordFault::Unavailable)?.map_err(|_| PasswordFault::Unfit)?;
        let note = Housekeeping::Credential { operator: operator.id, hash };
        self.mailbox.keep(note).await.map_err(|_| PasswordFault::Unavailable)?;
        if operator.rights.contains(Right::Administration) {
            // Somebody can administer the branch now: nobody needs the setup code any more.
            self.settle();
        }
        Ok(())
    }

    /// Ends every token of an operator.
    ///
    /// # Errors
    ///
    /// [`PasswordFault::Unavailable`].
    pub async fn sign_out(&self, operator: OperatorId) -> Result<(), PasswordFault> {
        let note = Housekeeping::SignedOut { operator };
        self.mailbox.keep(note).await.map_err(|_| PasswordFault::Unavailable)
    }
}
