//! What a phone sends, read strictly and turned into commands.

use engine::settings::Language;
use engine::{
    AnswerId, BranchId, CheckIn, Code, Command, Issue, LanguageId, LineRequest, Pass, Priority,
    ProfileId, QuestionId, ServiceId, Settings, Shown, Source, TicketId, Token,
};
use serde::de::DeserializeOwned;
use serve::http::Call;

use super::faults::Fault;
use super::wire;
use crate::registrar::{RepeatKey, Submission, TicketTexts};

/// Characters of a comment: a page of a letter, and short enough to be read in a statistic.
pub(super) const COMMENT_CHARS_MAX: usize = 1_000;

/// Digits of a number in a path: as many as the largest one has.
const NUMBER_DIGITS_MAX: usize = 10;

/// A ticket that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    language: LanguageId,
    service: ServiceId,
}

/// The branch in a path.
pub(super) fn branch(text: &str) -> Result<BranchId, Fault> {
    number(text).map(BranchId).ok_or(Fault::UNKNOWN_BRANCH)
}

/// The language in a path: its number or its code.
pub(super) fn lang_in_path(text: &str) -> wire::Lang {
    wire::Lang::Text(text.to_owned())
}

/// The language that is meant, where the branch has it.
pub(super) fn language<'a>(
    settings: &'a Settings,
    lang: &wire::Lang,
) -> Result<&'a Language, Fault> {
    let found = match lang {
        wire::Lang::Number(id) => settings.language(LanguageId(*id)),
        wire::Lang::Text(text) => match number(text) {
            Some(id) => settings.language(LanguageId(id)),
            None => settings.languages.iter().find(|known| known.code.eq_ignore_ascii_case(text)),
        },
    };
    found.ok_or(Fault::UNKNOWN_LANGUAGE)
}

/// `generateTicket`.
pub(super) fn take_ticket(settings: &Settings, body: &[u8]) -> Result<Wish, Fault> {
    let wish: wire::TakeTicket = read(body)?;
    let language = language(settings, &wish.lang)?.id;
    let service = settings.service(ServiceId(wish.task)).ok_or(Fault::UNKNOWN_SERVICE)?.id;
    Ok(Wish { language, service })
}

/// The command for a wish.
pub(super) fn issue(settings: &Settings, wish: &Wish, pass: Pass, token: Token) -> Command {
    Command::Issue(Issue {
        lines: vec![LineRequest { service: wish.service, priority: Priority::NORMAL }],
        language: Some(wish.language),
        token,
        pass: Some(pass),
        source: Source::Customer,
        device: settings.smart_ticket.printer,
    })
}

/// `bookingCode`: the command for a booking whose customer is there. A text that cannot be a code
/// opens nothing, like a code that nobody has.
pub(super) fn redeem_code(settings: &Settings, pass: Pass, body: &[u8]) -> Result<Command, Fault> {
    let wish: wire::RedeemCode = read(body)?;
    let language = language(settings, &wish.lang)?.id;
    let text = wish.code.trim();
    if text.is_empty() {
        return Err(Fault::BAD_BODY);
    }
    let code = Code::parse(text).ok_or(Fault::UNKNOWN_BOOKING_CODE)?;
    Ok(Command::CheckIn(CheckIn {
        shown: Shown::Code(code),
        language: Some(language),
        pass: Some(pass),
        device: settings.smart_ticket.printer,
    }))
}

/// `DELETE ticket`. The body may be left out.
pub(super) fn give_up(ticket: TicketId, body: &[u8]) -> Result<Submission, Fault> {
    let comment = if body.trim_ascii().is_empty() {
        None
    } else {
        let wish: wire::GiveUp = read(body)?;
        comment(wish.comment)?
    };
    Ok(with_comment(Command::Delete { ticket }, comment))
}

/// `feedback`.
pub(super) fn feedback(
    settings: &Settings,
    ticket: TicketId,
    body: &[u8],
) -> Result<Submission, Fault> {
    let given: wire::Feedback = read(body)?;
    language(settings, &given.lang)?;
    let comment = comment(given.comment)?;
    let command = Command::Answer {
        ticket,
        survey: ProfileId(given.profile),
        question: QuestionId(given.question),
        answer: AnswerId(given.answer),
    };
    Ok(with_comment(command, comment))
}

/// By what the client can ask again, if it wants to. It belongs to the call and to whoever holds
/// the key or the ticket, so nobody meets another's.
pub(super) fn repeat_key(
    call_name: &str,
    who: &str,
    call: &Call,
) -> Result<Option<RepeatKey>, Fault> {
    let Some(value) = call.headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().map_err(|_| Fault::BAD_REPEAT_KEY)?;
    let key = RepeatKey::new(&format!("smart/{call_name} {who}"), text);
    key.map(Some).ok_or(Fault::BAD_REPEAT_KEY)
}

fn with_comment(command: Command, comment: Option<String>) -> Submission {
    let texts = TicketTexts { comment, ..TicketTexts::default() };
    Submission { texts, ..command.into() }
}

fn comment(text: Option<String>) -> Result<Option<String>, Fault> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| COMMENT_CHARS_MAX < text.chars().count()) {
        return Err(Fault::COMMENT_TOO_LONG);
    }
    Ok(text)
}

/// Digits and nothing else: no sign, no space.
fn number(text: &str) -> Option<u32> {
    let plain = (1..=NUMBER_DIGITS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// One JSON object. (An array would do for the members in their order, so it is refused here.)
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    let text = std::str::from_utf8(body).map_err(|_| Fault::BAD_BODY)?;
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Fault::BAD_BODY);
    }
    serde_json::from_str(text).map_err(|_| Fault::BAD_BODY)
}

#[cfg(test)]
mod tests;
