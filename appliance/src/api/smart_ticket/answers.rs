//! What was committed, in the vendor's words.

use std::borrow::Cow;
use std::collections::BTreeMap;

use engine::settings::{Group, Language, Service};
use engine::{Forecast, LanguageId, Moment, Pass, Settings, Ticket, TicketLine, Token};
use serde::Serialize;

use super::faults::Fault;
use super::wire;
use crate::api::{Rooms, status};
use crate::local_time::Zone;
use crate::texts::{PHONE_MESSAGES, Texts};

/// Bytes of a usual answer; a larger one grows.
const USUAL_BYTES: usize = 512;

/// What follows the branch's own address, as the vendor's public address has it.
const PUBLIC_PATH: &str = "/qnet6";

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(USUAL_BYTES);
    serde_json::to_writer(&mut out, value).expect("text keys and plain values become JSON");
    out
}

/// `{}`.
pub(super) fn done() -> Vec<u8> {
    json(&wire::Nothing)
}

/// `generateHash`.
pub(super) fn key(pass: &Pass) -> Vec<u8> {
    json(&wire::Key { key: pass.as_str() })
}

/// `generateTicket`.
pub(super) fn ticket_hash(token: &Token) -> Vec<u8> {
    json(&wire::TicketHash { ticket: token.as_str() })
}

/// `init`.
pub(super) fn init(rooms: &Rooms, settings: &Settings) -> Result<Vec<u8>, Fault> {
    let module = &settings.smart_ticket;
    if settings.dispenser(module.dispenser_profile).is_none()
        || settings.survey(module.survey).is_none()
    {
        return Err(Fault::NOT_CONFIGURED);
    }
    let notifications: Vec<_> = settings
        .languages
        .iter()
        .map(|language| {
            let call = own_text(&module.call_texts, language, &rooms.texts, "notify-call");
            let feedback =
                own_text(&module.feedback_texts, language, &rooms.texts, "notify-feedback");
            (language.code.as_str(), call, feedback)
        })
        .collect();
    let lng_texts = notifications.iter().map(|(code, call, feedback)| {
        (*code, wire::Notifications { call: call.as_ref(), feedback: feedback.as_ref() })
    });
    let own_url = || format!("{}{PUBLIC_PATH}", rooms.own_url);
    let public_url = module.public_url.clone().unwrap_or_else(own_url);
    Ok(json(&wire::Init {
        cf_profile: module.survey.0,
        cf_time: settings.rules.feedback_for_min,
        public_url: &public_url,
        disp_profile: module.dispenser_profile.0,
        valid_time: module.valid_min,
        // Zero: it goes back only when the customer asks.
        missing_put_back_mins: settings.rules.put_back_after_min.unwrap_or(0),
        lng_texts: lng_texts.collect(),
    }))
}

/// `locales`.
pub(super) fn locales(rooms: &Rooms, language: &Language) -> Vec<u8> {
    let texts = PHONE_MESSAGES.map(|(number, id)| (number, rooms.texts.plain(&language.code, id)));
    let messages = texts.iter().map(|(number, text)| (*number, text.as_ref())).collect();
    json(&wire::Locales { messages })
}

/// `profile`. Hidden services stand in the tree too; the page leaves out what `hiddenTasks` names.
pub(super) fn profile(rooms: &Rooms, settings: &Settings) -> Result<Vec<u8>, Fault> {
    let dispenser = settings
        .dispenser(settings.smart_ticket.dispenser_profile)
        .ok_or(Fault::UNKNOWN_PROFILE)?;
    let now = rooms.now();
    let (task_info, disabled_tasks) = rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let figures = |service: &Service| {
            let minutes = branch.forecast_service(service.id, now.at).minutes();
            (service.id.0, (branch.waiting_count(service.id), minutes))
        };
        let figures: BTreeMap<_, _> = settings.services.iter().map(figures).collect();
        let shut = |service: &&Service| branch.unavailable(service, now).is_some();
        let shut: Vec<u32> = settings.services.iter().filter(shut).map(|s| s.id.0).collect();
        (figures, shut)
    });
    let hidden = settings.services.iter().filter(|service| service.hidden);
    let pages: Vec<Page<'_>> =
        settings.languages.iter().map(|language| Page::new(rooms, settings, language)).collect();
    let default = settings.default_language();
    Ok(json(&wire::Profile {
        profile: wire::Dispenser {
            id: dispenser.id.0,
            standby: dispenser.standby_s.to_string(),
            language: default.0,
            lang: settings.language(default).map_or("", |language| &language.code),
            content: pages.iter().map(|page| page.shown(settings)).collect(),
        },
        task_info,
        hidden_tasks: hidden.map(|service| service.id.0).collect(),
        disabled_tasks,
    }))
}

/// A page of the dispenser, with texts that may have been put together for it.
struct Page<'a> {
    language: &'a Language,
    texts: [Cow<'a, str>; 10],
}

impl<'a> Page<'a> {
    fn new(rooms: &'a Rooms, settings: &'a Settings, language: &'a Language) -> Page<'a> {
        let module = &settings.smart_ticket;
        let plain = |id| rooms.texts.plain(&language.code, id);
        let texts = [
            own_text(&module.title, language, &rooms.texts, "smart-ticket-title"),
            own_text(&module.description, language, &rooms.texts, "smart-ticket-desc"),
            plain("profile-back"),
            plain("profile-back-to-main"),
            plain("profile-appointment"),
            plain("profile-title"),
            plain("profile-success-card"),
            plain("profile-card-read-fail"),
            plain("profile-push-card"),
            plain("profile-authentication"),
        ];
        Page { language, texts }
    }

    fn shown<'b>(&'b self, settings: &'b Settings) -> wire::Page<'b> {
        let [title, desc, back, main, appointment, menu, success, fail, push, authentication] =
            &self.texts;
        wire::Page {
            smart_ticket_title: title,
            description: &self.language.name,
            back,
            back_to_main: main,
            appointment,
            title: menu,
            success_card: success,
            card_read_fail: fail,
            push_card: push,
            id: &self.language.code,
            language: self.language.id.0,
            smart_ticket_desc: desc,
            authentication,
            content: choices(settings, self.language.id),
        }
    }
}

/// Services that are in no group, then the groups.
fn choices(settings: &Settings, language: LanguageId) -> Vec<wire::Choice<'_>> {
    let grouped =
        |service: &Service| settings.groups.iter().any(|g| g.services.contains(&service.id));
    let single = settings.services.iter().filter(|service| !grouped(service));
    let groups = settings.groups.iter().map(|group| group_choice(settings, group, language));
    single.map(|service| service_choice(service, language)).chain(groups).collect()
}

fn service_choice(service: &Service, language: LanguageId) -> wire::Choice<'_> {
    wire::Choice::Service {
        number: service.id.to_string(),
        description: service.descriptions.get(language),
        id: service.id.0,
        title: service.names.get(language),
    }
}

fn group_choice<'a>(
    settings: &'a Settings,
    group: &'a Group,
    language: LanguageId,
) -> wire::Choice<'a> {
    let services = group.services.iter().filter_map(|id| settings.service(*id));
    wire::Choice::Group {
        id: group.id.0,
        title: group.names.get(language),
        content: services.map(|service| service_choice(service, language)).collect(),
    }
}

/// `ticket`, written in one go from what is there.
pub(super) fn status(
    settings: &Settings,
    ticket: &Ticket,
    forecast: Option<Forecast>,
    zone: &Zone,
    now: Moment,
) -> Vec<u8> {
    let task = |line: &TicketLine| {
        let service = settings.service(line.service);
        wire::Task {
            name: service.map_or("", |service| service.names.get(ticket.language)),
            id: line.service.0,
            priority: line.priority.get(),
            status: status::of_line(ticket, line),
        }
    };
    json(&wire::TicketStatus {
        id: ticket.id.0,
        number: &ticket.label,
        lang: ticket.language.0,
        priority: ticket.line().priority.get(),
        status: status::of_state(&ticket.state),
        status_time: zone.number(ticket.changed()),
        current_time: zone.number(now),
        estimated_queue_size: forecast.map_or(0, |forecast| forecast.ahead),
        estimated_waiting_time: forecast.map_or(0, |forecast| forecast.minutes()),
        total_waiting_time: ticket.waited.as_secs() / 60,
        branch: wire::BranchName { name: &settings.name, id: settings.branch.0 },
        tasks: wire::Each(ticket.lines.iter().map(task)),
    })
}

/// `feedbackProfile`.
pub(super) fn feedback_profile(settings: &Settings) -> Result<Vec<u8>, Fault> {
    let survey = settings.survey(settings.smart_ticket.survey).ok_or(Fault::UNKNOWN_PROFILE)?;
    let page = |language: &'_ Language| {
        let questions = survey.questions.iter().zip(1..).map(|(question, order)| wire::Question {
            id: question.id.0,
            text: question.texts.get(language.id),
            order,
            answers: question
                .answers
                .iter()
                .map(|answer| wire::Reply {
                    value: answer.value,
                    id: answer.id.0,
                    text: answer.texts.get(language.id),
                })
                .collect(),
        });
        questions.collect()
    };
    let langs = settings.languages.iter().map(|language| wire::SurveyPage {
        id: language.id.0,
        code: &language.code,
        name: &language.name,
        questions: page(language),
    });
    Ok(json(&wire::Survey { id: survey.id.0, name: &survey.name, langs: langs.collect() }))
}

/// What the settings say in this language, else what the branch says by itself.
fn own_text<'a>(
    own: &'a engine::settings::Texts,
    language: &Language,
    texts: &'a Texts,
    id: &str,
) -> Cow<'a, str> {
    match own.0.get(&language.id).filter(|text| !text.is_empty()) {
        Some(text) => Cow::Borrowed(text),
        None => texts.plain(&language.code, id),
    }
}

#[cfg(test)]
mod tests;
