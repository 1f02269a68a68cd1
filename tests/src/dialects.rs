//! The vendors' requests that most tests begin with, in short.

use serde_json::{Value, json};

use crate::{Http, Reply};

/// Where Smart Ticket is.
pub const SMART: &str = "/qnet6/rest/smart";

/// Where Queue Management is.
pub const QUEUE_MANAGEMENT: &str = "/restapi/v2/queuemanagement";

impl Http {
    /// A fresh Smart Ticket key of branch 1.
    pub async fn smart_key(&mut self) -> String {
        let reply = self.get(&format!("{SMART}/generateHash/1")).await.ok();
        text(&reply.json()["key"])
    }

    /// A ticket for a service in language 1, by Smart Ticket; may be refused.
    pub async fn smart_ticket(&mut self, key: &str, service: u32) -> Reply {
        self.smart_ticket_in(key, service, 1).await
    }

    /// The same in another language.
    pub async fn smart_ticket_in(&mut self, key: &str, service: u32, language: u32) -> Reply {
        let path = format!("{SMART}/generateTicket?key={key}");
        self.post(&path, &json!({"lang": language, "task": service})).await
    }

    /// A new key, and the token of the ticket that it buys.
    pub async fn smart_token(&mut self, service: u32) -> String {
        let key = self.smart_key().await;
        text(&self.smart_ticket(&key, service).await.ok().json()["ticket"])
    }

    /// What the phone sees of a ticket.
    pub async fn ticket_status(&mut self, token: &str) -> Value {
        self.get(&format!("{SMART}/ticket/{token}")).await.ok().json()
    }

    /// An operation of Queue Management with these parameters; may be refused.
    pub async fn qm(&mut self, operation: &str, parameters: Value) -> Reply {
        self.post(&format!("{QUEUE_MANAGEMENT}/{operation}"), &parameters).await
    }

    /// The next customer at a counter, whose operator has the same number: the answer's object.
    pub async fn call_next(&mut self, counter: u32) -> Value {
        let at = json!({"desk_id": counter.to_string(), "user_id": counter.to_string()});
        self.qm("callnextticket", at).await.ok().json()["answer"].take()
    }

    /// Ends a call by its id.
    pub async fn end_call(&mut self, answer_id: &str) {
        self.qm("endcall", json!({ "answer_id": answer_id })).await.ok();
    }
}

/// A member that must be a text.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
