//! Central away: ten seconds in which the hall goes on, and how central catches up afterwards.

use std::time::Duration;

use ::tests::dialects::QUEUE_MANAGEMENT;
use ::tests::{SOON, Trouble, until};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use crate::house::{House, member};
use crate::paint::{say, spell};

/// How long customers come before, for comparison.
const BEFORE: Duration = Duration::from_secs(3);

/// How long central is away.
const AWAY: Duration = Duration::from_secs(10);

/// How often a customer comes meanwhile.
const ONE_EVERY: Duration = Duration::from_secs(1);

/// So many of the last ones are not called any more: they are who central sees waiting afterwards.
const LEFT_WAITING: u32 = 3;

/// The services are taken in turn.
const SERVICES: u32 = 6;

/// The counter without a keypad, where they are served.
const COUNTER: &str = "2";

impl House {
    /// Unplugs central, goes on, and plugs it in again.
    pub(crate) async fn go_on_without_central(&mut self) -> Result<(), Trouble> {
        self.tell("The hall as it is every day: customers come, are called and served.");
        self.command_times.clear();
        self.serve(BEFORE, 0).await?;
        let before = std::mem::take(&mut self.command_times);
        self.unplug_central().await?;
        self.tell(&format!(
            "Central is unplugged for {} seconds, its broker with it. The hall goes on.",
            AWAY.as_secs()
        ));
        let (given, called) = self.serve(AWAY, LEFT_WAITING).await?;
        let meanwhile = std::mem::take(&mut self.command_times);
        say(&format!(
            "   {given} tickets given and printed, {called} called and served, and nobody in the hall \
             noticed:"
        ));
        say(&format!("   a command took {} with central away,", spelled_times(&meanwhile)));
        say(&format!("   and            {} while it listened.", spelled_times(&before)));
        self.show_health_meanwhile().await?;
        self.catch_up().await
    }

    /// Stops central, which stops its broker.
    pub(crate) async fn unplug_central(&mut self) -> Result<(), Trouble> {
        self.is_unplugged = true;
        self.central.try_stop().await
    }

    /// Starts central again.
    pub(crate) async fn replug_central(&mut self) -> Result<(), Trouble> {
        self.central.start_again().await?;
        self.is_unplugged = false;
        Ok(())
    }

    /// One customer after the other until the time is over, of whom the last ones are left waiting:
    /// how many got a ticket, and how many of those were served.
    async fn serve(&mut self, time: Duration, left_waiting: u32) -> Result<(u32, u32), Trouble> {
        let began = Instant::now();
        let last = u32::try_from(time.as_secs() / ONE_EVERY.as_secs()).unwrap_or(u32::MAX);
        let (mut given, mut called) = (0, 0);
        for customer in 1..=last {
            let mut line = format!("   {:4.1} s  ", began.elapsed().as_secs_f64());
            line.push_str(&self.give_ticket(1 + (customer - 1) % SERVICES).await?);
            given += 1;
            if customer + left_waiting <= last {
                line.push_str(&self.serve_one().await?);
                called += 1;
            } else {
                line.push_str("; waits");
            }
            say(&line);
            sleep_until(began + ONE_EVERY * customer).await;
        }
        say("");
        Ok((given, called))
    }

    async fn give_ticket(&mut self, service: u32) -> Result<String, Trouble> {
        let wish = json!({"service_id": service.to_string(), "device_id": "1"});
        let (answer, took) = self.command("createticket", wish).await?;
        let label = member(&answer["ticket"], "number")?;
        self.await_slip().await?;
        Ok(format!("{label} given in {}, its slip is out", spell(took)))
    }

    async fn serve_one(&mut self) -> Result<String, Trouble> {
        let at = json!({"desk_id": COUNTER, "user_id": COUNTER});
        let (answer, took) = self.command("callnextticket", at).await?;
        let answer = &answer["answer"];
        let label = member(&answer["ticket"], "number")?;
        self.await_display(&format!("{label}  {COUNTER}")).await?;
        let call = json!({"answer_id": member(answer, "id")?});
        self.command("endcall", call).await?;
        Ok(format!("; called in {}, stands on the display; served", spell(took)))
    }

    async fn command(
        &mut self,
        operation: &str,
        body: Value,
    ) -> Result<(Value, Duration), Trouble> {
        let path = format!("{QUEUE_MANAGEMENT}/{operation}");
        let (_, answer) = self.ask("POST", &path, &body.to_string()).await?;
        Ok((answer, self.command_times.last().copied().unwrap_or_default()))
    }

    /// What the branch says of it to whoever looks after the machines.
    async fn show_health_meanwhile(&mut self) -> Result<(), Trouble> {
        self.show_request(&format!("curl {}/health", self.branch.url()));
        let (_, health) = self.ask("GET", "/health", "").await?;
        say(&format!("   \"sync\": {}", health["sync"]["state"]));
        for problem in health["problems"].as_array().into_iter().flatten() {
            say(&format!("   {}", problem.as_str().unwrap_or_default()));
        }
        say("");
        Ok(())
    }

    async fn catch_up(&mut self) -> Result<(), Trouble> {
        self.tell("Central is plugged in again, and is told everything.");
        let began = Instant::now();
        self.replug_central().await?;
        let started = began.elapsed();
        let (tickets, waited) = self.await_agreement().await?;
        say(&format!(
            "   central serves after {}; {} later its rows are equal to the branch's, ticket by \
             ticket: {tickets} tickets\n",
            spell(started),
            spell(waited)
        ));
        self.await_in_step().await?;
        self.show_branches().await
    }

    /// Waits until the branch knows that central has everything.
    async fn await_in_step(&mut self) -> Result<(), Trouble> {
        until("a branch that knows itself in step", SOON, async || {
            let (_, health) = self.ask("GET", "/health", "").await.ok()?;
            (health["sync"]["state"] == "in_step").then_some(())
        })
        .await
    }
}

/// The middle one and the longest.
fn spelled_times(times: &[Duration]) -> String {
    let mut times = times.to_vec();
    times.sort();
    match (times.get(times.len() / 2), times.last()) {
        (Some(middle), Some(longest)) => {
            format!("{} in the middle and {} at the most", spell(*middle), spell(*longest))
        }
        (None, _) | (_, None) => "no time, as there was none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_times_the_middle_one_and_the_longest_are_told() {
        let times = [9, 1, 3].map(Duration::from_millis);
        assert_eq!(spelled_times(&times), "3.0 ms in the middle and 9.0 ms at the most");
        assert!(spelled_times(&[]).contains("none"));
    }
}
