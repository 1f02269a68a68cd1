//! The server's own figures, kept so that a request only adds to three numbers.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    hash::{BuildHasherDefault, Hasher},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use hyper::StatusCode;
use metrics::{Counter, Gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::{Answer, HttpFault};

/// Routes with figures of their own; further ones count as `other`.
pub const ROUTES_MAX: usize = 512;
/// The route of answers whose label the handler did not announce.
pub const OTHER_ROUTE: &str = "other";

/// Upper edges of the latency histogram, in microseconds and as Prometheus writes them.
const LATENCY_EDGES: [(u64, &str); 12] = [
    (100, "0.0001"),
    (250, "0.00025"),
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (100_000, "0.1"),
    (500_000, "0.5"),
    (2_500_000, "2.5"),
    (10_000_000, "10"),
];
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
const PROMETHEUS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All figures of one server, HTTP's and others', rendered for Prometheus.
///
/// It belongs to the server that made it rather than to the process, so that several servers
/// can run in one test.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    /// The routes of the servers that count here.
    routes: Mutex<Vec<Arc<Routes>>>,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}

impl Metrics {
    /// No figures yet.
    pub fn new() -> Metrics {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        Metrics { recorder, handle, routes: Mutex::default() }
    }

    /// Runs `register`, in which the macros of the `metrics` crate give handles of this server.
    ///
    /// Handles are made once and kept. Labels come from fixed lists, never from requests.
    pub fn register<T>(&self, register: impl FnOnce() -> T) -> T {
        metrics::with_local_recorder(&self.recorder, register)
    }

    /// Folds histogram samples that came since the last time; without it they pile up.
    /// A running [`super::Server`] does it.
    pub fn fold(&self) {
        self.handle.run_upkeep();
    }

    /// Everything in Prometheus's text format.
    pub fn render(&self) -> String {
        let mut text = self.handle.render();
        let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing to a `String` cannot fail.
        let _ = write_routes(&mut text, &routes);
        text
    }

    /// Everything as an answer to `GET /metrics`.
    pub fn answer(&self, route: &'static str) -> Answer {
        let kind = hyper::header::HeaderValue::from_static(PROMETHEUS_TEXT);
        Answer::full(StatusCode::OK, kind, self.render(), route)
    }
}

/// What else can become of a connection or a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejection {
    Fault(HttpFault),
    /// hyper answered 400, 414 or 431 by itself, or the head broke off.
    BadHead,
    /// The head did not end in time.
    HeadTimeout,
    /// The client took nothing of its answer.
    Stalled,
    /// Closed unheard: even the places for refusals were taken.
    Dropped,
}

impl Rejection {
    fn reason(self) -> &'static str {
        match self {
            Rejection::Fault(fault) => fault.code(),
            Rejection::BadHead => "bad_head",
            Rejection::HeadTimeout => "head_timeout",
            Rejection::Stalled => "stalled",
            Rejection::Dropped => "dropped",
        }
    }

    const ALL: [Rejection; 14] = [
        Rejection::Fault(HttpFault::TooLarge(0)),
        Rejection::Fault(HttpFault::BodyTimeout),
        Rejection::Fault(HttpFault::BodyBroken),
        Rejection::Fault(HttpFault::TooManyRequests(Duration::ZERO)),
        Rejection::Fault(HttpFault::Overloaded(Duration::ZERO)),
        Rejection::Fault(HttpFault::Malformed),
        Rejection::Fault(HttpFault::TooManyParameters),
        Rejection::Fault(HttpFault::UriTooLong),
        Rejection::Fault(HttpFault::HandlerTimeout),
        Rejection::Fault(HttpFault::Panicked),
        Rejection::BadHead,
        Rejection::HeadTimeout,
        Rejection::Stalled,
        Rejection::Dropped,
    ];
}

/// The handles that the server adds to.
pub(crate) struct Figures {
    routes: Arc<Routes>,
    rejected: HashMap<&'static str, Counter>,
    pub(crate) connections: Gauge,
}

/// What is counted for each route.
///
/// Plain numbers: the `metrics` crate keeps every sample until it is folded, and counts
/// generations besides, which a server of short answers feels.
struct Routes {
    known: HashMap<&'static str, RouteFigures, BuildHasherDefault<RouteHasher>>,
    other: RouteFigures,
}

/// A quick hash for the handler's own labels. No client chooses them, so none can make them clash.
#[derive(Default)]
struct RouteHasher(u64);

impl Hasher for RouteHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        let tail = rest.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte));
        for word in words.iter().map(|word| u64::from_le_bytes(*word)).chain([tail]) {
            // An odd multiplier with its bits spread, as in Fibonacci hashing.
            self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Threads that can count at the same time without waiting for each other's cache lines.
const SHARDS: usize = 8;

thread_local! {
    /// Which shard this thread counts in.
    static SHARD: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Relaxed) % SHARDS
    };
}

#[derive(Default)]
struct RouteFigures {
    shards: [RouteShard; SHARDS],
}

/// Aligned so that no two threads share a cache line, nor the neighbour that is fetched with it.
#[derive(Default)]
#[repr(align(128))]
struct RouteShard {
    classes: [AtomicU64; CLASSES.len()],
    /// Answers up to each edge and above the one before; the last is above all.
    slots: [AtomicU64; LATENCY_EDGES.len() + 1],
    micros: AtomicU64,
}

impl Figures {
    pub(crate) fn new(metrics: &Metrics, routes: &[&'static str]) -> Figures {
        let routes = routes.iter().take(ROUTES_MAX);
        let known = routes.map(|route| (*route, RouteFigures::default())).collect();
        let routes = Arc::new(Routes { known, other: RouteFigures::default() });
        metrics.routes.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&routes));
        metrics.register(|| {
            metrics::describe_counter!("http_rejected_total", "Refused by the server itself.");
            metrics::describe_gauge!("http_connections", "Open connections.");
            let rejected = Rejection::ALL.into_iter().map(|rejection| {
                let reason = rejection.reason();
                (reason, metrics::counter!("http_rejected_total", "reason" => reason))
            });
            Figures {
                routes,
                rejected: rejected.collect(),
                connections: metrics::gauge!("http_connections"),
            }
        })
    }

    pub(crate) fn answered(&self, route: &'static str, status: StatusCode, took: Duration) {
        let route = self.routes.known.get(route).unwrap_or(&self.routes.other);
        let shard = &route.shards[SHARD.with(|shard| *shard)];
        // 100 to 999 are possible; what is no class of HTTP counts as the last.
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
        shard.classes[class].fetch_add(1, Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let slot = LATENCY_EDGES.iter().position(|(edge, _)| micros <= *edge);
        shard.slots[slot.unwrap_or(LATENCY_EDGES.len())].fetch_add(1, Relaxed);
        shard.micros.fetch_add(micros, Relaxed);
    }

    pub(crate) fn rejected(&self, rejection: Rejection) {
        if let Some(counter) = self.rejected.get(rejection.reason()) {
            counter.increment(1);
        }
    }
}

/// The sums over all servers that count in the same place, routes that nobody asked for left out.
fn write_routes(text: &mut String, servers: &[Arc<Routes>]) -> std::fmt::Result {
    let mut routes: BTreeMap<&'static str, RouteShard> = BTreeMap::new();
    for server in servers {
        let known = server.known.iter().map(|(name, figures)| (*name, figures));
        for (name, figures) in known.chain([(OTHER_ROUTE, &server.other)]) {
            let total = routes.entry(name).or_default();
            figures.shards.iter().for_each(|shard| total.add(shard));
        }
    }
    routes.retain(|_, figures| 0 < sum(&figures.slots));
    text.push_str("# HELP http_requests_total Requests answered.\n");
    text.push_str("# TYPE http_requests_total counter\n");
    for (route, figures) in &routes {
        for (class, count) in CLASSES.iter().zip(&figures.classes) {
            let count = count.load(Relaxed);
            if 0 < count {
                writeln!(
                    text,
                    "http_requests_total{{route=\"{route}\",class=\"{class}\"}} {count}"
                )?;
            }
        }
    }
    text.push_str("# HELP http_request_seconds From the whole head to the answer's head.\n");
    text.push_str("# TYPE http_request_seconds histogram\n");
    for (route, figures) in &routes {
        let name = "http_request_seconds";
        let mut below = 0;
        for ((_, edge), slot) in LATENCY_EDGES.iter().zip(&figures.slots) {
            below += slot.load(Relaxed);
            writeln!(text, "{name}_bucket{{route=\"{route}\",le=\"{edge}\"}} {below}")?;
        }
        let count = sum(&figures.slots);
        let seconds = Duration::from_micros(figures.micros.load(Relaxed)).as_secs_f64();
        writeln!(text, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {count}")?;
        writeln!(text, "{name}_sum{{route=\"{route}\"}} {seconds}")?;
        writeln!(text, "{name}_count{{route=\"{route}\"}} {count}")?;
    }
    Ok(())
}

fn sum(numbers: &[AtomicU64]) -> u64 {
    numbers.iter().map(|number| number.load(Relaxed)).sum()
}

impl RouteShard {
    fn add(&self, more: &RouteShard) {
        let mine = self.classes.iter().chain(&self.slots).chain([&self.micros]);
        let theirs = more.classes.iter().chain(&more.slots).chain([&more.micros]);
        for (mine, theirs) in mine.zip(theirs) {
            mine.fetch_add(theirs.load(Relaxed), Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_class() {
        let metrics = Metrics::new();
        let figures = Figures::new(&metrics, &["smart/init"]);
        figures.answered("smart/init", StatusCode::OK, Duration::from_micros(200));
        figures.answered("a/made/up/one", StatusCode::NOT_FOUND, Duration::from_secs(60));
        figures.rejected(Rejection::Fault(HttpFault::TooLarge(9)));
        figures.connections.increment(3.0);
        let text = metrics.render();
        for line in [
            "# TYPE http_requests_total counter",
            "http_requests_total{route=\"smart/init\",class=\"2xx\"} 1",
            "http_requests_total{route=\"other\",class=\"4xx\"} 1",
            "http_request_seconds_bucket{route=\"smart/init\",le=\"0.0001\"} 0",
            "http_request_seconds_bucket{route=\"smart/init\",le=\"0.00025\"} 1",
            "http_request_seconds_bucket{route=\"other\",le=\"10\"} 0",
            "http_request_seconds_bucket{route=\"other\",le=\"+Inf\"} 1",
            "http_request_seconds_sum{route=\"other\"} 60",
            "http_request_seconds_count{route=\"other\"} 1",
            "http_rejected_total{reason=\"too_large\"} 1",
            "http_connections 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
        assert!(!text.contains("made/up"));
    }

    #[test]
    fn routes_are_bounded() {
        let names: Vec<&'static str> = (0..ROUTES_MAX + 10)
            .map(|number| &*Box::leak(format!("r{number}").into_boxed_str()))
            .collect();
        let figures = Figures::new(&Metrics::new(), &names);
        assert_eq!(figures.routes.known.len(), ROUTES_MAX);
    }

    #[test]
    fn servers_that_share_figures_add_up() {
        let metrics = Metrics::new();
        for _ in 0..2 {
            let figures = Figures::new(&metrics, &["smart/init"]);
            figures.answered("smart/init", StatusCode::OK, Duration::from_micros(200));
        }
        let text = metrics.render();
        assert!(text.contains("http_requests_total{route=\"smart/init\",class=\"2xx\"} 2\n"));
        assert_eq!(text.matches("# TYPE http_requests_total").count(), 1);
    }

    #[test]
    fn every_rejection_has_its_own_counter() {
        let figures = Figures::new(&Metrics::new(), &[]);
        assert_eq!(figures.rejected.len(), Rejection::ALL.len());
    }

    #[test]
    fn two_servers_do_not_mix() {
        let (one, two) = (Metrics::new(), Metrics::new());
        one.register(|| metrics::counter!("slips_total")).increment(7);
        assert!(one.render().contains("slips_total 7"));
        assert!(!two.render().contains("slips_total"));
    }
}
