//! The branch's own interface for our pages and programs: signing in. Errors are RFC 9457's.

use serde::{Deserialize, Serialize};
use serve::door::BUSY_RETRY_AFTER;
use serve::http::{Answer, Call, Head, HttpFault, Method, StatusCode, header};
use serve::problem::Problem;

use crate::accounts::SignInFault;
use crate::api::Rooms;

const LOGIN: &str = "v1/login";
/// The route of calls that reach nothing.
const NO_ROUTE: &str = "v1";

/// Every route, for log and metrics.
pub(super) const ROUTES: [&str; 2] = [LOGIN, NO_ROUTE];

/// `POST /v1/login`.
#[derive(Deserialize)]
struct Login {
    login: String,
    password: String,
}

/// The answer to it.
#[derive(Serialize)]
struct Token {
    token: String,
}

/// Answers a call below `/v1`.
pub(super) async fn answer(rooms: &Rooms, call: &Call) -> Answer {
    let (route, outcome) = match *call.path.segments() {
        ["v1", "login"] => (LOGIN, login(rooms, call).await),
        _ => (NO_ROUTE, Err(Problem::not_found("Nothing is served at this path."))),
    };
    match outcome {
        Ok(token) => {
            let body = serde_json::to_vec(&token).expect("a text can be written");
            Answer::json(StatusCode::OK, body, route)
        }
        Err(problem) => problem.answer(route),
    }
}

/// Bytes that a body may have here, where it is not the usual limit.
pub(super) fn body_bytes_max(_rooms: &Rooms, _head: &Head) -> Option<usize> {
    None
}

/// Says why a call never came through.
pub(super) fn fault(fault: &HttpFault) -> Answer {
    Problem::of_fault(fault).answer(NO_ROUTE)
}

async fn login(rooms: &Rooms, call: &Call) -> Result<Token, Problem> {
    if call.method != Method::POST {
        return Err(Problem::method_not_allowed("POST"));
    }
    let kind = call.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or("application/json").split(';').next().unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("application/json") {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "not_json", "Send the body as application/json."));
    }
    // The parser's own words would repeat values, and those are passwords.
    let Ok(Login { login, password }) = serde_json::from_slice(&call.body) else {
        let detail = "The body must be a JSON object with the texts `login` and `password`.";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad_body", detail));
    };
    let find = |settings: &engine::Settings| settings.operator_by_login(&login).cloned();
    let entry = rooms.accounts.sign_in(&login, find, &password, call.peer.ip()).await;
    entry.map(|entry| Token { token: entry.token }).map_err(refusal)
}

fn refusal(fault: SignInFault) -> Problem {
    let busy = |code, detail: &str| {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        problem.retry_after(BUSY_RETRY_AFTER.as_secs())
    };
    match fault {
        SignInFault::Wrong => {
            Problem::unauthorized("wrong_credentials", "The login or the password is wrong.")
        }
        SignInFault::TooMany(after) => {
            let detail = "Too many attempts failed; wait a little.";
            let seconds = u64::try_from(after.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX);
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", detail)
                .retry_after(seconds.max(1))
        }
        SignInFault::Busy => busy("busy", "Too many people sign in at this moment; try again."),
        SignInFault::Unavailable => busy("unavailable", "The store cannot be read at this moment."),
    }
}
