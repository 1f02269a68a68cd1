//! What runs: central with its broker, the branch, its devices; and how the branch is asked.

use std::path::Path;
use std::time::Duration;

use ::tests::central::LOGIN;
use ::tests::{Appliance, Central, Http, PrinterStand, SOON, Stand, Trouble, until};
use serde_json::Value;
use tokio::time::Instant;

use crate::paint::{Paint, framed, say};

/// All that runs, and how far the story is.
pub(crate) struct House {
    pub(crate) central: Central,
    /// Whether central is away because it was unplugged.
    pub(crate) is_unplugged: bool,
    /// Whoever has signed in at central.
    pub(crate) token: Option<String>,
    pub(crate) branch: Appliance,
    pub(crate) printer: PrinterStand,
    pub(crate) display: Stand,
    pub(crate) keypad: Stand,
    pub(crate) paint: Paint,
    /// How long the commands at the branch took, since this was last emptied.
    pub(crate) command_times: Vec<Duration>,
    http: Http,
    step: u32,
    slips: usize,
}

impl House {
    /// Starts everything; `folder` gets all that it leaves.
    pub(crate) async fn start(folder: &Path) -> Result<House, Trouble> {
        let central = Central::plan(folder.join("central")).start().await?;
        let printer = PrinterStand::start(folder).await?;
        let display = Stand::start("display", folder, "display", &[]).await?;
        let keypad = Stand::start("keypad", folder, "keypad", &[]).await?;
        let devices = [
            format!(r#"{{kind="printer",driver="escpos",port="{}"}}"#, printer.link().display()),
            format!(
                r#"{{kind="display",driver="alpha",port="{}",hall=true}}"#,
                display.link().display()
            ),
            format!(
                r#"{{kind="keypad",driver="kp1",port="{}",counter=1}}"#,
                keypad.link().display()
            ),
        ];
        let plan = Appliance::plan(folder.join("data")).central(central.broker());
        let branch = plan.set(&format!("devices=[{}]", devices.join(","))).start().await?;
        Ok(House {
            http: branch.http(),
            slips: printer.slip_files().len(),
            is_unplugged: false,
            token: None,
            paint: Paint::of_terminal(),
            command_times: Vec::new(),
            step: 0,
            central,
            branch,
            printer,
            display,
            keypad,
        })
    }

    /// Stops everything, whatever state it is in.
    pub(crate) async fn stop(mut self) -> Result<(), Trouble> {
        let branch = self.branch.try_stop().await;
        let central = self.central.try_stop().await;
        let printer = self.printer.stop().await;
        let display = self.display.stop().await;
        self.keypad.stop().await.and(display).and(printer).and(central).and(branch)
    }

    /// What has ended without being asked to.
    pub(crate) fn ended_early(&mut self) -> Option<Trouble> {
        let central = if self.is_unplugged { None } else { self.central.ended_early() };
        central
            .or_else(|| self.branch.ended_early())
            .or_else(|| self.printer.ended_early())
            .or_else(|| self.display.ended_early())
            .or_else(|| self.keypad.ended_early())
    }

    pub(crate) fn introduce(&self) {
        let url = self.branch.url();
        let control = self.printer.control().display();
        say(&self.paint.bold(
            "Anteroom: a branch that hands out tickets and calls, and a central server that sees it.",
        ));
        say("");
        say(&format!("  base URL   {url}"));
        say(&format!("  health     curl {url}/health"));
        say(&format!("  figures    curl {url}/metrics"));
        say(&format!("  data       {}", self.branch.folder().display()));
        say(&format!(
            "  paper      {} (each slip as text and as a picture)",
            self.printer.paper().display()
        ));
        say(&format!("  printer    orders go to {control}, a line each, as with"));
        say(&format!("             echo paper out | nc -U {control}"));
        say(&format!("  display    orders go to {}", self.display.control().display()));
        say(&format!("  keypad     orders go to {}", self.keypad.control().display()));
        say(&format!("  central    {}, with its data in", self.central.url()));
        say(&format!("             {}", self.central.folder().display()));
        say(&format!("  broker     {}, a Mosquitto of central's own", self.central.broker()));
        say("");
    }

    pub(crate) fn tell_addresses(&self) {
        let (branch, central) = (self.branch.url(), self.central.url());
        say(&self.paint.bold("Where everything is:"));
        say(&format!("  branch     {branch}, where all its pages are named"));
        say(&format!(
            "  central    {central}, in a browser or with curl; sign in at both as `{LOGIN}`,"
        ));
        say("             whose password is in README.md");
        say(&format!("  broker     {}", self.central.broker()));
        say("");
    }

    pub(crate) fn tell(&mut self, sentence: &str) {
        self.step += 1;
        say(&self.paint.bold(&format!("{}. {sentence}", self.step)));
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<Value, Trouble> {
        self.show_request(&format!("curl '{}{path}'", self.branch.url()));
        let (text, answer) = self.ask("GET", path, "").await?;
        say(&format!("   {text}\n"));
        Ok(answer)
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Result<Value, Trouble> {
        let body = body.to_string();
        let url = self.branch.url();
        self.show_request(&format!(
            "curl -H 'Content-Type: application/json' -d '{body}' '{url}{path}'"
        ));
        let (text, answer) = self.ask("POST", path, &body).await?;
        say(&format!("   {text}\n"));
        Ok(answer)
    }

    pub(crate) fn show_request(&self, line: &str) {
        say(&format!("   {}", self.paint.faint(&format!("$ {line}"))));
    }

    /// Asks the branch without a word about it: the answer as it came, and what it says.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<(String, Value), Trouble> {
        let headers = [("Content-Type", "application/json")];
        let asked = Instant::now();
        let reply = self.http.try_ask(method, path, &headers, body.as_bytes()).await;
        if method == "POST" {
            self.command_times.push(asked.elapsed());
        }
        let reply = match (reply, self.branch.ended_early()) {
            (Ok(reply), _) => reply,
            (Err(_), Some(ended)) => return Err(ended),
            (Err(error), None) => {
                return Err(Trouble::new(format!("the daemon does not answer {path}: {error}")));
            }
        };
        let text = reply.text();
        if reply.status != 200 {
            let what = format!("the daemon refused {path} with {}: {text}", reply.status);
            return Err(Trouble::new(what));
        }
        let answer = serde_json::from_slice(&reply.body)
            .map_err(|error| Trouble::new(format!("the answer to {path} is no JSON: {error}")))?;
        Ok((text, answer))
    }

    /// Waits for the next slip on paper.
    pub(crate) async fn await_slip(&mut self) -> Result<std::path::PathBuf, Trouble> {
        self.slips += 1;
        let (printer, count) = (&self.printer, self.slips);
        until("a slip on paper", SOON, async || printer.slip_files().into_iter().nth(count - 1))
            .await
    }

    pub(crate) async fn show_slip(&mut self) -> Result<(), Trouble> {
        let file = self.await_slip().await?;
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        say(framed(&text).trim_end());
        let picture = file.with_extension("png");
        until("the picture of a slip", SOON, async || picture.is_file().then_some(())).await?;
        say(&format!("   as a picture: {}\n", picture.display()));
        Ok(())
    }

    /// Waits until the display's text ends with this.
    pub(crate) async fn await_display(&self, text: &str) -> Result<(), Trouble> {
        let display = &self.display;
        until("the call on the display", SOON, async || {
            let shown = display.try_tell("show").await.ok();
            shown.filter(|answer| answer.ends_with(text)).map(|_| ())
        })
        .await
    }
}

/// A member of an answer that is a text.
pub(crate) fn member(answer: &Value, name: &str) -> Result<String, Trouble> {
    let text = answer[name].as_str().map(str::to_owned);
    text.ok_or_else(|| Trouble::new(format!("the answer has no text `{name}`")))
}
