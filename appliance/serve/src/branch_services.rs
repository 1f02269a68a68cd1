//! What the Branch services of a branch and of central have in common: how they say no, the shapes of
//! figures, periods of days, and where a token is shown.

pub mod faults;
pub mod figures;
pub mod period;

use crate::http::{Call, HeaderName, header};

/// The vendor's own header for a token.
pub const TOKEN: HeaderName = HeaderName::from_static("token");

/// The token as it is shown: alone or after `Bearer`, in quotes (as it was given out) or without.
pub fn token(call: &Call) -> Option<&str> {
    let shown = call.headers.get(TOKEN).or_else(|| call.headers.get(header::AUTHORIZATION))?;
    let shown = shown.to_str().unwrap_or_default().trim();
    let token = crate::tokens::bearer(shown).unwrap_or(shown);
    Some(token.strip_prefix('"').and_then(|token| token.strip_suffix('"')).unwrap_or(token))
}
