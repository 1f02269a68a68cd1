//! The branch in which the stories take place: store, registrar and router are the real ones, over
//! connections in memory and a clock that moves when it is told to.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use appliance::api::{Api, Furniture, Printer, Rooms};
use appliance::keys::{KernelChance, Passes};
use appliance::local_time::Zone;
use appliance::registrar::{Mailbox, Registrar};
use appliance::store::{Archive, Store, StoreOptions};
use appliance::texts::Texts;
use engine::{
    Among, At, CallId, Command, CounterId, DayId, DeviceId, ProfileId, ServiceId, Settings,
    TicketId, Unstarted,
};
use serve::clock::HandClock;
use serve::http::{Limits, Metrics, PipeDialer, Server, pipes};
use serve::shutdown::Shutdown;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Noon of 2026-11-23 in Budapest.
const NOON_MS: i64 = 1_795_431_600_000;

/// An answer, as it came over the connection.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// A branch at work.
pub(crate) struct World {
    mailbox: Mailbox,
    archive: Archive,
    clock: HandClock,
    dialer: PipeDialer,
    shutdown: Shutdown,
    _registrar: Registrar,
    folder: TempDir,
}

/// The sample branch on the morning of its first day, with nobody in it.
pub(crate) async fn start() -> World {
    let folder = tempfile::tempdir().unwrap();
    let clock = HandClock::at(NOON_MS);
    let store = Store::open(StoreOptions::in_folder(folder.path())).unwrap();
    let archive = store.archive().unwrap();
    let (registrar, mailbox) = Registrar::start(store, Arc::new(clock.clone())).unwrap();
    let texts = Texts::new();
    let settings = appliance::demo::settings(&texts, engine::DeviceId(1));
    mailbox.submit(Command::ChangeSettings(Box::new(settings))).await.unwrap();
    mailbox.submit(Command::OpenDay(DayId(20_261_123))).await.unwrap();
    let (dialer, shutdown) = open(&mailbox, &archive, folder.path(), false);
    World { mailbox, archive, clock, dialer, shutdown, _registrar: registrar, folder }
}

/// Opens the doors, with or without Queue Management asking who calls.
fn open(
    mailbox: &Mailbox,
    archive: &Archive,
    folder: &Path,
    queue_management_authentication: bool,
) -> (PipeDialer, Shutdown) {
    let rooms = Rooms::new(Furniture {
        mailbox: mailbox.clone(),
        zone: Zone::named("Europe/Budapest").unwrap(),
        passes: Passes::open(folder, mailbox.moment(), KernelChance).unwrap(),
        texts: Texts::new(),
        archive: archive.clone(),
        printers: vec![Printer { id: DeviceId(1), name: "printer".into() }],
        queue_management_authentication,
        own_url: "http://127.0.0.1:3000".into(),
    });
    let (dialer, listener) = pipes();
    let limits = Limits::default().check().unwrap();
    let shutdown = Shutdown::new();
    let server = Server::new(Api::new(rooms), limits, Arc::new(Metrics::new()));
    tokio::spawn(server.serve(listener, shutdown.clone()));
    (dialer, shutdown)
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.trigger();
    }
}

impl World {
    /// Sends one request over a connection of its own.
    pub(crate) async fn ask(&self, first: &str, headers: &[String], body: &str) -> Reply {
        let from: SocketAddr = "192.0.2.7:50000".parse().unwrap();
        let mut connection = self.dialer.dial(from).await.unwrap();
        let mut request = format!("{first} HTTP/1.1\r\nHost: branch\r\nConnection: close\r\n");
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        // An answer may come, and the connection end, before a large body is through.
        connection.write_all(request.as_bytes()).await.ok();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.ok();
        read_reply(&String::from_utf8(answer).expect("answers are UTF-8"))
    }

    /// What happens in the branch, in a few words.
    pub(crate) async fn happens(&mut self, words: &str) -> Result<(), String> {
        let words: Vec<&str> = words.split_whitespace().collect();
        match *words.as_slice() {
            ["wait", count, unit] => self.wait(number(count)?, unit),
            ["clerk", counter, ref deed @ ..] => {
                self.clerk(CounterId(number(counter)?), deed).await
            }
            ["day", day] => {
                self.submit(Command::CloseDay).await?;
                self.submit(Command::OpenDay(DayId(number(day)?))).await
            }
            ["set", ref what @ ..] => self.set(what).await,
            ["comment", ticket, ref comment @ ..] => self.comment(number(ticket)?, comment),
            ["authentication", state] => {
                self.shutdown.trigger();
                let folder = self.folder.path();
                (self.dialer, self.shutdown) =
                    open(&self.mailbox, &self.archive, folder, state == "on");
                Ok(())
            }
            _ => Err(format!("nobody knows what this is: {words:?}")),
        }
    }

    fn wait(&self, count: u32, unit: &str) -> Result<(), String> {
        let seconds = match unit {
            "s" => 1,
            "min" => 60,
            "h" => 3_600,
            "days" => 86_400,
            _ => return Err(format!("no unit of time: {unit}")),
        };
        self.clock.advance(Duration::from_secs(u64::from(count) * seconds));
        self.mailbox.tick();
        Ok(())
    }

    async fn clerk(&self, counter: CounterId, deed: &[&str]) -> Result<(), String> {
        let unstarted = Unstarted::Refuse;
        let call = || self.call_at(counter);
        let command = match deed {
            ["calls"] => {
                Command::CallNext { at: At { counter, operator: None }, among: Among::Everything }
            }
            ["starts"] => Command::Start { call: call()? },
            ["finishes"] => Command::Finish { call: call()?, afterwork: false, unstarted },
            ["works", "on"] => Command::Finish { call: call()?, afterwork: true, unstarted },
            ["parks"] => Command::Park { call: call()?, unstarted },
            ["waits", "in", "vain"] => Command::NoShow { call: call()? },
            _ => return Err(format!("no clerk does this: {deed:?}")),
        };
        self.submit(command).await
    }

    fn call_at(&self, counter: CounterId) -> Result<CallId, String> {
        self.mailbox
            .read(|committed| {
                let ticket = committed.branch.ticket_at(counter);
                ticket.and_then(|ticket| ticket.open_call()).map(|call| call.id)
            })
            .ok_or_else(|| format!("nobody is at counter {counter}"))
    }

    async fn set(&self, what: &[&str]) -> Result<(), String> {
        let mut settings: Settings = self.mailbox.read(|now| (**now.branch.settings()).clone());
        let module = &mut settings.smart_ticket;
        match *what {
            ["smart_ticket", state] => module.enabled = state == "on",
            ["dispenser_profile", id] => module.dispenser_profile = ProfileId(number(id)?),
            ["survey", id] => module.survey = ProfileId(number(id)?),
            ["valid_min", minutes] => module.valid_min = number(minutes)?,
            ["public_url", url] => module.public_url = Some(url.into()),
            ["service", id, ref change @ ..] => {
                let id = ServiceId(number(id)?);
                let service = settings.services.iter_mut().find(|service| service.id == id);
                let service = service.ok_or("no such service")?;
                match *change {
                    ["hidden"] => service.hidden = true,
                    ["disabled"] => service.disabled = true,
                    ["closed"] => {
                        service.hours = Some(engine::settings::Hours { days: Default::default() })
                    }
                    ["quota", quota] => service.quota = Some(number(quota)?),
                    _ => return Err(format!("no such change of a service: {change:?}")),
                }
            }
            _ => return Err(format!("no such setting: {what:?}")),
        }
        self.submit(Command::ChangeSettings(Box::new(settings))).await
    }

    /// Looks whether this is what was written about the ticket.
    fn comment(&self, ticket: u32, comment: &[&str]) -> Result<(), String> {
        let ticket = TicketId(u64::from(ticket));
        let kept = self
            .mailbox
            .read(|committed| committed.texts.get(&ticket).and_then(|texts| texts.comment.clone()));
        let expected = Some(comment.join(" ")).filter(|comment| !comment.is_empty());
        if kept == expected { Ok(()) } else { Err(format!("{kept:?} instead of {expected:?}")) }
    }

    async fn submit(&self, command: Command) -> Result<(), String> {
        self.mailbox.submit(command).await.map(|_| ()).map_err(|error| format!("{error:?}"))
    }
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

fn read_reply(text: &str) -> Reply {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or("0");
    let headers = lines.filter_map(|line| line.split_once(": "));
    Reply {
        status: status.parse().unwrap_or(0),
        headers: headers.map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())).collect(),
        body: body.to_owned(),
    }
}
