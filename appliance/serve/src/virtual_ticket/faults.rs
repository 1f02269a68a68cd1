//! How Virtual Ticket says no: a status, a stable code, and a sentence that says what to do.

use std::{borrow::Cow, time::Duration};

use super::host::{Availability, Refused, Unavailable};
use crate::{
    door::{BUSY_RETRY_AFTER, TurnedAway},
    http::{HttpFault, StatusCode},
    tokens::TokenFault,
};

/// One no. It never holds what the client sent, but for the names of the dialect's own members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: Cow<'static, str>,
    pub(super) allow: Option<&'static str>,
    pub(super) retry_after: Option<Duration>,
}

const fn no(status: StatusCode, code: &'static str, message: &'static str) -> Fault {
    Fault { status, code, message: Cow::Borrowed(message), allow: None, retry_after: None }
}

const fn bad(code: &'static str, message: &'static str) -> Fault {
    no(StatusCode::BAD_REQUEST, code, message)
}

const fn conflict(code: &'static str, message: &'static str) -> Fault {
    no(StatusCode::CONFLICT, code, message)
}

const fn unauthorized(code: &'static str, message: &'static str) -> Fault {
    no(StatusCode::UNAUTHORIZED, code, message)
}

const fn missing(code: &'static str, message: &'static str) -> Fault {
    no(StatusCode::NOT_FOUND, code, message)
}

impl Fault {
    pub(super) const NOT_FOUND: Fault = missing("not_found", "There is no such call.");
    pub(super) const UNKNOWN_FORMAT: Fault =
        missing("unknown_format", "The format in the path must be json or xml.");
    pub(super) const SWITCHED_OFF: Fault = no(
        StatusCode::FORBIDDEN,
        "switched_off",
        "Tickets from afar are switched off here; take one at the dispenser.",
    );
    pub(super) const BAD_BODY: Fault =
        bad("bad_body", "The body must be one JSON object, or XML of the same shape.");
    pub(super) const NO_TOKEN: Fault =
        unauthorized("no_token", "Log in, and send the vt_token as Authorization: Bearer.");
    pub(super) const WRONG_TOKEN: Fault =
        unauthorized("wrong_token", "The vt_token is not good here; log in again.");
    pub(super) const TOKEN_EXPIRED: Fault =
        unauthorized("token_expired", "The time of the vt_token is over; log in again.");
    pub(super) const WRONG_CREDENTIALS: Fault =
        unauthorized("wrong_credentials", "The username or the password is wrong.");
    pub(super) const OAUTH_NOT_CONFIGURED: Fault = bad(
        "oauth_not_configured",
        "This server has no keys of that provider; register with username and password.",
    );
    pub(super) const OAUTH_REFUSED: Fault =
        unauthorized("oauth_refused", "The oauth_token is not good; sign in there again.");
    pub(super) const USERNAME_TAKEN: Fault =
        conflict("username_taken", "Somebody else has this username; choose another one.");
    pub(super) const OAUTH_TAKEN: Fault =
        conflict("oauth_taken", "This account is registered already; log in with it.");
    pub(super) const WEAK_PASSWORD: Fault =
        bad("weak_password", "A password has 8 characters or more, and at most 256 bytes.");
    pub(super) const PASSWORDS_DIFFER: Fault =
        bad("passwords_differ", "password and repeat_password must be the same.");
    pub(super) const RESET_REFUSED: Fault = unauthorized(
        "reset_token_refused",
        "The token is unknown, used or too old; ask for another one.",
    );
    pub(super) const PUSH_NOT_CONFIGURED: Fault = bad(
        "push_not_configured",
        "This server does not send Web Push; give the key of an app, or none.",
    );
    pub(super) const WEBHOOK_NOT_CONFIGURED: Fault = bad(
        "webhook_not_configured",
        "This server calls no webhooks; give the key of an app, or none.",
    );
    pub(super) const WEBHOOK_NOT_ALLOWED: Fault = bad(
        "webhook_not_allowed",
        "This server calls webhooks at the addresses on its list only; ask its owner.",
    );
    pub(super) const CUSTOMERS_FULL: Fault = no(
        StatusCode::SERVICE_UNAVAILABLE,
        "customers_full",
        "This server takes no more customers; tell its owner.",
    );
    pub(super) const ONE_TICKET: Fault =
        bad("one_ticket", "tickets must hold exactly one entry a call.");
    pub(super) const MISSING_COORDINATES: Fault = bad(
        "missing_coordinates",
        "Tickets are given within a radius: send coordinates, as latitude,longitude.",
    );
    pub(super) const TOO_FAR: Fault = no(
        StatusCode::FORBIDDEN,
        "too_far",
        "The location is too far away; come closer and ask again.",
    );
    pub(super) const TOO_FEW_CUSTOMERS: Fault =
        conflict("too_few_customers", "So few are waiting that you had better just come.");
    pub(super) const WAIT_TOO_SHORT: Fault =
        conflict("wait_too_short", "The wait is so short that you had better just come.");
    pub(super) const HAS_TICKET: Fault =
        conflict("has_ticket", "You hold as many tickets as you may; see customer/tickets.");
    pub(super) const UNKNOWN_TICKET: Fault =
        missing("unknown_ticket", "You have no such ticket; see customer/tickets.");
    pub(super) const KEY_REUSED: Fault =
        conflict("key_reused", "This Idempotency-Key was used for another ticket; draw a new one.");
    pub(super) const BRANCH_UNREACHABLE: Fault = Fault {
        status: StatusCode::SERVICE_UNAVAILABLE,
        code: "branch_unreachable",
        message: Cow::Borrowed(
            "The location cannot be reached at present, and nothing was done; ask again soon.",
        ),
        allow: None,
        retry_after: Some(Duration::from_secs(10)),
    };
    pub(super) const UNAVAILABLE: Fault = Fault {
        status: StatusCode::SERVICE_UNAVAILABLE,
        code: "unavailable",
        message: Cow::Borrowed("Not at present; ask again soon."),
        allow: None,
        retry_after: Some(Duration::from_secs(5)),
    };

    /// A member or parameter is not of its kind.
    pub(super) fn parameter(name: &str, expected: &str) -> Fault {
        let message = Cow::Owned(format!("{name} must be {expected}."));
        Fault { message, ..bad("bad_parameter", "") }
    }

    /// A member or parameter is not there.
    pub(super) fn missing(name: &str) -> Fault {
        Fault { message: Cow::Owned(format!("{name} is missing.")), ..bad("missing_parameter", "") }
    }

    /// The path takes other methods: `allow`.
    pub(super) fn wrong_method(allow: &'static str) -> Fault {
        let message = "This call takes another method; see the Allow header.";
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Fault { allow: Some(allow), ..no(status, "wrong_method", message) }
    }
}

impl From<Unavailable> for Fault {
    fn from(Unavailable: Unavailable) -> Fault {
        Fault::UNAVAILABLE
    }
}

impl From<TokenFault> for Fault {
    fn from(fault: TokenFault) -> Fault {
        match fault {
            TokenFault::Forged => Fault::WRONG_TOKEN,
            TokenFault::Expired => Fault::TOKEN_EXPIRED,
        }
    }
}

impl From<TurnedAway> for Fault {
    fn from(turned: TurnedAway) -> Fault {
        match turned {
            TurnedAway::TooMany(after) => Fault {
                retry_after: Some(after),
                ..no(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too_many_attempts",
                    "Too many attempts have failed; wait, then try again.",
                )
            },
            TurnedAway::Busy => Fault {
                retry_after: Some(BUSY_RETRY_AFTER),
                ..no(StatusCode::SERVICE_UNAVAILABLE, "busy", "Too many log in; ask again soon.")
            },
        }
    }
}

impl From<Availability> for Fault {
    fn from(availability: Availability) -> Fault {
        match availability {
            Availability::Open => Fault::UNAVAILABLE,
            Availability::Closed => {
                conflict("service_closed", "The service is closed at this hour; see its hours.")
            }
            Availability::Disabled => {
                conflict("service_disabled", "The service is not offered at present.")
            }
            Availability::Spent => {
                conflict("quota_spent", "All tickets of today are given out; come another day.")
            }
            Availability::Unreachable => Fault::BRANCH_UNREACHABLE,
        }
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Fault {
        match refused {
            Refused::UnknownLocation => {
                missing("unknown_location", "There is no such location; see locations/get.")
            }
            Refused::UnknownService => {
                missing("unknown_service", "The location has no such service; see locations/get.")
            }
            Refused::UnknownTicket => Fault::UNKNOWN_TICKET,
            Refused::Unavailable(availability) => Fault::from(availability),
            Refused::OutOfTurn => conflict(
                "not_possible_now",
                "Where the ticket stands now it cannot be cancelled; look again.",
            ),
            Refused::Full => Fault {
                retry_after: Some(Duration::from_secs(60)),
                ..no(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "branch_full",
                    "The branch takes no more people at present.",
                )
            },
            Refused::Unreachable => Fault::BRANCH_UNREACHABLE,
            Refused::KeyReused => Fault::KEY_REUSED,
            Refused::Later => Fault::UNAVAILABLE,
        }
    }
}

impl From<&HttpFault> for Fault {
    fn from(fault: &HttpFault) -> Fault {
        let message = match fault {
            HttpFault::TooLarge(_) => "The body is too large; send less.",
            HttpFault::BodyTimeout => "The body did not arrive in time; send it again.",
            HttpFault::BodyBroken => "The body broke off; send it again.",
            HttpFault::TooManyRequests(_) => "Too many requests; wait, then ask again.",
            HttpFault::Overloaded(_) => "The server is overloaded; ask again in a moment.",
            HttpFault::Malformed => "The address cannot be read; percent-encode it as UTF-8.",
            HttpFault::TooManyParameters => "The address has too many parameters; send fewer.",
            HttpFault::UriTooLong => "The address is too long; shorten it.",
            HttpFault::HandlerTimeout => "The server took too long; ask again.",
            HttpFault::Panicked => "Something went wrong here; ask again, and tell its owner.",
        };
        Fault { retry_after: fault.retry_after(), ..no(fault.status(), fault.code(), message) }
    }
}
