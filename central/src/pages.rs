//! Central's pages, as they were built.

use serve::http::{Answer, Call};
use serve::openapi;
use serve::pages::{self, Embed, Pages};

/// What Vite built in `web/`: in the program itself, or read from the folder while it is debugged.
#[derive(Embed)]
#[folder = "web/dist"]
struct Built;

/// The pages' routes, for log and metrics.
pub(crate) const ROUTES: [&str; 2] = [pages::PAGE, pages::ASSET];

/// Answers a call for a page or a part of one.
pub(crate) fn answer(call: &Call) -> Option<Answer> {
    openapi::page(call).or_else(|| Pages::new(Built::get).answer(call, "", &call.path.segments()))
}

/// The page of the bare address, for a person with a browser; `None` while it is not built.
pub(crate) fn front(call: &Call) -> Option<Answer> {
    if pages::wants_html(&call.headers) { answer(call) } else { None }
}
