//! `anteroom user`: the operators' accounts.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use clap::{Args, Subcommand};
use hyper::Method;
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use serde_json::{Value, json};
use serve::passwords::PASSWORD_BYTES_MAX;

use super::branch::text;
use super::config::change;
use super::paper::{Ink, Table};
use super::trouble::Trouble;
use super::{Session, Verdict};
use crate::offline;

/// The rights that there are.
const RIGHTS: [&str; 7] =
    ["counter", "select_services", "select_tickets", "park", "transfer", "hall", "administration"];

/// What a clerk's work needs.
const RIGHTS_OF_A_CLERK: [&str; 5] =
    ["counter", "select_services", "select_tickets", "park", "transfer"];

/// `anteroom user`.
#[derive(Debug, Args)]
#[command(after_help = "Needs the daemon; `password` works with it stopped, too.

Examples:
  anteroom user list
  anteroom user add anna --name 'Anna Smith' --right counter --right hall
  anteroom user password anna
  anteroom user rights anna +administration -park
  anteroom user sign-out anna
  anteroom user remove anna")]
pub(super) struct Asked {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// The operators, their rights, and whether they have a password.
    #[command(
        after_help = "Example:\n  anteroom --json user list | jq -r '.[] | select(.password | not) | .login'"
    )]
    List,
    /// Adds an operator; without rights, they get those of a clerk.
    #[command(after_help = "Example:\n  anteroom user add anna --name 'Anna Smith' --serves 1,2")]
    Add {
        /// By which they sign in.
        login: String,
        /// What people call them; the login where nothing is named.
        #[arg(long)]
        name: Option<String>,
        /// A right; may be given many times.
        #[arg(long = "right", value_name = "RIGHT", value_parser = RIGHTS)]
        rights: Vec<String>,
        /// The numbers of the services that they serve; all where nothing is named.
        #[arg(long, value_delimiter = ',', value_name = "SERVICE")]
        serves: Option<Vec<u32>>,
    },
    /// Gives an operator a password, which signs them out everywhere.
    #[command(
        after_help = "The password is asked for twice at a terminal, and else read from the \
first line of the standard input; it is never an argument, which others could see.\n\nExamples:\n  \
anteroom user password anna\n  pwgen 16 1 | tee note | anteroom user password anna"
    )]
    Password {
        /// By which they sign in.
        login: String,
    },
    /// Gives (+RIGHT) and takes (-RIGHT), or sets all of them.
    #[command(after_help = "Rights are counter, select_services, select_tickets, park, transfer, \
hall and administration.\n\nExamples:\n  anteroom user rights anna +hall -park\n  anteroom user \
rights anna counter hall")]
    Rights {
        /// By which they sign in.
        login: String,
        /// What to give, to take or to set.
        #[arg(required = true, allow_hyphen_values = true, value_name = "RIGHT")]
        rights: Vec<String>,
    },
    /// Takes an operator out of the branch.
    #[command(after_help = "Example:\n  anteroom user remove anna")]
    Remove {
        /// By which they sign in.
        login: String,
    },
    /// Ends what an operator has signed in to, on all screens.
    #[command(after_help = "Example:\n  anteroom user sign-out anna")]
    SignOut {
        /// By which they sign in.
        login: String,
    },
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    match &asked.deed {
        Deed::List => list(session).await,
        Deed::Add { login, name, rights, serves } => {
            let rights = match rights.is_empty() {
                true => RIGHTS_OF_A_CLERK.map(str::to_owned).to_vec(),
                false => rights.clone(),
            };
            let name = name.clone().unwrap_or_else(|| login.clone());
            let new = json!({"login": login, "name": name, "serves": serves, "rights": rights});
            let deed = format!("{login} is added; `anteroom user password {login}` lets them in");
            change(session, &deed, false, |settings| add(settings, new)).await
        }
        Deed::Password { login } => password(session, login).await,
        Deed::Rights { login, rights } => {
            let deed = format!("the rights of {login} are set");
            change(session, &deed, false, |settings| {
                let operator = named(settings, login)?;
                operator["rights"] = json!(with_rights(&operator["rights"], rights)?);
                Ok(())
            })
            .await
        }
        Deed::Remove { login } => {
            let deed = format!("{login} is removed");
            change(session, &deed, false, |settings| {
                named(settings, login)?;
                if let Some(operators) = settings["operators"].as_array_mut() {
                    operators.retain(|operator| operator["login"] != login.as_str());
                }
                Ok(())
            })
            .await
        }
        Deed::SignOut { login } => {
            let id = id_of(session, login).await?;
            let path = format!("/v1/operators/{id}/sign-out");
            let done = session.daemon.post(&path, &json!({})).await?;
            say(session, &done, &format!("{login} is signed out everywhere."))
        }
    }
}

fn say(session: &mut Session, done: &Value, sentence: &str) -> Result<Verdict, Trouble> {
    match session.paper.is_json() {
        true => session.paper.document(done)?,
        false => session.paper.line(sentence)?,
    }
    Ok(Verdict::Well)
}

async fn list(session: &mut Session) -> Result<Verdict, Trouble> {
    let operators = session.daemon.get("/v1/operators").await?;
    if session.paper.is_json() {
        session.paper.document(&operators)?;
        return Ok(Verdict::Well);
    }
    let mut table = Table::of(&["login", "name", "password", "serves", "rights"]);
    for operator in operators.as_array().into_iter().flatten() {
        let (ink, password) = match operator["password"] == true {
            true => (Ink::Plain, "yes"),
            false => (Ink::Warn, "none"),
        };
        let joined = |name: &str| {
            let all = operator[name].as_array().into_iter().flatten();
            let all: Vec<String> =
                all.map(|one| one.as_str().map_or(one.to_string(), str::to_owned)).collect();
            all.join(" ")
        };
        let serves = if operator["serves"].is_null() { "all".to_owned() } else { joined("serves") };
        table.row(vec![
            (Ink::Strong, text(operator, "login")),
            (Ink::Plain, text(operator, "name")),
            (ink, password.to_owned()),
            (Ink::Plain, serves),
            (Ink::Plain, joined("rights")),
        ]);
    }
    session.paper.table(&table)?;
    Ok(Verdict::Well)
}

fn unknown(login: &str) -> Trouble {
    Trouble::new("unknown_operator", format!("no operator signs in as `{login}`"))
        .remedy("`anteroom user list` shows them.")
}

async fn id_of(session: &Session, login: &str) -> Result<u64, Trouble> {
    let operators = session.daemon.get("/v1/operators").await?;
    let found = operators.as_array().into_iter().flatten().find(|one| one["login"] == login);
    found.and_then(|operator| operator["id"].as_u64()).ok_or_else(|| unknown(login))
}

fn named<'a>(settings: &'a mut Value, login: &str) -> Result<&'a mut Value, Trouble> {
    let operators = settings["operators"].as_array_mut();
    let found = operators.into_iter().flatten().find(|operator| operator["login"] == login);
    found.ok_or_else(|| unknown(login))
}

fn add(settings: &mut Value, mut new: Value) -> Result<(), Trouble> {
    let Some(operators) = settings["operators"].as_array_mut() else {
        return Err(Trouble::new("garbled", "the settings have no operators"));
    };
    if operators.iter().any(|operator| operator["login"] == new["login"]) {
        let message = format!("{} is there already", text(&new, "login"));
        return Err(Trouble::new("login_taken", message).remedy("Choose another login."));
    }
    let last = operators.iter().filter_map(|operator| operator["id"].as_u64()).max();
    new["id"] = json!(last.unwrap_or(0) + 1);
    operators.push(new);
    Ok(())
}

/// Rights with some given and some taken, or these alone.
fn with_rights(before: &Value, asked: &[String]) -> Result<Vec<String>, Trouble> {
    let relative = |right: &String| right.starts_with(['+', '-']);
    let is_relative = asked.iter().any(relative);
    if is_relative && !asked.iter().all(relative) {
        let message = "give and take rights (+hall -park), or name all of them (counter hall)";
        return Err(Trouble::new("mixed_rights", message));
    }
    let before = before.as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut rights: Vec<String> =
        if is_relative { before.map(str::to_owned).collect() } else { Vec::new() };
    for word in asked {
        let right = word.trim_start_matches(['+', '-']);
        if !RIGHTS.contains(&right) {
            let message = format!("there is no right `{right}`");
            let remedy = format!("There are {}.", RIGHTS.join(", "));
            return Err(Trouble::new("unknown_right", message).remedy(remedy));
        }
        rights.retain(|known| known != right);
        if !word.starts_with('-') {
            rights.push(right.to_owned());
        }
    }
    Ok(rights)
}

async fn password(session: &mut Session, login: &str) -> Result<Verdict, Trouble> {
    let id = match id_of(session, login).await {
        Ok(id) => Some(id),
        // A box that does not start may be one nobody can sign in to.
        Err(trouble) if trouble.code == "not_running" => None,
        Err(trouble) => return Err(trouble),
    };
    let password = ask_for_password().await?;
    let Some(id) = id else {
        let set = offline::set_password(&session.folder, login, &password);
        set.map_err(|fault| Trouble::new("offline", fault.to_string()))?;
        let done = json!({"operator": Value::Null, "signed_out": false});
        let said = format!("{login} has a new password; the daemon is stopped.");
        return say(session, &done, &said);
    };
    let body = json!({"password": password}).to_string().into_bytes();
    let path = format!("/v1/operators/{id}/password");
    let done = session.daemon.ask(Method::PUT, &path, &[], body).await?.well()?;
    say(session, &done, &format!("{login} has a new password, and is signed out everywhere."))
}

/// Asks twice at a terminal, and reads one line of anything else.
async fn ask_for_password() -> Result<String, Trouble> {
    if !io::stdin().is_terminal() {
        return line().await;
    }
    let _silence = Silence::begin();
    let mut asked = Vec::new();
    for prompt in ["New password: ", "Once more: "] {
        let mut out = io::stderr();
        out.write_all(prompt.as_bytes())?;
        out.flush()?;
        asked.push(line().await?);
        out.write_all(b"\n")?;
    }
    if asked[0] == asked[1] {
        Ok(asked.swap_remove(0))
    } else {
        Err(Trouble::new("passwords_differ", "these are two passwords; nothing was changed"))
    }
}

/// A line of the standard input, read aside so that Ctrl-C is heard.
async fn line() -> Result<String, Trouble> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        let most = PASSWORD_BYTES_MAX as u64 + 3;
        io::stdin().lock().take(most).read_line(&mut line).map(|_| line)
    });
    let line = read.await.expect("reading does not panic")?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// A terminal that does not show what is typed; it does again when this is dropped.
struct Silence(Option<Termios>);

impl Silence {
    fn begin() -> Silence {
        let before = tcgetattr(io::stdin()).ok();
        if let Some(before) = &before {
            let mut silent = before.clone();
            silent.local_flags.remove(LocalFlags::ECHO);
            tcsetattr(io::stdin(), SetArg::TCSANOW, &silent).ok();
        }
        Silence(before)
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            tcsetattr(io::stdin(), SetArg::TCSANOW, before).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_given_taken_or_set() {
        let before = json!(["counter", "park"]);
        let with = |asked: &[&str]| {
            let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
            with_rights(&before, &asked).map_err(|trouble| trouble.code)
        };
        assert_eq!(with(&["+hall", "-park"]), Ok(vec!["counter".into(), "hall".into()]));
        assert_eq!(with(&["+counter"]), Ok(vec!["park".into(), "counter".into()]));
        assert_eq!(with(&["hall"]), Ok(vec!["hall".into()]));
        assert_eq!(with(&["hall", "-park"]), Err("mixed_rights".into()));
        assert_eq!(with(&["+everything"]), Err("unknown_right".into()));
    }
}
