//! The headers that every answer has.

use hyper::{
    HeaderMap,
    header::{
        CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
        RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
    },
};

use super::{HttpFault, JSON, TEXT};

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// The usual headers beside the usual content types, ready to be copied: most answers have no
/// others, and a copy costs a fraction of four insertions.
pub(crate) struct Usual {
    sets: [(HeaderValue, HeaderMap); 2],
}

impl Usual {
    pub(crate) fn new() -> Usual {
        Usual {
            sets: [JSON, TEXT].map(|kind| {
                let set = complete(HeaderMap::new(), Some(kind.clone()), None);
                (kind, set)
            }),
        }
    }

    /// The headers of an answer: its own, and what they lack.
    pub(crate) fn headers(
        &self,
        own: HeaderMap,
        content_type: Option<HeaderValue>,
        fault: Option<HttpFault>,
    ) -> HeaderMap {
        if let (true, Some(kind), None) = (own.is_empty(), &content_type, fault)
            && let Some((_, set)) = self.sets.iter().find(|(usual, _)| usual == kind)
        {
            return set.clone();
        }
        complete(own, content_type, fault)
    }
}

/// Adds the headers that every answer has, and those that the server's own refusals need.
fn complete(
    mut headers: HeaderMap,
    content_type: Option<HeaderValue>,
    fault: Option<HttpFault>,
) -> HeaderMap {
    let mut set_if_absent = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    if let Some(content_type) = content_type {
        set_if_absent(CONTENT_TYPE, content_type);
    }
    set_if_absent(CACHE_CONTROL, NO_STORE);
    set_if_absent(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    set_if_absent(REFERRER_POLICY, NO_REFERRER);
    if let Some(fault) = fault {
        if let Some(after) = fault.retry_after() {
            // Whole seconds, rounded up: asking again too early is refused again.
            let seconds = after.as_secs() + u64::from(0 < after.subsec_nanos());
            set_if_absent(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if fault.closes() {
            set_if_absent(CONNECTION, CLOSE);
        }
    }
    headers
}
