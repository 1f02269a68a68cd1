//! The branch in which the stories take place: store, registrar and router are the real ones, over
//! connections in memory and a clock that moves when it is told to.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use appliance::accounts::Accounts;
use appliance::api::branch_services::Reception;
use appliance::api::virtual_ticket::{Apps, MAIL_FOLDER};
use appliance::api::{Api, Furniture, Printer, Rooms};
use appliance::cabinet::Cabinet;
use appliance::config::{Devices, Network};
use appliance::devices::{Board, slips};
use appliance::keys::{KernelChance, Passes};
use appliance::live::{self, Live, STREAM_LIMITS};
use appliance::local_time::Zone;
use appliance::notices::{self, NOTICES_FILES_MAX, NOTICES_FOLDER};
use appliance::outbox::OutboxView;
use appliance::registrar::{Mailbox, Registrar};
use appliance::store::{ApiKey, Archive, FILE_NAME, Housekeeping, Store, StoreOptions};
use appliance::texts::Texts;
use drivers::printer::escpos::Encoder;
use drivers::printer::picture::png_of_slip;
use drivers::printer::profile::Profile;
use drivers::printer::typeset::Typesetter;
use engine::settings::{Right, Rights, Serves};
use engine::{
    Among, At, Book, CallId, Code, Command, CounterId, DayId, DeviceId, Issue, LineRequest,
    OperatorId, Pin, Priority, ProfileId, QuestionId, ServiceId, Settings, Source, TicketId, Token,
    Unstarted,
};
use serve::clock::HandClock;
use serve::http::{Limits, Metrics, PipeDialer, Server, pipes};
use serve::shutdown::Shutdown;
use serve::tray::Tray;
use serve::virtual_ticket::Provider;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Noon of 2026-11-23 in Budapest.
pub(crate) const NOON_MS: i64 = 1_795_431_600_000;

/// Where those ask from who ask: an address that the branch trusts.
const HERE: &str = "192.0.2.7";

/// The network that the branch trusts.
const TRUSTED: &str = "192.0.2.0/24";

/// Tickets that are asked for at the same time where a branch is filled: a batch of the registrar.
const AT_ONCE: usize = 256;

fn issue(token: Token) -> Command {
    Command::Issue(Issue {
        lines: vec![LineRequest { service: ServiceId(1), priority: Priority::NORMAL }],
        language: None,
        token,
        pass: None,
        source: Source::Customer,
        device: None,
    })
}

/// An answer, as it came over the connection.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// One server-sent event.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A stream of events that is being listened to.
pub(crate) struct Listener {
    /// Status line and headers.
    pub(crate) head: String,
    connection: Box<dyn tokio::io::AsyncRead + Send + Unpin>,
    raw: Vec<u8>,
    text: String,
}

impl Listener {
    /// The next event; nothing once the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(name));
                    line.and_then(|line| line.strip_prefix(": ")).unwrap_or_default().to_owned()
                };
                let event = Event { name: field("event"), id: field("id"), text: field("data") };
                self.text = rest.to_owned();
                if !event.name.is_empty() {
                    return Some(event);
                }
            }
            if !self.unpack()? {
                let mut piece = [0; 4096];
                match self.connection.read(&mut piece).await {
                    Ok(0) | Err(_) => return None,
                    Ok(count) => self.raw.extend_from_slice(&piece[..count]),
                }
            }
        }
    }

    /// Takes one chunk out of its wrapping, if it is whole; nothing: it was the last.
    fn unpack(&mut self) -> Option<bool> {
        let Some(end) = self.raw.windows(2).position(|pair| pair == b"\r\n") else {
            return Some(false);
        };
        let size = std::str::from_utf8(&self.raw[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return None;
        }
        let (from, to) = (end + 2, end + 2 + size);
        if self.raw.len() < to + 2 {
            return Some(false);
        }
        self.text.push_str(std::str::from_utf8(&self.raw[from..to]).unwrap());
        self.raw.drain(..to + 2);
        Some(true)
    }
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
    from: SocketAddr,
}

/// The sample branch on the morning of its first day, with nobody in it.
pub(crate) async fn start() -> World {
    start_with(Vec::new()).await
}

/// The same, with providers whose word is taken for a customer.
pub(crate) async fn start_with(providers: Vec<Provider>) -> World {
    let folder = tempfile::tempdir().unwrap();
    let clock = HandClock::at(NOON_MS);
    let store = Store::open(StoreOptions::in_folder(folder.path())).unwrap();
    let archive = store.archive().unwrap();
    let (registrar, mailbox) = Registrar::start(store, Arc::new(clock.clone())).unwrap();
    let texts = Texts::new();
    let settings = appliance::demo::settings(&texts, engine::DeviceId(1));
    mailbox.submit(Command::ChangeSettings(Box::new(settings))).await.unwrap();
    mailbox.submit(Command::OpenDay(DayId(20_261_123))).await.unwrap();
    let (dialer, shutdown) = open(&mailbox, &archive, folder.path(), false, providers);
    let from = at(HERE).unwrap();
    World { mailbox, archive, clock, dialer, shutdown, _registrar: registrar, folder, from }
}

/// Opens the doors, with or without Queue Management asking who calls.
fn open(
    mailbox: &Mailbox,
    archive: &Archive,
    folder: &Path,
    queue_management_authentication: bool,
    providers: Vec<Provider>,
) -> (PipeDialer, Shutdown) {
    let rooms = rooms(mailbox, archive, folder, queue_management_authentication, providers);
    let (dialer, listener) = pipes();
    let limits = Limits::default().check().unwrap();
    let shutdown = Shutdown::new();
    let tray = Tray::at(folder.join(NOTICES_FOLDER), NOTICES_FILES_MAX);
    tokio::spawn(notices::tell(rooms.clone(), archive.clone(), tray, shutdown.clone()));
    tokio::spawn(live::follow(rooms.clone(), shutdown.clone()));
    let server = Server::new(Api::new(rooms), limits, Arc::new(Metrics::new()));
    tokio::spawn(server.serve(listener, shutdown.clone()));
    (dialer, shutdown)
}

fn rooms(
    mailbox: &Mailbox,
    archive: &Archive,
    folder: &Path,
    queue_management_authentication: bool,
    providers: Vec<Provider>,
) -> Rooms {
    Rooms::new(Furniture {
        mailbox: mailbox.clone(),
        zone: mailbox.zone().clone(),
        passes: Passes::open(folder, mailbox.moment(), KernelChance).unwrap(),
        texts: Texts::new(),
        accounts: Accounts::open(folder, mailbox.clone(), archive.clone()).unwrap(),
        archive: archive.clone(),
        cabinet: Cabinet {
            folder: folder.to_owned(),
            devices: Devices::default(),
            outbox: OutboxView::new(None, mailbox.moment().wall_ms),
        },
        printers: vec![Printer { id: DeviceId(1), name: "printer".into() }],
        queue_management_authentication,
        apps: Apps::open(folder, providers, Apps::outbox(folder)).unwrap(),
        reception: Reception::open(folder, vec![Network::parse(TRUSTED).unwrap()], Vec::new())
            .unwrap(),
        board: Board::default(),
        live: Live::new(7, STREAM_LIMITS),
        screens_trusted: Vec::new(),
        own_url: "http://127.0.0.1:3000".into(),
    })
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.trigger();
    }
}

impl World {
    /// Sends one request over a connection of its own.
    pub(crate) async fn ask(&self, first: &str, headers: &[String], body: &str) -> Reply {
        let answer = self.bytes(first, headers, body).await;
        read_reply(&String::from_utf8(answer).expect("answers are UTF-8"))
    }

    /// The same for an answer that is no text: head and body as they came.
    pub(crate) async fn bytes(&self, first: &str, headers: &[String], body: &str) -> Vec<u8> {
        let mut connection = self.dialer.dial(self.from).await.unwrap();
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
        answer
    }

    /// Listens to a stream, over a connection of its own.
    pub(crate) async fn listen(&self, first: &str, headers: &[String]) -> Listener {
        let mut connection = self.dialer.dial(self.from).await.unwrap();
        let mut request = format!("{first} HTTP/1.1\r\nHost: branch\r\n");
        for header in headers {
            request.push_str(&format!("{header}\r\n"));
        }
        connection.write_all(format!("{request}\r\n").as_bytes()).await.unwrap();
        let mut raw = Vec::new();
        let head = loop {
            if let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8(raw[..end].to_vec()).unwrap();
                raw.drain(..end + 4);
                break head;
            }
            let mut byte = [0];
            connection.read_exact(&mut byte).await.unwrap();
            raw.push(byte[0]);
        };
        Listener { head, connection: Box::new(connection), raw, text: String::new() }
    }

    /// How many wait for the first service.
    pub(crate) fn waiting(&self) -> usize {
        self.mailbox.read(|now| now.branch.waiting_count(ServiceId(1)))
    }

    /// How many entries the journal has.
    pub(crate) fn entries(&self) -> u64 {
        self.mailbox.read(|now| now.branch.parts().last_seq.0)
    }

    /// Closes the doors.
    pub(crate) fn stop(&self) {
        self.shutdown.trigger();
    }

    /// Gives out a ticket for the first service.
    async fn issue(&self) -> Result<(), String> {
        let token = format!("tk{:08}", self.entries());
        self.submit(Command::Issue(engine::Issue {
            lines: vec![engine::LineRequest {
                service: ServiceId(1),
                priority: engine::Priority::NORMAL,
            }],
            language: None,
            token: Token::parse(&token).ok_or("no token")?,
            pass: None,
            source: Source::Staff,
            device: None,
        }))
        .await
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
            ["book", service, time, code, ref how @ ..] => {
                self.book(number(service)?, time, code, how).await
            }
            ["issue"] => self.issue().await,
            ["slip", code, "says", ref text @ ..] => self.slip(code, &text.join(" ")),
            ["cancel", code] => {
                let ticket = self.booked(code)?;
                self.submit(Command::CancelBooking { ticket }).await
            }
            ["comment", ticket, ref comment @ ..] => self.comment(number(ticket)?, comment),
            ["revoke", operator] => {
                self.revoke(number(operator)?).await;
                Ok(())
            }
            ["from", address] => {
                self.from = at(address)?;
                Ok(())
            }
            ["told", notice, ref message @ ..] => self.told(number(notice)?, message).await,
            ["authentication", state] => {
                self.shutdown.trigger();
                for (operator, hash) in appliance::demo::credentials() {
                    let credential = Housekeeping::Credential { operator, hash };
                    self.mailbox.keep(credential).await.map_err(|error| format!("{error:?}"))?;
                }
                let folder = self.folder.path();
                (self.dialer, self.shutdown) =
                    open(&self.mailbox, &self.archive, folder, state == "on", Vec::new());
                Ok(())
            }
            _ => Err(format!("nobody knows what this is: {words:?}")),
        }
    }

    /// The file of the store.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join(FILE_NAME)
    }

    /// Gives out tickets until the branch takes nobody in any more.
    pub(crate) async fn fill(&self) {
        let mut full = false;
        while !full {
            let mut asking = tokio::task::JoinSet::new();
            for _ in 0..AT_ONCE {
                let mailbox = self.mailbox.clone();
                asking.spawn(async move {
                    let token = serve::secret::random_hex(5);
                    mailbox.submit(issue(Token::parse(&token).unwrap())).await.is_err()
                });
            }
            full = asking.join_all().await.contains(&true);
        }
    }

    /// An API key of the operator with this number, as a technician makes one.
    pub(crate) async fn api_key(&self, operator: u32) -> String {
        let key = format!("ak_{}", serve::secret::random_hex(32));
        let digest = Sha256::digest(key.as_bytes());
        let key_of = ApiKey {
            hash: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            operator: OperatorId(operator),
            login: format!("clerk{operator}"),
            made_ms: NOON_MS,
        };
        self.mailbox.keep(Housekeeping::ApiKey(key_of)).await.unwrap();
        key
    }

    /// Ends all API keys of an operator.
    pub(crate) async fn revoke(&self, operator: u32) {
        let revoke = Housekeeping::RevokeApiKeys(OperatorId(operator));
        self.mailbox.keep(revoke).await.unwrap();
    }

    /// Looks whether this is what an app was told, once it was.
    async fn told(&self, notice: u32, message: &[&str]) -> Result<(), String> {
        let path = self.folder.path().join(NOTICES_FOLDER).join(format!("{notice:012}.json"));
        let mut found = Err(format!("nothing was told under {notice}"));
        for _ in 0..500 {
            if let Ok(bytes) = std::fs::read(&path) {
                let told: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                found = Ok(told["message"].as_str().unwrap_or_default().to_owned());
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let (found, message) = (found?, message.join(" "));
        if found == message { Ok(()) } else { Err(format!("{found} instead of {message}")) }
    }

    /// The code in the newest mail, once there is one that was not looked at.
    pub(crate) async fn mailed_code(&mut self) -> Result<String, String> {
        let folder = self.folder.path().join(MAIL_FOLDER);
        for _ in 0..500 {
            let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
                .map(|all| all.map(|entry| entry.unwrap().path()).collect())
                .unwrap_or_default();
            files.retain(|path| path.extension().is_some_and(|ending| ending == "eml"));
            if let Some(path) = files.pop() {
                let mail = std::fs::read_to_string(&path).unwrap();
                std::fs::remove_file(path).unwrap();
                return code_in(&mail).ok_or_else(|| format!("no code in {mail}"));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err("no mail came".to_owned())
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

    /// Books a slot of today; the ticket's hash is `bk` and the code.
    async fn book(&self, service: u32, time: &str, code: &str, how: &[&str]) -> Result<(), String> {
        let zone = Zone::named("Europe/Budapest").unwrap();
        let (hour, minute) = time.split_once(':').ok_or("no time")?;
        let minute = u16::try_from(number(hour)? * 60 + number(minute)?).map_err(|_| "no time")?;
        let date = zone.civil(self.mailbox.moment()).date();
        self.submit(Command::Book(Book {
            service: ServiceId(service),
            slot: zone.slot(date, minute).ok_or("no slot")?,
            language: None,
            token: Token::parse(&format!("bk{code}")).ok_or("no hash")?,
            code: Code::parse(code).ok_or("no code")?,
            pin: Pin::parse("1234").ok_or("no PIN")?,
            confirmed: !how.contains(&"unconfirmed"),
            source: Source::Staff,
        }))
        .await
    }

    /// Looks whether this stands on the slip of what was booked under this code.
    fn slip(&self, code: &str, text: &str) -> Result<(), String> {
        let (ticket, folder) = (self.booked(code)?, self.folder.path());
        let rooms = rooms(&self.mailbox, &self.archive, folder, false, Vec::new());
        let slip = self.mailbox.read(|now| {
            let ticket = now.branch.ticket(ticket)?;
            slips::compose(&rooms, &now.branch, ticket, false).ok()
        });
        let shown = format!("{:?}", slip.as_ref().map_or(&[][..], |slip| slip.blocks()));
        let quoted = format!("{text:?}");
        if shown.contains(&quoted) { Ok(()) } else { Err(format!("{quoted} is not in {shown}")) }
    }

    /// The slip of a ticket as the most usual printer would print it.
    pub(crate) fn printed(&self, ticket: u64) -> Vec<u8> {
        let folder = self.folder.path();
        let rooms = rooms(&self.mailbox, &self.archive, folder, false, Vec::new());
        let slip = self.mailbox.read(|now| {
            let ticket = now.branch.ticket(TicketId(ticket)).unwrap();
            slips::compose(&rooms, &now.branch, ticket, false).unwrap()
        });
        let encoder = Encoder::new(*Profile::named("epson").unwrap(), Typesetter::shared());
        png_of_slip(&slip, &encoder)
    }

    fn booked(&self, code: &str) -> Result<TicketId, String> {
        let code = Code::parse(code).ok_or("no code")?;
        let found = self.mailbox.read(|now| now.branch.booking(&code).map(|ticket| ticket.id));
        found.ok_or_else(|| "no such booking".into())
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
            ["second_question"] => {
                let questions = &mut settings.surveys[0].questions;
                let mut second = questions[0].clone();
                second.id = QuestionId(2);
                second.answers.iter_mut().for_each(|answer| answer.id.0 += 5);
                questions.push(second);
            }
            ["survey", id] => module.survey = ProfileId(number(id)?),
            ["valid_min", minutes] => module.valid_min = number(minutes)?,
            ["tolerance", tickets] => settings.rules.tolerance_tickets = number(tickets)?,
            ["operator", id, ref change @ ..] => {
                let id = OperatorId(number(id)?);
                let operator = settings.operators.iter_mut().find(|operator| operator.id == id);
                let operator = operator.ok_or("no such operator")?;
                match *change {
                    ["serves", ref services @ ..] => {
                        let ids = services.iter().map(|id| number(id).map(ServiceId));
                        operator.serves = Serves::These(ids.collect::<Result<_, _>>()?);
                    }
                    ["rights", ref rights @ ..] => {
                        let rights = rights.iter().map(|name| right(name));
                        operator.rights = Rights::of(&rights.collect::<Result<Vec<_>, _>>()?);
                    }
                    // To another name, and back.
                    ["renamed"] => {
                        let login = operator.login.strip_prefix("former-").map(str::to_owned);
                        operator.login =
                            login.unwrap_or_else(|| format!("former-{}", operator.login));
                    }
                    ["gone"] => settings.operators.retain(|operator| operator.id != id),
                    _ => return Err(format!("no such change of an operator: {change:?}")),
                }
            }
            ["virtual_ticket", state] => settings.virtual_ticket.enabled = state == "on",
            ["several_tickets", state] => {
                settings.virtual_ticket.allow_multi_ticket = state == "on";
            }
            ["min_customers", count] => settings.virtual_ticket.min_customers = number(count)?,
            ["min_waiting_min", min] => settings.virtual_ticket.min_waiting_min = number(min)?,
            ["radius_km", km, place] => {
                settings.virtual_ticket.radius_km = Some(number(km)?);
                settings.virtual_ticket.site.coordinates =
                    serve::virtual_ticket::coordinates(place);
            }
            ["city", city, region] => {
                settings.virtual_ticket.site.city = city.to_owned();
                settings.virtual_ticket.site.region = region.to_owned();
            }
            ["public_url", url] => module.public_url = Some(url.into()),
            ["service", id, ref change @ ..] => {
                let id = ServiceId(number(id)?);
                let service = settings.services.iter_mut().find(|service| service.id == id);
                let service = service.ok_or("no such service")?;
                match *change {
                    ["hidden"] => service.hidden = true,
                    ["disabled"] => service.disabled = true,
                    ["hours", from, to] => {
                        let day =
                            || vec![(number(from).unwrap() as u16, number(to).unwrap() as u16)];
                        let days = std::array::from_fn(|_| day());
                        service.hours = Some(engine::settings::Hours { days });
                    }
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

/// An address to ask from.
fn at(address: &str) -> Result<SocketAddr, String> {
    let address = address.parse().map_err(|_| format!("no address: {address}"))?;
    Ok(SocketAddr::new(address, 50_000))
}

/// The first thirty-two hexadecimal digits in the body of a mail, which is base64.
fn code_in(mail: &str) -> Option<String> {
    const SIGNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (_, body) = mail.split_once("\r\n\r\n")?;
    let bits = body.chars().filter_map(|sign| SIGNS.find(sign)).collect::<Vec<_>>();
    let bytes = bits.chunks(4).flat_map(|group| {
        let word = group.iter().fold(0, |word, bits| word << 6 | bits) << (6 * (4 - group.len()));
        [(word >> 16) as u8, (word >> 8) as u8, word as u8]
    });
    let text = String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned();
    let words = text.split(|c: char| !c.is_ascii_hexdigit());
    words.into_iter().find(|word| word.len() == 32).map(str::to_owned)
}

fn right(name: &str) -> Result<Right, String> {
    let named = |right: &Right| format!("{right:?}").eq_ignore_ascii_case(name);
    Right::ALL.into_iter().find(named).ok_or_else(|| format!("no such right: {name}"))
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
