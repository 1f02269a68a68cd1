//! Central from start to stop, in the order in which its parts depend on each other.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serve::clock::{Clock, SystemClock};
use serve::endpoint::{ENDPOINT_FILE, Endpoint};
use serve::folder;
use serve::http::{Metrics, Server};
use serve::mail::{MailFault, Mailer};
use serve::secret::{SecretFault, kernel_chance};
use serve::shutdown::Shutdown;
use serve::supervisor;
use serve::texts::Texts;
use serve::tray::Tray;
use serve::virtual_ticket::Traces;
use sync::development;
use sync::link::LinkOptions;
use tokio::net::TcpListener;

use crate::accounts::{Accounts, Pending, Setup, SetupError, demonstration};
use crate::api::virtual_ticket::{self, Stand};
use crate::api::{Api, Beginning, Furniture};
use crate::broker::{Broker, BrokerError};
use crate::config::{Config, Site};
use crate::front::Front;
use crate::intake::{Intake, IntakeOptions, IntakeView};
use crate::live::{self, Live, STREAM_LIMITS};
use crate::notices::{self, NOTICES_FILES_MAX, NOTICES_FOLDER, Teller};
use crate::retention::{self, Keeper};
use crate::store::{Store, StoreError};

/// The file that tells where the demonstration's broker listens.
pub const BROKER_FILE: &str = "broker";

/// How long requests under way may take once central is told to stop. With the intake's two
/// seconds and the broker's one it is over in five.
pub const DRAIN_TIME: Duration = Duration::from_millis(1_500);

/// Beyond this the intake is left to itself: what it did not confirm comes again.
const INTAKE_STOP_TIME: Duration = Duration::from_millis(2_200);

/// Why central cannot start, or had to end.
#[derive(Debug)]
pub enum Failure {
    /// The data folder.
    Folder(PathBuf, std::io::Error),
    /// The database.
    Store(StoreError),
    /// The first user.
    Setup(SetupError),
    /// The key of the tokens.
    Key(SecretFault),
    /// The demonstration's broker.
    Broker(BrokerError),
    /// The address to listen on.
    Listen(SocketAddr, std::io::Error),
    /// A file that tells an address.
    Endpoint(PathBuf, std::io::Error),
    /// The mail server can never be reached.
    Mail(MailFault),
    /// Signals cannot be received.
    Signals(std::io::Error),
    /// The intake's thread has ended by itself.
    IntakeEnded,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Folder(path, _) => write!(
                f,
                "cannot use the data folder {}; create it for this program's user, or name \
                 another one with --data",
                path.display()
            ),
            Failure::Store(error) => write!(f, "{error}"),
            Failure::Setup(error) => write!(f, "{error}"),
            Failure::Key(error) => write!(f, "{error}"),
            Failure::Broker(error) => write!(f, "{error}"),
            Failure::Listen(address, _) => write!(
                f,
                "cannot listen on {address}; is another program there? Name another address with \
                 --listen"
            ),
            Failure::Endpoint(path, _) => write!(f, "cannot write {}", path.display()),
            Failure::Mail(fault) => write!(f, "`mail.smtp` cannot be used: {fault}"),
            Failure::Signals(_) => write!(f, "cannot receive signals"),
            Failure::IntakeEnded => {
                write!(f, "the intake has failed; the log above says why. Start again")
            }
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
            Failure::Setup(error) => error.source(),
            Failure::Key(error) => error.source(),
            Failure::Broker(error) => error.source(),
            Failure::Mail(_) | Failure::IntakeEnded => None,
        }
    }
}

/// Runs central until a signal asks it to stop. `show` gets what only the person who starts it
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

/// Runs central until `shutdown`.
///
/// # Errors
///
/// [`Failure`], which says what to do.
pub async fn serve_until(
    config: Config,
    show: fn(&str),
    shutdown: Shutdown,
) -> Result<(), Failure> {
    let data = config.data.as_path();
    folder::prepare(data).map_err(|error| Failure::Folder(data.into(), error))?;
    let mut store = Store::open(data).map_err(Failure::Store)?;
    // Only now is it sure that no other central lives here, whose addresses they would be.
    for file in [ENDPOINT_FILE, BROKER_FILE] {
        Endpoint::clear(data, file).map_err(|error| Failure::Endpoint(data.join(file), error))?;
    }
    let pending = furnish(&config, &mut store, show)?;
    let broker = match &config.site {
        Site::Demo { broker_port } => {
            Some(Broker::start(data, *broker_port).await.map_err(Failure::Broker)?)
        }
        Site::Organisation(_) => None,
    };
    let ended = take_in_and_serve(&config, store, broker.as_ref(), pending, &shutdown).await;
    shutdown.trigger();
    if let Some(broker) = broker {
        broker.stop().await;
    }
    tracing::info!("stopped");
    ended
}

/// Gives an empty store what it begins with.
fn furnish(config: &Config, store: &mut Store, show: fn(&str)) -> Result<Option<Pending>, Failure> {
    match &config.site {
        Site::Demo { .. } => {
            let furnished = demonstration::furnish(&config.data, store);
            furnished.map(|()| None).map_err(Failure::Store)
        }
        Site::Organisation(_) => {
            match Setup::prepare(&config.data, store).map_err(Failure::Setup)? {
                Setup::Done => Ok(None),
                Setup::Open(pending) => {
                    tracing::warn!(
                        "nobody can sign in yet; the setup code was shown at the first start. \
                         Delete `setup.code` in the data folder and start again for a new one"
                    );
                    Ok(Some(pending))
                }
                Setup::Fresh(pending, code) => {
                    show(&code);
                    Ok(Some(pending))
                }
            }
        }
    }
}

async fn take_in_and_serve(
    config: &Config,
    store: Store,
    broker: Option<&Broker>,
    pending: Option<Pending>,
    shutdown: &Shutdown,
) -> Result<(), Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let reader = store.reader().map_err(Failure::Store)?;
    let (tenant, name) = match &config.site {
        Site::Demo { .. } => (development::tenant(), development::ORGANISATION.to_owned()),
        Site::Organisation(own) => (own.tenant.clone(), own.name.clone()),
    };
    let accounts =
        Accounts::open(&config.data, tenant.clone(), reader.clone(), Arc::clone(&clock), pending)
            .map_err(Failure::Key)?;
    // Before anything is written by a clock that may be wrong.
    let newest_ms = reader.newest_ms().map_err(Failure::Store)?;
    let last_heard_ms = reader.last_heard_ms(&tenant).map_err(Failure::Store)?;
    let beginning = Beginning { at: clock.now(), last_heard_ms };
    let options = IntakeOptions {
        tenant: tenant.clone(),
        link: link(&config.site, broker),
        clock: Arc::clone(&clock),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let (intake, view) = Intake::start(store, options).map_err(Failure::Store)?;
    let requests = intake.requests();
    let notices_tray = Tray::at(config.data.join(NOTICES_FOLDER), NOTICES_FILES_MAX);
    let traces = Traces::in_trays(virtual_ticket::mails(&config.data), notices_tray.clone());
    let stand = Stand {
        enabled: config.virtual_ticket,
        tenant: tenant.clone(),
        reader: reader.clone(),
        requests: requests.clone(),
        intake: view.clone(),
        clock: Arc::clone(&clock),
        mailer: mailer(config)?,
        traces: traces.clone(),
    };
    let virtual_ticket = virtual_ticket::open(&config.data, config.providers.clone(), stand)
        .map_err(Failure::Key)?;
    let keeper = Keeper {
        reader: reader.clone(),
        requests: requests.clone(),
        clock: Arc::clone(&clock),
        traces,
        terms: config.retention,
        newest_ms,
    };
    let keeping = tokio::spawn(retention::keep(keeper, shutdown.clone()));
    let tray = notices_tray;
    let teller = Teller { reader: reader.clone(), requests, clock: Arc::clone(&clock), tray };
    let telling = tokio::spawn(notices::tell(teller, shutdown.clone()));
    let api = Api::new(Furniture {
        tenant,
        organisation: name.clone(),
        particulars: config.particulars.clone(),
        queue_management_authentication: config.queue_management_authentication,
        texts: Texts::new(),
        reader,
        accounts,
        intake: view.clone(),
        clock,
        beginning,
        virtual_ticket,
        live: Live::new(run_number(), STREAM_LIMITS),
    });
    let screens = tokio::spawn(live::follow(api.clone(), shutdown.clone()));
    let ended = open_doors(config, api, name, view, broker, shutdown).await;
    shutdown.trigger();
    // Whatever it was at is begun again at the next start, and told once.
    telling.abort();
    keeping.abort();
    screens.abort();
    if tokio::time::timeout(INTAKE_STOP_TIME, intake.stop()).await.is_err() {
        tracing::warn!("the intake did not end in time");
    }
    ended
}

/// Tells one run from another in what live pages remember; two of them have the same by chance alone.
fn run_number() -> u32 {
    let mut bytes = [0; 4];
    kernel_chance(&mut bytes);
    u32::from_le_bytes(bytes)
}

/// The way of mails to customers.
fn mailer(config: &Config) -> Result<Mailer, Failure> {
    match config.mail.clone() {
        Some(relay) => Mailer::smtp(relay).map_err(Failure::Mail),
        None => Ok(Mailer::outbox(virtual_ticket::mails(&config.data))),
    }
}

fn link(site: &Site, broker: Option<&Broker>) -> LinkOptions {
    // The intake chooses the client id.
    let client = "central";
    let (address, credentials) = match (site, broker) {
        (Site::Organisation(own), _) => (own.broker.clone(), own.credentials.clone()),
        (Site::Demo { .. }, Some(broker)) => (broker.address(), Some(broker.credentials())),
        (Site::Demo { .. }, None) => unreachable!("a demonstration has started its broker"),
    };
    LinkOptions { credentials, ..LinkOptions::to(&address, client) }
}

async fn open_doors(
    config: &Config,
    api: Api,
    name: String,
    intake: IntakeView,
    broker: Option<&Broker>,
    shutdown: &Shutdown,
) -> Result<(), Failure> {
    let data = config.data.as_path();
    let refused = |error| Failure::Listen(config.listen, error);
    let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
    let url = format!("http://{}", listener.local_addr().map_err(refused)?);
    let metrics = Arc::new(Metrics::new());
    let front = Front::new(api, name, broker.map(Broker::view), Arc::clone(&metrics));
    let server = Server::new(front, config.limits, metrics);
    let serving = tokio::spawn(server.serve(listener, shutdown.clone()));
    let unwritable = |file: &str| {
        let path = data.join(file);
        move |error| Failure::Endpoint(path, error)
    };
    let mut published = Vec::new();
    if let Some(broker) = broker {
        let url = broker.address().to_string();
        let file = Endpoint::publish_as(data, BROKER_FILE, &url);
        published.push(file.map_err(unwritable(BROKER_FILE))?);
    }
    published.push(Endpoint::publish(data, &url).map_err(unwritable(ENDPOINT_FILE))?);
    tracing::info!(%url, data = %data.display(), "serving");
    supervisor::ready(&format!("serving at {url}"));
    // An idle intake has nothing to count, and one that has failed ends the program below. So the
    // sign of life is that of the threads that serve.
    let looks = AtomicU64::new(0);
    let progress = move || looks.fetch_add(1, Ordering::Relaxed);
    tokio::spawn(supervisor::keep_alive(shutdown.clone(), progress));
    let ended = tokio::select! {
        _ = shutdown.wait() => Ok(()),
        () = intake.ended() => Err(Failure::IntakeEnded),
    };
    supervisor::stopping();
    shutdown.trigger();
    serving.await.ok();
    // The endpoint first, as it was written last.
    for file in published.into_iter().rev() {
        let path = file.path().to_owned();
        file.withdraw().map_err(|error| Failure::Endpoint(path, error))?;
    }
    ended
}
