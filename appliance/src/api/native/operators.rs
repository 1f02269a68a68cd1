//! The operators' accounts: who has a password, a new one, and signing somebody out everywhere.

use engine::OperatorId;
use engine::settings::Operator;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serve::http::{Answer, StatusCode};
use serve::passwords::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use serve::problem::Problem;

use super::{Asked, faults, requests};
use crate::accounts::PasswordFault;
use crate::live::clerk::right_word;

/// One operator.
#[derive(JsonSchema, Serialize)]
pub(super) struct Account<'a> {
    id: u32,
    login: &'a str,
    name: &'a str,
    rights: Vec<&'static str>,
    /// The services they serve; null for all.
    serves: Option<Vec<u32>>,
    /// Whether they have a password to sign in with.
    password: bool,
}

/// `PUT /v1/operators/{operator}/password`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct NewPassword {
    password: String,
}

/// What else came of it.
#[derive(JsonSchema, Serialize)]
pub(super) struct SignedOut {
    operator: u32,
    /// Whoever has signed in as this operator has to do so again.
    signed_out: bool,
}

/// `GET /v1/operators`.
pub(super) fn list(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let with = asked.rooms.archive.operators_with_passwords();
    let with = with.map_err(|error| faults::unreadable(&error))?;
    let settings = asked.rooms.mailbox.read(|now| now.branch.settings().clone());
    let account = |operator| account(operator, with.contains(&operator.id));
    let accounts: Vec<Account<'_>> = settings.operators.iter().map(account).collect();
    Ok(asked.json(&accounts))
}

fn account(operator: &Operator, password: bool) -> Account<'_> {
    Account {
        id: operator.id.0,
        login: &operator.login,
        name: &operator.name,
        rights: operator.rights.iter().map(right_word).collect(),
        serves: match &operator.serves {
            engine::settings::Serves::All => None,
            engine::settings::Serves::These(ids) => Some(ids.iter().map(|id| id.0).collect()),
        },
        password,
    }
}

/// `PUT /v1/operators/{operator}/password`.
pub(super) async fn set_password(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let operator = named(asked)?;
    let NewPassword { password } = requests::body(asked.call, "the text `password`")?;
    let set = asked.rooms.accounts.set_password(&operator, &password, asked.call.peer.ip()).await;
    set.map_err(password_fault)?;
    tracing::info!(operator = operator.id.0, "an operator has a new password");
    Ok(asked.json(&SignedOut { operator: operator.id.0, signed_out: true }))
}

/// `POST /v1/operators/{operator}/sign-out`.
pub(super) async fn sign_out(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let operator = named(asked)?;
    asked.rooms.accounts.sign_out(operator.id).await.map_err(password_fault)?;
    tracing::info!(operator = operator.id.0, "an operator is signed out everywhere");
    Ok(asked.json(&SignedOut { operator: operator.id.0, signed_out: true }))
}

fn named(asked: &Asked<'_>) -> Result<Operator, Problem> {
    let id = u32::try_from(asked.gaps.first()).ok().map(OperatorId);
    let known = asked.rooms.mailbox.read(|now| {
        let settings = now.branch.settings();
        id.and_then(|id| settings.operator(id)).cloned()
    });
    known.ok_or_else(|| faults::unknown("unknown_operator", "There is no such operator."))
}

fn password_fault(fault: PasswordFault) -> Problem {
    let later = |code, detail: &str| {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        problem.retry_after(1)
    };
    match fault {
        PasswordFault::Unfit => {
            let detail = format!(
                "A password has at least {PASSWORD_CHARS_MIN} characters and at most \
                 {PASSWORD_BYTES_MAX} bytes."
            );
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "password_unfit", detail)
        }
        PasswordFault::Busy => later("busy", "Too many passwords are being checked; try again."),
        PasswordFault::Unavailable => {
            later("unavailable", "The branch could not write this down; try again.")
        }
    }
}
