//! `/v1/setup`: whether the first password is still to be given, and to give it with the setup code.
//! Errors are RFC 9457's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serve::door::{BUSY_RETRY_AFTER, LOGIN_BYTES_MAX};
use serve::http::{Answer, Call, Method, StatusCode};
use serve::passwords::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use serve::problem::Problem;

use super::Rooms;
use crate::accounts::{FirstPassword, NAME_CHARS_MAX, SetUpFault, Wish};

/// The route, for log and metrics.
pub(super) const ROUTE: &str = "v1/setup";

#[derive(Deserialize, JsonSchema)]
pub(super) struct SetUp {
    code: String,
    login: String,
    #[serde(default)]
    name: Option<String>,
    password: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "FirstToken")]
pub(super) struct Token {
    token: String,
}

/// How it stands with the first password. No logins: whoever comes may ask.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "SetupStanding")]
pub(super) struct Standing {
    /// Nobody who administers the branch can sign in yet: the setup code is wanted.
    awaited: bool,
    /// The code's time is over: the daemon has to be started again for a new one.
    expired: bool,
}

/// Answers a call of it.
pub(super) async fn answer(rooms: &Rooms, call: &Call) -> Answer {
    if call.method == Method::GET {
        let body = serde_json::to_vec(&standing(rooms)).expect("two words can be written");
        return Answer::json(StatusCode::OK, body, ROUTE);
    }
    match set_up(rooms, call).await {
        Ok(token) => {
            let body = serde_json::to_vec(&Token { token }).expect("a text can be written");
            Answer::json(StatusCode::CREATED, body, ROUTE)
        }
        Err(problem) => problem.answer(ROUTE),
    }
}

fn standing(rooms: &Rooms) -> Standing {
    match rooms.accounts.first_password() {
        FirstPassword::Given => Standing { awaited: false, expired: false },
        FirstPassword::Awaited => Standing { awaited: true, expired: false },
        FirstPassword::Expired => Standing { awaited: true, expired: true },
    }
}

async fn set_up(rooms: &Rooms, call: &Call) -> Result<String, Problem> {
    if call.method != Method::POST {
        return Err(Problem::method_not_allowed("GET, HEAD, POST"));
    }
    // The parser's own words would repeat values, and those are secrets.
    let Ok(SetUp { code, login, name, password }) = serde_json::from_slice(&call.body) else {
        let detail = "The body must be a JSON object with the texts `code`, `login`, `password` \
                      and, if you like, `name`.";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad_body", detail));
    };
    let wish = Wish { code, login, name, password };
    rooms.accounts.set_up(wish, call.peer.ip()).await.map_err(refusal)
}

fn refusal(fault: SetUpFault) -> Problem {
    let bad = |code, detail: String| Problem::new(StatusCode::BAD_REQUEST, code, detail);
    let later = |code, detail: &str| {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        problem.retry_after(BUSY_RETRY_AFTER.as_secs())
    };
    match fault {
        SetUpFault::Done => Problem::new(
            StatusCode::CONFLICT,
            "set_up",
            "The branch is set up: sign in, or have a technician set a password.",
        ),
        SetUpFault::Expired => Problem::new(
            StatusCode::FORBIDDEN,
            "code_expired",
            "The setup code's time is over: start the daemon again for a new one.",
        ),
        SetUpFault::WrongCode => {
            Problem::new(StatusCode::FORBIDDEN, "wrong_code", "The setup code is another one.")
        }
        SetUpFault::Login => bad(
            "bad_login",
            format!("`login` must be 1 to {LOGIN_BYTES_MAX} bytes without blanks."),
        ),
        SetUpFault::NotAdministrator(logins) => bad(
            "not_administrator",
            format!("`login` must be that of who administers the branch: {}.", logins.join(", ")),
        )
        .with_member("logins", logins),
        SetUpFault::LoginTaken => bad(
            "login_taken",
            "An operator without the right of administration has this login; take another one."
                .to_owned(),
        ),
        SetUpFault::Name => {
            bad("bad_name", format!("`name` must be 1 to {NAME_CHARS_MAX} characters."))
        }
        SetUpFault::Password => bad(
            "bad_password",
            format!(
                "`password` must have at least {PASSWORD_CHARS_MIN} characters and at most \
                 {PASSWORD_BYTES_MAX} bytes."
            ),
        ),
        SetUpFault::TooMany(after) => {
            let seconds = u64::try_from(after.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX);
            let detail = "Too many attempts failed; wait a little.";
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", detail)
                .retry_after(seconds.max(1))
        }
        SetUpFault::Busy => later("busy", "Somebody is setting the branch up; try again."),
        SetUpFault::Unavailable => {
            later("unavailable", "It could not be written down; the log says why.")
        }
    }
}
