//! The branch's pages: which part of what was built stands at which address.

use serve::http::{Answer, Call};
use serve::openapi;
use serve::pages::{self, Embed, Pages};

/// What Vite built in `web/`: in the program itself, or read from the folder while it is debugged.
#[derive(Embed)]
#[folder = "web/dist"]
struct Built;

/// The phone's pages are whole in themselves, so that a proxy can copy the folder.
const PHONE: &str = "smart";
/// All the others.
const SITE: &str = "site";
/// The addresses of [`SITE`] that are pages, beside the front page.
const ROOMS: [&str; 4] = ["dispenser", "clerk", "hall", "admin"];

/// The pages' routes, for log and metrics.
pub(crate) const ROUTES: [&str; 2] = [pages::PAGE, pages::ASSET];

/// Answers a call that is no dialect's, where a page or a part of one stands there.
pub(crate) fn answer(call: &Call) -> Option<Answer> {
    if let Some(page) = openapi::page(call) {
        return Some(page);
    }
    let built = Pages::new(Built::get);
    let segments = call.path.segments();
    let (folder, rest) = match &*segments {
        ["qnet6", rest @ ..] => (PHONE, rest.strip_prefix(&["smart"])?),
        all => (SITE, all),
    };
    // `/qnet6/smart` has no slash, and nothing in the folder bears its name.
    if folder == PHONE && rest.is_empty() {
        return built.slashed(call, "smart");
    }
    built.answer(call, folder, rest).or_else(|| {
        let is_page = folder == PHONE || rest.first().is_some_and(|first| ROOMS.contains(first));
        let is_built = built.is_built(&format!("{folder}/index.html"));
        (is_page && !is_built).then(pages::not_built)
    })
}

/// The page of the bare address, for a person with a browser; `None` while it is not built.
pub(crate) fn front(call: &Call) -> Option<Answer> {
    if !pages::wants_html(&call.headers) {
        return None;
    }
    Pages::new(Built::get).answer(call, SITE, &[])
}
