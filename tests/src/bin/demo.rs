//! `demo`: a branch with its devices on this machine, a short visit told step by step, then yours.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use ::tests::dialects::{QUEUE_MANAGEMENT, SMART};
use ::tests::{Appliance, Http, PrinterStand, SOON, Stand, Trouble, until};
use clap::Parser;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// How often is looked whether printer and daemon still run.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Lines typed ahead; more wait in the terminal.
const ORDERS_MAX: usize = 4;

/// Starts devices of software and a branch with sample data, and plays a short visit. Everything
/// stays up for you to try until Ctrl-C, and is gone afterwards.
#[derive(Debug, Parser)]
#[command(name = "demo", version)]
struct Arguments {
    /// Plays the visit and ends.
    #[arg(long)]
    once: bool,
    /// Keeps everything in this folder; without, a temporary one is removed at the end.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One thread, which is there to the end: the kernel ends the children with it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(&arguments)),
        Err(error) => Err(Trouble::new(format!("cannot start: {error}"))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("demo: {trouble}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let told_to_stop = stop_signal()?;
    tokio::pin!(told_to_stop);
    let (folder, temporary) = folder(arguments.data.as_deref())?;
    let is_fresh = !folder.join("data").exists();
    let mut demo = tokio::select! {
        demo = Demo::start(&folder) => demo?,
        () = &mut told_to_stop => return removed(temporary),
    };
    let visit = async {
        demo.introduce();
        if is_fresh {
            demo.visit().await?;
        } else {
            // Whoever was left waiting or at a counter would come in between.
            say("The folder holds an earlier branch, which goes on; the visit is not played.");
        }
        if arguments.once { Ok(()) } else { demo.stay().await }
    };
    let played = tokio::select! {
        played = visit => played,
        () = &mut told_to_stop => Ok(()),
    };
    // Whatever went wrong, the children are stopped and the folder is removed.
    let stopped = demo.stop().await;
    let removed = removed(temporary);
    played.and(stopped).and(removed)?;
    match &arguments.data {
        Some(folder) => say(&format!("Stopped. Everything is kept in {}.", folder.display())),
        None => say("Stopped. Nothing is left behind."),
    }
    Ok(())
}

/// Says a line to whoever started this. That they no longer listen (`| head`) changes nothing.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}

/// Comes true at Ctrl-C, at SIGTERM and when the terminal is closed.
fn stop_signal() -> Result<impl Future<Output = ()>, Trouble> {
    let catch = |kind| {
        signal(kind).map_err(|error| Trouble::new(format!("signals cannot be received: {error}")))
    };
    let mut interrupt = catch(SignalKind::interrupt())?;
    let mut terminate = catch(SignalKind::terminate())?;
    let mut hang_up = catch(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// The folder of this run, and what removes it if it is a temporary one.
fn folder(kept: Option<&Path>) -> Result<(PathBuf, Option<TempDir>), Trouble> {
    let failed = |error| Trouble::new(format!("no folder can be made: {error}"));
    match kept {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(failed)?;
            Ok((std::path::absolute(folder).map_err(failed)?, None))
        }
        None => {
            let folder = tempfile::Builder::new().prefix("anteroom-demo-").tempdir();
            let folder = folder.map_err(failed)?;
            Ok((folder.path().to_owned(), Some(folder)))
        }
    }
}

fn removed(temporary: Option<TempDir>) -> Result<(), Trouble> {
    let removed = temporary.map_or(Ok(()), TempDir::close);
    removed.map_err(|error| Trouble::new(format!("the folder cannot be removed: {error}")))
}

/// What runs, and how far the story is.
struct Demo {
    branch: Appliance,
    printer: PrinterStand,
    display: Stand,
    keypad: Stand,
    http: Http,
    step: u32,
    slips: usize,
    paint: Paint,
}

impl Demo {
    async fn start(folder: &Path) -> Result<Demo, Trouble> {
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
        let plan = Appliance::plan(folder.join("data"));
        let branch = plan.set(&format!("devices=[{}]", devices.join(","))).start().await?;
        let (http, slips) = (branch.http(), printer.slip_files().len());
        let paint = Paint::of_terminal();
        Ok(Demo { branch, printer, display, keypad, http, step: 0, slips, paint })
    }

    async fn stop(mut self) -> Result<(), Trouble> {
        let branch = self.branch.try_stop().await;
        let printer = self.printer.stop().await;
        let display = self.display.stop().await;
        self.keypad.stop().await.and(display).and(printer).and(branch)
    }

    fn introduce(&self) {
        let url = self.branch.url();
        let control = self.printer.control().display();
        say(&self.paint.bold("Anteroom: a branch that hands out tickets and calls."));
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
        say("");
    }

    async fn visit(&mut self) -> Result<(), Trouble> {
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
        let display = &self.display;
        let shown = until("the call on the display", SOON, async || {
            display.try_tell("show").await.ok().filter(|answer| answer.ends_with(text))
        });
        shown.await?;
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

    fn tell(&mut self, sentence: &str) {
        self.step += 1;
        say(&self.paint.bold(&format!("{}. {sentence}", self.step)));
    }

    async fn get(&mut self, path: &str) -> Result<Value, Trouble> {
        self.show_request(&format!("curl '{}{path}'", self.branch.url()));
        self.ask("GET", path, "").await
    }

    async fn post(&mut self, path: &str, body: Value) -> Result<Value, Trouble> {
        let body = body.to_string();
        let url = self.branch.url();
        self.show_request(&format!(
            "curl -H 'Content-Type: application/json' -d '{body}' '{url}{path}'"
        ));
        self.ask("POST", path, &body).await
    }

    fn show_request(&self, line: &str) {
        say(&format!("   {}", self.paint.faint(&format!("$ {line}"))));
    }

    async fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<Value, Trouble> {
        let headers = [("Content-Type", "application/json")];
        let reply = self.http.try_ask(method, path, &headers, body.as_bytes()).await;
        let reply = match (reply, self.branch.ended_early()) {
            (Ok(reply), _) => reply,
            (Err(_), Some(ended)) => return Err(ended),
            (Err(error), None) => {
                return Err(Trouble::new(format!("the daemon does not answer {path}: {error}")));
            }
        };
        say(&format!("   {}\n", reply.text()));
        if reply.status != 200 {
            return Err(Trouble::new(format!("the daemon refused {path} with {}", reply.status)));
        }
        serde_json::from_slice(&reply.body)
            .map_err(|error| Trouble::new(format!("the answer to {path} is no JSON: {error}")))
    }

    async fn show_slip(&mut self) -> Result<(), Trouble> {
        self.slips += 1;
        let (printer, count) = (&self.printer, self.slips);
        let file = until("a slip on paper", SOON, async || {
            printer.slip_files().into_iter().nth(count - 1)
        });
        let file = file.await?;
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        say(framed(&text).trim_end());
        let picture = file.with_extension("png");
        until("the picture of a slip", SOON, async || picture.is_file().then_some(())).await?;
        say(&format!("   as a picture: {}\n", picture.display()));
        Ok(())
    }

    /// Takes orders for the devices until the terminal says no more, and watches the children.
    async fn stay(&mut self) -> Result<(), Trouble> {
        say("Everything stays up. Type an order for the printer here, as `paper out`,");
        say("`paper in`, `unplug`, `replug` or `status`, and see what health says. Orders for the");
        say("others begin with their name, as `display unplug` or `keypad press 3`.");
        say("Ctrl-C stops everything.");
        let mut orders = typed_lines();
        let mut look = tokio::time::interval(LOOK_EVERY);
        let mut typing = true;
        loop {
            tokio::select! {
                order = orders.recv(), if typing => match order {
                    Some(order) if order.trim().is_empty() => {}
                    Some(order) => match self.give(order.trim()).await {
                        Ok(answer) => say(&answer),
                        Err(error) => say(&format!("error: the device does not answer: {error}")),
                    },
                    None => typing = false,
                },
                _ = look.tick() => {
                    let ended = self.branch.ended_early().or_else(|| self.printer.ended_early());
                    let ended = ended.or_else(|| self.display.ended_early());
                    if let Some(trouble) = ended.or_else(|| self.keypad.ended_early()) {
                        return Err(trouble);
                    }
                }
            }
        }
    }
}

impl Demo {
    /// Gives an order to the printer, or to the device that it begins with.
    async fn give(&self, order: &str) -> std::io::Result<String> {
        match order.split_once(' ') {
            Some(("display", rest)) => self.display.try_tell(rest.trim()).await,
            Some(("keypad", rest)) => self.keypad.try_tell(rest.trim()).await,
            Some(_) | None => self.printer.try_tell(order).await,
        }
    }
}

/// A member of an answer that is a text.
fn member(answer: &Value, name: &str) -> Result<String, Trouble> {
    let text = answer[name].as_str().map(str::to_owned);
    text.ok_or_else(|| Trouble::new(format!("the answer has no text `{name}`")))
}

/// The lines of a slip between edges, indented.
fn framed(text: &str) -> String {
    let width = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let edge = format!("   +{}+\n", "-".repeat(width + 2));
    let lines: String = text.lines().map(|line| format!("   | {line:width$} |\n")).collect();
    format!("{edge}{lines}{edge}")
}

/// What is typed, on a thread that ends with the program: nobody can stop a read from a terminal.
fn typed_lines() -> mpsc::Receiver<String> {
    let (lines, typed) = mpsc::channel(ORDERS_MAX);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if lines.blocking_send(line).is_err() {
                return;
            }
        }
    });
    typed
}

/// Emphasis where the output is a terminal, and nothing where it is not.
#[derive(Clone, Copy)]
struct Paint {
    coloured: bool,
}

impl Paint {
    fn of_terminal() -> Paint {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Paint { coloured: wanted && std::io::stdout().is_terminal() }
    }

    fn bold(self, text: &str) -> String {
        if self.coloured { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn faint(self, text: &str) -> String {
        if self.coloured { format!("\x1b[36m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_stands_in_a_frame() {
        assert_eq!(framed("ab\nc\n"), "   +----+\n   | ab |\n   | c  |\n   +----+\n");
    }

    #[test]
    fn without_a_terminal_there_are_no_colours() {
        assert_eq!(Paint { coloured: false }.bold("x"), "x");
        assert_eq!(Paint { coloured: true }.bold("x"), "\x1b[1mx\x1b[0m");
    }
}
