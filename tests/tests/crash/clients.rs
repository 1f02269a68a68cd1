//! Phones, kiosks and clerks: they ask, lose answers, ask again, and remember what they were told.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tests::dialects::{QUEUE_MANAGEMENT, SMART};
use tests::{Chance, Http, Reply};
use tokio::time::sleep;

use super::site::{Ending, Fact, Repeat, Site, Whereabouts};

/// Languages whose copies say so in letters that the stand-in prints as text.
const LANGUAGES: [u32; 3] = [1, 2, 3];

/// Tickets that one phone keeps an eye on.
const TICKETS_HELD_MAX: usize = 40;

const JSON: (&str, &str) = ("content-type", "application/json");

/// One of the clients.
pub(crate) struct Client {
    pub(crate) site: Arc<Site>,
    pub(crate) chance: Chance,
    pub(crate) name: String,
    http: Option<Http>,
    asked: u64,
    /// Answers that it has lost.
    lost: usize,
}

/// A request that a client makes.
struct Ask {
    method: &'static str,
    path: String,
    body: String,
    key: Option<String>,
}

impl Client {
    pub(crate) fn new(site: &Arc<Site>, chance: Chance, name: String) -> Client {
        Client { site: Arc::clone(site), chance, name, http: None, asked: 0, lost: 0 }
    }

    /// Takes tickets by phone, looks at them, gives some up and rates others.
    pub(crate) async fn be_a_phone(mut self) {
        let mut held: Vec<String> = Vec::new();
        while !self.site.is_closing() {
            self.pause(30).await;
            if held.len() < TICKETS_HELD_MAX && self.site.spend_slip() {
                if let Some(token) = self.take().await {
                    held.push(token);
                }
                continue;
            }
            if held.is_empty() {
                continue;
            }
            let at = self.chance.below(held.len());
            let Some(status) = self.status(&held[at]).await else { continue };
            let token = held[at].clone();
            match status {
                20 | 40 | 70 if self.chance.once_in(12) => self.give_up(&token).await,
                90 => {
                    self.rate(&token).await;
                    held.swap_remove(at);
                }
                _ => {}
            }
        }
    }

    /// Takes tickets as staff do, some of them on paper, some without a way to ask again.
    pub(crate) async fn be_a_kiosk(mut self) {
        while !self.site.is_closing() {
            self.pause(40).await;
            self.create().await;
        }
    }

    /// Calls customers to a counter that it shares with another clerk.
    pub(crate) async fn be_a_clerk(mut self, counter: u32) {
        let mut parked: Vec<u64> = Vec::new();
        while !self.site.is_closing() {
            self.pause(25).await;
            let again = (!parked.is_empty() && self.chance.once_in(3))
                .then(|| parked.swap_remove(self.chance.below(parked.len())));
            let Some((ticket, call)) = self.call(counter, again).await else { continue };
            self.pause(25).await;
            if self.chance.once_in(6) {
                let body = json!({ "answer_id": call }).to_string();
                let ask = self.ask("POST", format!("{QUEUE_MANAGEMENT}/recall"), body, false);
                self.attempt(&ask).await;
            }
            let how = match self.chance.below(5) {
                0 => Ending::Parked,
                1 => Ending::Missed,
                _ => Ending::Finished,
            };
            self.end(call, how).await;
            if how == Ending::Parked {
                parked.push(ticket);
            }
        }
    }

    async fn take(&mut self) -> Option<String> {
        let ask = self.ask("GET", format!("{SMART}/generateHash/1"), String::new(), false);
        let reply = self.insist(&ask).await.ok();
        let key = reply.json()["key"].as_str().expect("is a text").to_owned();
        let is_new = self.site.told().keys.insert(key.clone());
        assert!(is_new, "two phones have the same key");
        let lang = *self.chance.one_of(&LANGUAGES);
        let body = json!({"lang": lang, "task": 1 + self.chance.below(6)}).to_string();
        let ask = self.ask("POST", format!("{SMART}/generateTicket?key={key}"), body, true);
        let reply = self.insist(&ask).await;
        assert_eq!(reply.status, 200, "a good key buys a ticket: {}", reply.text());
        let token = reply.json()["ticket"].as_str().expect("is a text").to_owned();
        self.remember(&ask, token.clone());
        self.site.told().facts.push(Fact::Taken { token: token.clone() });
        Some(token)
    }

    async fn status(&mut self, token: &str) -> Option<u64> {
        let ask = self.ask("GET", format!("{SMART}/ticket/{token}"), String::new(), false);
        let reply = self.attempt(&ask).await?;
        assert_eq!(reply.status, 200, "the ticket {token} is gone: {}", reply.text());
        reply.json()["status"].as_u64()
    }

    async fn give_up(&mut self, token: &str) {
        let keyed = self.chance.once_in(2);
        let ask = self.ask("DELETE", format!("{SMART}/ticket/{token}"), String::new(), keyed);
        // It may have been called meanwhile; or, without a key, have been deleted the first time.
        if self.insist(&ask).await.status == 200 {
            self.site.told().facts.push(Fact::Deleted { token: token.to_owned() });
        }
    }

    async fn rate(&mut self, token: &str) {
        let answer = 1 + self.chance.below(5);
        let body = json!({"lang": 1, "profile": 1, "question": 1, "answer": answer}).to_string();
        let ask = self.ask("POST", format!("{SMART}/feedback?ticket={token}"), body, true);
        let reply = self.insist(&ask).await;
        assert_eq!(reply.status, 200, "a visit that is over can be rated: {}", reply.text());
        self.site.told().facts.push(Fact::Rated { token: token.to_owned() });
    }

    async fn create(&mut self) {
        let mark = format!("{}-{}", self.name, self.asked);
        let prints = self.chance.once_in(3) && self.site.spend_slip();
        let mut body = json!({
            "service_id": 1 + self.chance.below(6),
            "custom_field": mark,
            "lang": self.chance.one_of(&LANGUAGES).to_string(),
            "priority": self.chance.once_in(8),
        });
        if prints {
            body["device_id"] = json!("1");
        }
        let keyed = !self.chance.once_in(3);
        let path = format!("{QUEUE_MANAGEMENT}/createticket");
        let ask = self.ask("POST", path, body.to_string(), keyed);
        let place = {
            let mut told = self.site.told();
            told.marks.push((mark, None));
            told.marks.len() - 1
        };
        let reply = if keyed { Some(self.insist(&ask).await) } else { self.attempt(&ask).await };
        let Some(reply) = reply else { return };
        assert_eq!(reply.status, 200, "{}", reply.text());
        let given = &reply.json()["ticket"];
        let (ticket, label) = (number(&given["id"]), label(given));
        self.remember(&ask, format!("{ticket} {label}"));
        let mut told = self.site.told();
        told.marks[place].1 = Some(ticket);
        told.facts.push(Fact::Created { ticket, label, prints });
    }

    async fn call(&mut self, counter: u32, parked: Option<u64>) -> Option<(u64, u64)> {
        let mut body = json!({"desk_id": counter, "user_id": counter});
        let operation = match parked {
            Some(ticket) => {
                body["ticket_id"] = json!(ticket);
                "callpausedticket"
            }
            None => "callnextticket",
        };
        let path = format!("{QUEUE_MANAGEMENT}/{operation}");
        let ask = self.ask("POST", path, body.to_string(), true);
        let reply = self.insist(&ask).await;
        // The other clerk has a customer there, or was faster, or nobody waits.
        if reply.status == 409 {
            return None;
        }
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answer = &reply.json()["answer"];
        let (call, ticket) = (number(&answer["id"]), number(&answer["ticket"]["id"]));
        assert!(parked.is_none_or(|parked| parked == ticket), "another one was called");
        self.remember(&ask, format!("{call} {ticket}"));
        let label = label(&answer["ticket"]);
        self.site.told().facts.push(Fact::Called { ticket, label, call, counter });
        Some((ticket, call))
    }

    async fn end(&mut self, call: u64, how: Ending) {
        let operation = match how {
            Ending::Finished => "endcall",
            Ending::Parked => "pausecall",
            Ending::Missed => "cancelcall",
        };
        let keyed = !self.chance.once_in(4);
        let body = json!({ "answer_id": call }).to_string();
        let ask = self.ask("POST", format!("{QUEUE_MANAGEMENT}/{operation}"), body, keyed);
        let before = self.lost;
        let reply = self.insist(&ask).await;
        // Nobody else ends this call. Who has no key and lost an answer hears that it is over.
        let is_over = reply.status == 409 && !keyed && before < self.lost;
        assert!(reply.status == 200 || is_over, "{operation} {call}: {}", reply.text());
        self.site.told().facts.push(Fact::Ended { call, how });
    }

    fn ask(&mut self, method: &'static str, path: String, body: String, keyed: bool) -> Ask {
        self.asked += 1;
        let key = keyed.then(|| format!("{}-{}", self.name, self.asked));
        Ask { method, path, body, key }
    }

    fn remember(&self, ask: &Ask, identity: String) {
        if let Some(key) = ask.key.clone() {
            let (path, body) = (ask.path.clone(), ask.body.clone());
            self.site.told().repeats.push(Repeat { path, body, key, identity });
        }
    }

    /// Asks until there is an answer. The same request with the same key, if it has one.
    async fn insist(&mut self, ask: &Ask) -> Reply {
        loop {
            match self.attempt(ask).await {
                Some(reply) if reply.status != 503 => return reply,
                Some(_) | None => sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Asks once. Nothing: nobody knows whether it was done.
    async fn attempt(&mut self, ask: &Ask) -> Option<Reply> {
        let mut whereabouts = self.site.whereabouts.subscribe();
        let at = whereabouts.wait_for(|now| *now != Whereabouts::Away).await;
        let Whereabouts::At(address) = *at.expect("the site outlives its clients") else {
            unreachable!("it has been waited for")
        };
        let http = match self.http.take() {
            Some(http) if http.address() == address => http,
            Some(_) | None => Http::new(address),
        };
        let http = self.http.insert(http);
        let mut headers = vec![JSON];
        headers.extend(ask.key.as_deref().map(|key| ("idempotency-key", key)));
        let reply = http.try_ask(ask.method, &ask.path, &headers, ask.body.as_bytes()).await;
        if reply.is_err() {
            self.lost += 1;
            self.site.told().lost += 1;
            // Dead, most likely: the kill is in the whereabouts soon.
            self.http = None;
        }
        reply.ok()
    }

    async fn pause(&mut self, most_ms: usize) {
        let pause = u64::try_from(self.chance.below(most_ms)).expect("is small");
        sleep(Duration::from_millis(pause)).await;
    }
}

fn label(ticket: &Value) -> String {
    ticket["number"].as_str().expect("is a text").to_owned()
}

fn number(value: &Value) -> u64 {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("{value}: no number"))
}
