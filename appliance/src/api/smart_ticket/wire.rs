//! The vendor's words: the members of requests and answers, as the Smart Ticket API names them.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{self, Deserializer, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

/// How a body names a language: by number, or by a text that holds a code or a number.
#[derive(Clone, Debug, JsonSchema, PartialEq, Eq)]
#[schemars(untagged)]
pub(super) enum Lang {
    Number(u32),
    Text(String),
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lang, D::Error> {
        deserializer.deserialize_any(LangVisitor)
    }
}

struct LangVisitor;

impl Visitor<'_> for LangVisitor {
    type Value = Lang;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number or the code of a language")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Lang, E> {
        u32::try_from(number).map(Lang::Number).map_err(|_| E::custom("out of range"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Lang, E> {
        Ok(Lang::Text(text.to_owned()))
    }
}

/// `generateTicket`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct TakeTicket {
    pub(super) lang: Lang,
    pub(super) task: u32,
}

/// `bookingCode`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RedeemCode {
    pub(super) lang: Lang,
    pub(super) code: String,
}

/// `DELETE ticket`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct GiveUp {
    #[serde(default)]
    pub(super) comment: Option<String>,
}

/// `feedback`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Feedback {
    pub(super) lang: Lang,
    pub(super) profile: u32,
    pub(super) question: u32,
    pub(super) answer: u32,
    #[serde(default)]
    pub(super) comment: Option<String>,
}

/// `generateHash`.
#[derive(JsonSchema, Serialize)]
pub(super) struct Key<'a> {
    pub(super) key: &'a str,
}

/// `generateTicket`, answered.
#[derive(JsonSchema, Serialize)]
pub(super) struct TicketHash<'a> {
    pub(super) ticket: &'a str,
}

/// `init`.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Init<'a> {
    pub(super) cf_profile: u32,
    pub(super) cf_time: u32,
    pub(super) public_url: &'a str,
    pub(super) disp_profile: u32,
    pub(super) valid_time: u32,
    pub(super) missing_put_back_mins: u32,
    pub(super) lng_texts: BTreeMap<&'a str, Notifications<'a>>,
}

/// What the phone says, in one language.
#[derive(JsonSchema, Serialize)]
pub(super) struct Notifications<'a> {
    pub(super) call: &'a str,
    pub(super) feedback: &'a str,
}

/// `locales`.
#[derive(JsonSchema, Serialize)]
pub(super) struct Locales<'a> {
    pub(super) messages: BTreeMap<&'static str, &'a str>,
}

/// `profile`.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Profile<'a> {
    pub(super) profile: Dispenser<'a>,
    pub(super) task_info: BTreeMap<u32, (usize, u64)>,
    pub(super) hidden_tasks: Vec<u32>,
    pub(super) disabled_tasks: Vec<u32>,
}

/// A dispenser profile.
#[derive(JsonSchema, Serialize)]
pub(super) struct Dispenser<'a> {
    #[serde(rename = "prfID")]
    pub(super) id: u32,
    /// Seconds, as text.
    pub(super) standby: String,
    #[serde(rename = "langID")]
    pub(super) language: u32,
    pub(super) lang: &'a str,
    pub(super) content: Vec<Page<'a>>,
}

/// A dispenser profile in one language.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<'a> {
    pub(super) smart_ticket_title: &'a str,
    pub(super) description: &'a str,
    pub(super) back: &'a str,
    pub(super) back_to_main: &'a str,
    pub(super) appointment: &'a str,
    pub(super) title: &'a str,
    pub(super) success_card: &'a str,
    pub(super) card_read_fail: &'a str,
    pub(super) push_card: &'a str,
    pub(super) id: &'a str,
    #[serde(rename = "langID")]
    pub(super) language: u32,
    pub(super) smart_ticket_desc: &'a str,
    pub(super) authentication: &'a str,
    pub(super) content: Vec<Choice<'a>>,
}

/// A button of the dispenser.
#[derive(JsonSchema, Serialize)]
#[serde(untagged)]
pub(super) enum Choice<'a> {
    Service { number: String, description: &'a str, id: u32, title: &'a str },
    Group { id: u32, title: &'a str, content: Vec<Choice<'a>> },
}

/// `ticket`. `number` is anything that can be shown, `tasks` anything that can be gone through, so
/// that nothing is copied on the way.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketStatus<'a, N: fmt::Display, T: Serialize> {
    pub(super) id: u64,
    #[serde(serialize_with = "shown")]
    #[schemars(with = "String")]
    pub(super) number: N,
    pub(super) lang: u32,
    pub(super) priority: u8,
    pub(super) status: u8,
    pub(super) status_time: u64,
    pub(super) current_time: u64,
    pub(super) estimated_queue_size: usize,
    pub(super) estimated_waiting_time: u64,
    pub(super) total_waiting_time: u64,
    pub(super) branch: BranchName<'a>,
    pub(super) tasks: T,
}

/// The branch of a ticket.
#[derive(JsonSchema, Serialize)]
pub(super) struct BranchName<'a> {
    pub(super) name: &'a str,
    pub(super) id: u32,
}

/// One service on a ticket.
#[derive(JsonSchema, Serialize)]
pub(super) struct Task<'a> {
    pub(super) name: &'a str,
    pub(super) id: u32,
    pub(super) priority: u8,
    pub(super) status: u8,
}

/// An array that is written while it is gone through.
pub(super) struct Each<I>(pub(super) I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Each<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

fn shown<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// `feedbackProfile`. The table of the document calls the numbers texts; its example has numbers,
/// and `feedback` takes numbers.
#[derive(JsonSchema, Serialize)]
pub(super) struct Survey<'a> {
    pub(super) id: u32,
    pub(super) name: &'a str,
    pub(super) langs: Vec<SurveyPage<'a>>,
}

/// A survey in one language.
#[derive(JsonSchema, Serialize)]
pub(super) struct SurveyPage<'a> {
    pub(super) id: u32,
    pub(super) code: &'a str,
    pub(super) name: &'a str,
    pub(super) questions: Vec<Question<'a>>,
}

/// One question.
#[derive(JsonSchema, Serialize)]
pub(super) struct Question<'a> {
    pub(super) id: u32,
    pub(super) text: &'a str,
    pub(super) order: usize,
    pub(super) answers: Vec<Reply<'a>>,
}

/// One possible reply.
#[derive(JsonSchema, Serialize)]
pub(super) struct Reply<'a> {
    pub(super) value: i32,
    pub(super) id: u32,
    pub(super) text: &'a str,
}

/// What has nothing to tell: `{}`.
pub(super) struct Nothing;

impl Serialize for Nothing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_map(Some(0))?.end()
    }
}

/// Every no.
#[derive(JsonSchema, Serialize)]
pub(super) struct Error<'a> {
    pub(super) error: &'a str,
    pub(super) message: &'a str,
}
