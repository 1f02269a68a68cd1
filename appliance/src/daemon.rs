//! The daemon from start to stop, in the order in which its parts depend on each other.

mod crew;
mod doors;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use engine::{Command, DeviceId};
use serve::clock::SystemClock;
use serve::endpoint::{ENDPOINT_FILE, Endpoint};
use serve::folder;
use serve::mail::{MailFault, Mailer};
use serve::secret::SecretFault;
use serve::shutdown::Shutdown;
use serve::supervisor;
use sync::ids::BranchId;
use sync::link::LinkOptions;
use tokio::net::TcpListener;

use self::crew::Crew;
use self::doors::{Doors, unwritable};
use crate::accounts::{Accounts, CODE_FILE, Pending, Setup, SetupFault};
use crate::api::branch_services::Reception;
use crate::api::virtual_ticket::Apps;
use crate::api::{Furniture, Rooms};
use crate::cabinet::Cabinet;
use crate::config::{Config, FirstSettings};
use crate::devices::Board;
use crate::fittings::{Fittings, InUse};
use crate::keys::{KernelChance, Passes};
use crate::live::Live;
use crate::local_time::Zone;
use crate::outbox::{Outbox, OutboxPlan, OutboxView, Wellbeing};
use crate::registrar::{Mailbox, Registrar, SubmitError};
use crate::socket::SocketFault;
use crate::store::encoding::decode_settings;
use crate::store::{Archive, Housekeeping, Store, StoreError, StoreOptions};
use crate::texts::Texts;
use crate::{backup, checks, day, demo};

/// Bytes of a settings file: the largest branch that the limits allow has a few megabytes of texts.
const FIRST_SETTINGS_BYTES_MAX: u64 = 16 << 20;

/// How long the outbox may take to put the last entries into documents and say goodbye.
const OUTBOX_STOP_TIME: Duration = Duration::from_millis(1_500);

/// Why the daemon cannot start, or had to end.
#[derive(Debug)]
pub enum Failure {
    /// The data folder.
    Folder(PathBuf, std::io::Error),
    /// The database.
    Store(StoreError),
    /// A secret: that of the phone module, or the one that signs tokens.
    Keys(SecretFault),
    /// The settings of an empty data folder; says why.
    FirstSettings(String),
    /// The address to listen on.
    Listen(SocketAddr, std::io::Error),
    /// The file that tells the address.
    Endpoint(PathBuf, std::io::Error),
    /// The socket for the technician.
    Socket(SocketFault),
    /// The first password.
    Setup(SetupFault),
    /// Whoever has this login signs in with a password that everybody knows.
    KnownPassword(String),
    /// The mail server can never be reached.
    Mail(MailFault),
    /// Signals cannot be received.
    Signals(std::io::Error),
    /// The registrar's thread has ended by itself.
    RegistrarEnded,
    /// The data folder is another branch's than the configuration says: the configured number, and
    /// the folder's.
    Branch(u32, u32),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Folder(path, _) => write!(
                f,
                "cannot use the data folder {}; create it for the daemon's user, or name another \
                 one with --data",
                path.display()
            ),
            Failure::Store(error) => write!(f, "{error}"),
            Failure::Keys(error) => write!(f, "{error}"),
            Failure::FirstSettings(why) => write!(f, "the first settings cannot be used: {why}"),
            Failure::Listen(address, _) => write!(
                f,
                "cannot listen on {address}; is another program there? Name another address with \
                 --listen"
            ),
            Failure::Endpoint(path, _) => write!(f, "cannot write {}", path.display()),
            Failure::Socket(fault) => write!(f, "{fault}"),
            Failure::Setup(fault) => write!(f, "{fault}"),
            Failure::KnownPassword(login) => write!(
                f,
                "`{login}` has a password of the demonstration, which everybody knows. Choose \
                 another one with `anteroomd --data DIR --set-password {login}`, or begin in an \
                 empty data folder"
            ),
            Failure::Mail(fault) => write!(f, "`mail.smtp` cannot be used: {fault}"),
            Failure::Signals(_) => write!(f, "cannot receive signals"),
            Failure::RegistrarEnded => {
                write!(f, "the registrar has failed; the log above says why. Start again")
            }
            Failure::Branch(configured, found) => write!(
                f,
                "`mqtt.branch` is {configured}, but the data folder is that of branch {found}; \
                 leave the key out, or name another folder with --data"
            ),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Failure::Folder(_, cause)
            | Failure::Listen(_, cause)
            | Failure::Endpoint(_, cause)
            | Failure::Signals(cause) => Some(cause),
            Failure::Store(error) => error.source(),
            Failure::Setup(fault) => fault.source(),
            Failure::Socket(fault) => fault.source(),
            Failure::Keys(error) => error.source(),
            Failure::FirstSettings(_)
            | Failure::KnownPassword(_)
            | Failure::Mail(_)
            | Failure::RegistrarEnded
            | Failure::Branch(..) => None,
        }
    }
}

/// Runs the daemon until a signal asks it to stop. `show` gets what only the person who starts it
/// shall see: the one-time setup code.
///
/// # Errors
///
/// [`Failure`], which says what to do.
pub async fn run(config: Config, show: fn(&str)) -> Result<(), Failure> {
    let shutdown = Shutdown::new();
    shutdown.on_signals().map_err(Failure::Signals)?;
    serve_until(config, show, shutdown).await
}

/// Runs the daemon until `shutdown`. `show` gets the one-time setup code.
///
/// # Errors
///
/// [`Failure`], which says what to do.
pub async fn serve_until(
    config: Config,
    show: fn(&str),
    shutdown: Shutdown,
) -> Result<(), Failure> {
    folder::prepare(&config.data).map_err(|error| Failure::Folder(config.data.clone(), error))?;
    let store = Store::open(StoreOptions::in_folder(&config.data)).map_err(Failure::Store)?;
    backup::sweep(&config.data);
    // Only now is it sure that no other daemon lives here, whose address it would be.
    Endpoint::clear(&config.data, ENDPOINT_FILE).map_err(unwritable(&config.data))?;
    let archive = store.archive().map_err(Failure::Store)?;
    let outbox_archive = store.archive().map_err(Failure::Store)?;
    let clock = Arc::new(SystemClock::new());
    let (registrar, mailbox) = Registrar::start(store, clock).map_err(Failure::Store)?;
    let url = config.central.as_ref().map(|central| central.broker.to_string());
    let view = OutboxView::new(url, mailbox.moment().wall_ms);
    let archives = Archives { rooms: archive, outbox: outbox_archive };
    let ended = open_and_serve(&config, &mailbox, archives, view, show, shutdown.clone()).await;
    shutdown.trigger();
    registrar.stop().await;
    ended
}

/// Reading ends of the store. The outbox has its own: it reads whole days.
struct Archives {
    rooms: Archive,
    outbox: Archive,
}

async fn open_and_serve(
    config: &Config,
    mailbox: &Mailbox,
    archives: Archives,
    view: OutboxView,
    show: fn(&str),
    shutdown: Shutdown,
) -> Result<(), Failure> {
    let texts = Texts::new();
    set_up(config, mailbox, &texts).await?;
    let branch = mailbox.read(|committed| committed.branch.settings().branch.0);
    if let Some(configured) = config.branch.filter(|configured| *configured != branch) {
        return Err(Failure::Branch(configured, branch));
    }
    day::turn(mailbox).await;
    let refused = |error| Failure::Listen(config.listen, error);
    let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let url = format!("http://{address}");
    let pending = first_password(config, mailbox, &archives.rooms, show)?;
    let board = Board::default();
    let rooms = furnish(config, mailbox, &archives.rooms, texts, pending, &url, (&board, &view))?;
    let crew = Crew::start(config, &rooms, &shutdown);
    let mut doors = Doors::open(config, (&rooms, &view), (listener, &url), &shutdown)?;
    let outbox = speak_to_central(config, branch, rooms, archives.outbox, view);
    tracing::info!(%url, data = %config.data.display(), "serving");
    supervisor::ready(&format!("serving at {url}"));
    let registrar = mailbox.clone();
    let progress = move || registrar.vitals().turns();
    tokio::spawn(supervisor::keep_alive(shutdown.clone(), progress));
    let ended = tokio::select! {
        _ = shutdown.wait() => Ok(()),
        () = mailbox.ended() => Err(Failure::RegistrarEnded),
    };
    supervisor::stopping();
    shutdown.trigger();
    doors.drain().await;
    crew.end().await;
    // After the last command was accepted, so that it is in what central is offered next.
    if let Some(outbox) = outbox
        && tokio::time::timeout(OUTBOX_STOP_TIME, outbox.stop()).await.is_err()
    {
        tracing::warn!("the outbox did not end in time; its work is done at the next start");
    }
    doors.withdraw(config)?;
    tracing::info!("stopped");
    ended
}

/// Begins to tell central what happens, where there is one.
fn speak_to_central(
    config: &Config,
    branch: u32,
    rooms: Rooms,
    archive: Archive,
    view: OutboxView,
) -> Option<Outbox> {
    let central = config.central.as_ref()?;
    let branch = BranchId(branch);
    let tenant = central.tenant.clone();
    let mut link = LinkOptions::to(&central.broker, format!("{}-{}", tenant.as_str(), branch.0));
    link.credentials = central.credentials(branch);
    let mailbox = rooms.mailbox.clone();
    // A store that cannot be read is told of elsewhere, and shows in what is missing.
    let wellbeing = Wellbeing::found_by(move || checks::health(&rooms).unwrap_or_default());
    Some(Outbox::start(OutboxPlan { tenant, branch, link, wellbeing }, mailbox, archive, view))
}

/// Gives an empty journal its first settings.
async fn set_up(config: &Config, mailbox: &Mailbox, texts: &Texts) -> Result<(), Failure> {
    let is_empty = mailbox.read(|committed| committed.branch.parts().last_seq.0 == 0);
    let settings = match &config.first {
        _ if !is_empty => return Ok(()),
        FirstSettings::None => {
            tracing::warn!(
                "the branch has no settings yet and serves nobody; see `first_settings`"
            );
            return Ok(());
        }
        FirstSettings::Demo => {
            let printer =
                config.fittings.devices.printers.first().map_or(DeviceId(1), |first| first.id);
            let branch = config.branch.map_or(demo::BRANCH, engine::BranchId);
            give_demo_passwords(mailbox).await?;
            demo::settings_of(branch, texts, printer)
        }
        FirstSettings::File(path) => read_settings(path)?,
    };
    if Zone::named(&settings.zone).is_none() {
        return Err(Failure::FirstSettings(format!("there is no zone `{}`", settings.zone)));
    }
    match mailbox.submit(Command::ChangeSettings(Box::new(settings))).await {
        Ok(_) => Ok(()),
        Err(SubmitError::Refused(engine::Refusal::UnsoundSettings(fault))) => {
            Err(Failure::FirstSettings(fault.to_string()))
        }
        Err(error) => {
            Err(Failure::FirstSettings(format!("the disk did not take them ({error:?})")))
        }
    }
}

/// Before the settings, so that a start that is cut off here begins anew with both.
async fn give_demo_passwords(mailbox: &Mailbox) -> Result<(), Failure> {
    let hashed = tokio::task::spawn_blocking(demo::credentials).await;
    for (operator, hash) in hashed.expect("hashing does not panic") {
        let kept = mailbox.keep(Housekeeping::Credential { operator, hash }).await;
        kept.map_err(|error| {
            Failure::FirstSettings(format!("the disk did not take passwords ({error:?})"))
        })?;
    }
    Ok(())
}

fn read_settings(path: &Path) -> Result<engine::Settings, Failure> {
    let failed = |why: String| Failure::FirstSettings(format!("{}: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?.len();
    if FIRST_SETTINGS_BYTES_MAX < size {
        return Err(failed(format!("it is larger than {FIRST_SETTINGS_BYTES_MAX} bytes")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    decode_settings(&text).map_err(|error| match std::error::Error::source(&error) {
        Some(cause) => failed(format!("{error}: {cause}")),
        None => failed(error.to_string()),
    })
}

fn furnish(
    config: &Config,
    mailbox: &Mailbox,
    archive: &Archive,
    texts: Texts,
    pending: Option<Pending>,
    url: &str,
    (board, view): (&Board, &OutboxView),
) -> Result<Rooms, Failure> {
    let passes =
        Passes::open(&config.data, mailbox.moment(), KernelChance).map_err(Failure::Keys)?;
    Ok(Rooms::new(Furniture {
        mailbox: mailbox.clone(),
        zone: mailbox.zone().clone(),
        board: board.clone(),
        cabinet: Cabinet::new(config.data.clone(), fittings(config, archive)?, view.clone()),
        live: Live::new(passes.number(), config.screens.limits),
        screens_trusted: config.screens.trusted.clone(),
        passes,
        texts,
        archive: archive.clone(),
        accounts: Accounts::open(&config.data, mailbox.clone(), archive.clone())
            .map_err(Failure::Keys)?
            .awaiting(pending),
        queue_management_authentication: config.queue_management_authentication,
        apps: Apps::open(&config.data, config.providers.clone(), mailer(config)?)
            .map_err(Failure::Keys)?
            .calling(config.webhooks.clone()),
        reception: Reception::open(&config.data, config.trusted.clone()).map_err(Failure::Keys)?,
        own_url: url.to_owned(),
    }))
}

/// What hangs on the ports.
fn fittings(config: &Config, archive: &Archive) -> Result<Fittings, Failure> {
    let stored = archive.fittings(1).map_err(Failure::Store)?.pop();
    let InUse { fittings, fault } = Fittings::in_use(&config.fittings, stored.as_ref());
    if let Some(fault) = fault {
        tracing::error!(%fault, "the list of devices cannot be used; name them anew");
    }
    Ok(fittings)
}

/// The password that is still to be given, with a code that is shown now or was before.
fn first_password(
    config: &Config,
    mailbox: &Mailbox,
    archive: &Archive,
    show: fn(&str),
) -> Result<Option<Pending>, Failure> {
    if matches!(config.first, FirstSettings::Demo) {
        return Ok(None);
    }
    let settings = mailbox.read(|committed| committed.branch.settings().clone());
    if let Some(login) = demo::known_password(&settings, archive).map_err(Failure::Store)? {
        return Err(Failure::KnownPassword(login));
    }
    match Setup::prepare(&config.data, mailbox, archive).map_err(Failure::Setup)? {
        Setup::Done => Ok(None),
        Setup::Open(pending) => {
            tracing::warn!(
                "nobody who administers the branch can sign in yet; the setup code was shown at \
                 the first start. Delete `{CODE_FILE}` in the data folder and start again for a \
                 new one"
            );
            Ok(Some(pending))
        }
        Setup::Fresh(pending, code) => {
            show(&code);
            Ok(Some(pending))
        }
    }
}

/// The way of mails to customers.
fn mailer(config: &Config) -> Result<Mailer, Failure> {
    match config.mail.clone() {
        Some(relay) => Mailer::smtp(relay).map_err(Failure::Mail),
        None => Ok(Apps::outbox(&config.data)),
    }
}
