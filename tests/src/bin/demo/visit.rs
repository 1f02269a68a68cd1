//! The visit: a customer with a phone and one without, from the ticket to the answer.

use ::tests::dialects::{QUEUE_MANAGEMENT, SMART};
use ::tests::{SOON, Trouble, until};
use serde_json::json;

use crate::house::{House, member};
use crate::paint::{framed, say};

impl House {
    pub(crate) async fn visit(&mut self) -> Result<(), Trouble> {
        let token = self.take_ticket().await?;
        let status = format!("{SMART}/ticket/{token}");
        self.tell("The phone looks where the ticket stands: status 20 is waiting.");
        self.get(&status).await?;
        let qm = |operation: &str| format!("{QUEUE_MANAGEMENT}/{operation}");

        self.tell("Staff issue a ticket in Arabic. Its slip is an image: see the picture.");
        let wish = json!({"service_id": "2", "device_id": "1", "lang": "4"});
        self.post(&qm("createticket"), wish).await?;
        self.show_slip().await?;

        self.tell("The clerk at counter 1 calls who is next, by Queue Management.");
        let at = json!({"desk_id": "1", "user_id": "1"});
        let answer = self.post(&qm("callnextticket"), at).await?;
        let call = json!({"answer_id": member(&answer["answer"], "id")?});
        self.show_display("A001  1").await?;
        self.tell("The phone knows at once: status 30 is called.");
        self.get(&status).await?;
        self.tell("Nobody came, so the clerk calls again: the recall.");
        self.post(&qm("recall"), call.clone()).await?;
        self.tell("The customer was served; the clerk ends the call.");
        self.post(&qm("endcall"), call).await?;

        self.tell("The customer gives feedback, with a comment.");
        let feedback =
            json!({"lang": 1, "profile": 1, "question": 1, "answer": 5, "comment": "Very good"});
        self.post(&format!("{SMART}/feedback?ticket={token}"), feedback).await?;
        self.press_a_key().await?;
        self.tell("Staff count who still waits, service by service.");
        self.get(&qm("waitingticketscount")).await?;
        say(&self.paint.bold("That was the visit."));
        say("Every request can be repeated; a key is good for one ticket, so ask for another.\n");
        Ok(())
    }

    /// Steps until the first slip is on paper: the ticket's token.
    async fn take_ticket(&mut self) -> Result<String, Trouble> {
        self.tell(
            "A customer scans the code at the dispenser: the phone gets a key for one ticket.",
        );
        let key = self.get(&format!("{SMART}/generateHash/1")).await?;
        let path = format!("{SMART}/generateTicket?key={}", member(&key, "key")?);
        self.tell("The phone takes a ticket for service 1 in language 1, by Smart Ticket.");
        let ticket = self.post(&path, json!({"lang": 1, "task": 1})).await?;
        self.tell("The printer prints the slip. Its code leads the phone to the ticket.");
        self.show_slip().await?;
        member(&ticket, "ticket")
    }

    /// Serves the next customer, who presses a key at the counter.
    async fn press_a_key(&mut self) -> Result<(), Trouble> {
        let qm = |operation: &str| format!("{QUEUE_MANAGEMENT}/{operation}");
        self.tell("The clerk calls and serves the next one, who has no phone.");
        let at = json!({"desk_id": "1", "user_id": "1"});
        let answer = self.post(&qm("callnextticket"), at).await?;
        self.show_display("B001  1").await?;
        let call = json!({"answer_id": member(&answer["answer"], "id")?});
        self.post(&qm("endcall"), call).await?;
        self.tell("The keypad at the counter asks, and the customer presses key 4.");
        // The token of the second visit: the question about the first may stand a moment longer.
        self.await_keypad("standing=asks 3").await?;
        self.keypad
            .try_tell("press 4")
            .await
            .map_err(|error| Trouble::new(format!("the keypad does not answer: {error}")))?;
        self.await_keypad("standing=thanks").await?;
        let branch = &self.branch;
        let counted = until("the answer in the journal", SOON, async || {
            branch.ledger().entries("answered").pop().filter(|entry| entry.members["ticket"] == 2)
        });
        say(&format!("   in the journal: {}\n", counted.await?.members));
        Ok(())
    }

    /// Shows the display once this stands on it.
    async fn show_display(&mut self, text: &str) -> Result<(), Trouble> {
        self.await_display(text).await?;
        say(&self.paint.faint("   the display in the hall"));
        say(framed(text).trim_end());
        say("");
        Ok(())
    }

    async fn await_keypad(&self, words: &str) -> Result<(), Trouble> {
        let keypad = &self.keypad;
        let said = until("what the keypad should show", SOON, async || {
            keypad.try_tell("status").await.ok().filter(|status| status.contains(words))
        });
        said.await?;
        Ok(())
    }
}
