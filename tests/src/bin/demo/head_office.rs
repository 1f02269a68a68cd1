//! What head office sees of the branch: central's answers as small tables, and whether its rows
//! say what the branch's own database says.

use std::time::Duration;

use ::tests::agreement::{central_rows, disagreement};
use ::tests::central::{LOGIN, PASSWORD};
use ::tests::{SOON, Trouble, until};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::house::{House, member};
use crate::paint::{say, spell, table};

/// The branch that is played.
const BRANCH: u32 = 1;

impl House {
    /// The step after the visit: central has it all.
    pub(crate) async fn show_central(&mut self) -> Result<(), Trouble> {
        self.tell("Head office signs in at central, which heard of every step over MQTT.");
        let (tickets, waited) = self.await_agreement().await?;
        self.show_branches().await?;
        say(&format!(
            "   central's rows and the branch's agree, ticket by ticket: {tickets} tickets, {} \
             after the last request\n",
            spell(waited)
        ));
        Ok(())
    }

    /// Central's answers about the branch, as tables.
    pub(crate) async fn show_branches(&mut self) -> Result<(), Trouble> {
        let all = self.ask_central("/v1/branches").await?;
        let head = ["id", "name", "connected", "last word", "waiting", "serving"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(all.as_array().into_iter().flatten().map(branch_row));
        say(&table(&rows));
        let one = self.ask_central(&format!("/v1/branches/{BRANCH}")).await?;
        let head = ["id", "tag", "name", "waiting", "served today"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        let services = one["services"].as_array().into_iter().flatten();
        rows.extend(services.map(|service| {
            ["id", "tag", "name", "waiting", "served_today"].map(|key| cell(&service[key])).to_vec()
        }));
        say(&table(&rows));
        Ok(())
    }

    /// Waits until central's rows say of each ticket what the branch's database says: how many
    /// tickets, and how long it took.
    pub(crate) async fn await_agreement(&self) -> Result<(usize, Duration), Trouble> {
        let began = Instant::now();
        let (ledger, database) = (self.branch.ledger(), self.central.database());
        let mut why = String::new();
        let agreed = until("agreement of branch and central", SOON, async || {
            let rows = central_rows(&database, BRANCH);
            match disagreement(&ledger, &rows) {
                None => Some(rows.len()),
                Some(what) => {
                    why = what;
                    None
                }
            }
        });
        let agreed = agreed.await;
        let tickets = agreed.map_err(|late| Trouble::new(format!("{late}: {why}")))?;
        Ok((tickets, began.elapsed()))
    }

    /// A GET at central, signed in.
    async fn ask_central(&mut self, path: &str) -> Result<Value, Trouble> {
        let url = self.central.url().to_owned();
        let token = match &self.token {
            Some(token) => token.clone(),
            None => {
                self.show_request(&format!(
                    "curl -H 'Content-Type: application/json' -d '{{\"login\":\"{LOGIN}\",\
                     \"password\":\"...\"}}' {url}/v1/login"
                ));
                say("   {\"token\":\"...\"}\n");
                let who = json!({"login": LOGIN, "password": PASSWORD}).to_string();
                let answer = self.send_to_central("POST", "/v1/login", None, &who).await?;
                let token = member(&answer, "token")?;
                self.token = Some(token.clone());
                token
            }
        };
        self.show_request(&format!("curl -H \"Authorization: Bearer $TOKEN\" {url}{path}"));
        self.send_to_central("GET", path, Some(&token), "").await
    }

    async fn send_to_central(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> Result<Value, Trouble> {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = vec![("Content-Type", "application/json")];
        headers.extend(bearer.iter().map(|bearer| ("Authorization", bearer.as_str())));
        let reply = self.central.http().try_ask(method, path, &headers, body.as_bytes()).await;
        let reply = reply
            .map_err(|error| Trouble::new(format!("central does not answer {path}: {error}")))?;
        if reply.status != 200 {
            let what = format!("central refused {path} with {}: {}", reply.status, reply.text());
            return Err(Trouble::new(what));
        }
        serde_json::from_slice(&reply.body).map_err(|error| {
            Trouble::new(format!("central's answer to {path} is no JSON: {error}"))
        })
    }
}

fn branch_row(branch: &Value) -> Vec<String> {
    let connected = if branch["connected"] == true { "yes" } else { "no" };
    let age = branch["age_s"].as_f64().map_or("never".to_owned(), |age| format!("{age:.1} s ago"));
    vec![
        cell(&branch["id"]),
        cell(&branch["name"]),
        connected.to_owned(),
        age,
        cell(&branch["waiting"]),
        cell(&branch["serving"]),
    ]
}

/// A text without its quotes, anything else as it is.
fn cell(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_a_row_with_the_age_of_its_word() {
        let branch = json!({"id": 1, "name": "Default branch", "connected": true, "age_s": 0.4,
                            "waiting": 3, "serving": 1});
        assert_eq!(branch_row(&branch), ["1", "Default branch", "yes", "0.4 s ago", "3", "1"]);
        let silent = json!({"id": 2, "name": "Two", "connected": false, "age_s": null,
                            "waiting": 0, "serving": 0});
        assert_eq!(branch_row(&silent), ["2", "Two", "no", "never", "0", "0"]);
    }
}
