//! Call displays: what stands there afterwards, whatever came in between.

use std::time::Duration;

use drivers::display::alpha::Address;
use drivers::display::panel::Panel;
use drivers::display::profile::Profile;
use drivers::display::session::{Session, Timing};
use drivers::link_state::Reason;
use drivers::port::Port;
use drivers::port::serial::{PortSettings, SerialPort};
use drivers::sim::display::{DisplaySim, Seen, Setup};
use tokio::time::Instant;

use crate::bench::{Bench, Program, SOON};

const RATE: u32 = 38_400;

/// As in the field, but for people who do not wait.
const TIMING: Timing = Timing {
    answer: Duration::from_millis(200),
    pause: Duration::from_millis(5),
    divide: Duration::from_millis(20),
    refresh: Duration::from_millis(400),
    prepare: Duration::from_secs(600),
    stale: Duration::from_secs(600),
};

fn display(bench: &Bench) -> DisplaySim {
    DisplaySim::start(Setup::new(bench.path("port"))).unwrap()
}

fn open(bench: &Bench) -> SerialPort {
    SerialPort::open(&PortSettings::new(bench.path("port"), RATE)).unwrap()
}

fn session(bench: &Bench, confirm: bool) -> Session<SerialPort> {
    let profile = Profile::named("betabrite").unwrap().confirming(confirm);
    Session::new(open(bench), profile, Address::ALL, TIMING, None)
}

fn call(label: &str) -> Panel {
    Panel::new([label, "3"])
}

async fn ok(display: &DisplaySim, order: &str) {
    assert_eq!(display.tell(order).await, "ok", "{order}");
}

async fn shows(display: &DisplaySim, text: &str) -> Seen {
    let seen = display.seen_when(SOON, |seen| seen.text == text).await;
    assert_eq!(seen.text, text);
    seen
}

#[tokio::test]
async fn a_call_stands_there_with_and_without_confirmation() {
    for confirm in [false, true] {
        let bench = Bench::new(&format!("display-call-{confirm}"));
        let display = display(&bench);
        let mut session = session(&bench, confirm);
        session.probe().await.unwrap();
        session.show(&call("A042").flashing().chiming(2, 1)).await.unwrap();
        let seen = display.seen_when(SOON, |seen| seen.beeps == 2).await;
        assert_eq!((seen.text.as_str(), seen.flash, seen.beeps), ("A042  3", true, 2));
        assert_eq!((seen.damaged, seen.refused, seen.divided), (0, 0, 1));
        session.show(&Panel::blank()).await.unwrap();
        shows(&display, "").await;
        assert_eq!(session.counts().unknown_bytes, 0);
    }
}

#[tokio::test]
async fn what_stands_there_is_not_sent_again_until_its_refresh() {
    let bench = Bench::new("display-same");
    let display = display(&bench);
    let mut session = session(&bench, false);
    session.show(&call("A042").chiming(1, 1)).await.unwrap();
    let first = display.seen_when(SOON, |seen| seen.beeps == 1).await;
    for _ in 0..50 {
        session.show(&call("A042").chiming(1, 1)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(display.seen().bytes, first.bytes, "not a byte");
    // The refresh is one frame, without beeps and without a new preparation.
    session.keep(Instant::now() + TIMING.refresh + Duration::from_millis(100)).await.unwrap();
    let later = display.seen_when(SOON, |seen| seen.frames > first.frames).await;
    assert_eq!((later.frames, later.beeps, later.divided), (first.frames + 1, 1, 1));
}

#[tokio::test]
async fn a_text_that_is_too_long_is_cut_and_never_sent() {
    let bench = Bench::new("display-long");
    let display = display(&bench);
    let mut session = session(&bench, false);
    session.show(&Panel::new(["x".repeat(100)])).await.unwrap();
    let seen = shows(&display, &"x".repeat(32)).await;
    assert_eq!(seen.overfilled, 0);
    // The stand-in would have shown it: a string that is written too long is emptied.
    let mut port = session_port(session, &bench);
    let mut frame = b"\0\0\0\0\0\x01Z00\x02Ga".to_vec();
    frame.extend([b'x'; 33]);
    frame.push(4);
    port.write(&frame).await.unwrap();
    let seen = display.seen_when(SOON, |seen| seen.overfilled == 1).await;
    assert_eq!((seen.text.as_str(), seen.overfilled), ("", 1));
}

/// The port alone, once its session is over.
fn session_port(session: Session<SerialPort>, bench: &Bench) -> SerialPort {
    drop(session);
    open(bench)
}

#[tokio::test]
async fn unplugged_in_the_middle_and_replugged_it_shows_the_call() {
    let bench = Bench::new("display-unplug");
    let display = display(&bench);
    let mut before = session(&bench, false);
    before.show(&call("A041").chiming(1, 1)).await.unwrap();
    shows(&display, "A041  3").await;
    // The first half of a write is on the line when the plug comes out.
    drop(before);
    let mut port = open(&bench);
    port.write(b"\0\0\0\0\0\0\x01^00\x02GaA0").await.unwrap();
    drop(port);
    let mut cut = session(&bench, false);
    cut.probe().await.unwrap();
    let update = call("A042").chiming(1, 2);
    let (told, updating) = tokio::join!(display.tell("unplug"), cut.show(&update));
    assert_eq!(told, "ok");
    let lost = match updating {
        // It may all have been on its way; then the next look finds the plug out.
        Ok(()) => cut.keep(Instant::now() + SOON).await,
        Err(reason) => Err(reason),
    };
    assert_eq!(lost, Err(Reason::PortGone));
    let missing = SerialPort::open(&PortSettings::new(bench.path("port"), RATE)).unwrap_err();
    assert_eq!(missing.reason(), Reason::PortMissing);

    ok(&display, "replug").await;
    let profile = *Profile::named("betabrite").unwrap();
    let sounded = cut.sounded();
    let mut after = Session::new(open(&bench), profile, Address::ALL, TIMING, sounded);
    after.show(&call("A042").chiming(1, 2)).await.unwrap();
    let seen = shows(&display, "A042  3").await;
    assert!(seen.beeps <= 2, "no occasion beeps twice: {seen:?}");
}

#[tokio::test]
async fn unplugged_while_idle_is_noticed_at_once() {
    let bench = Bench::new("display-idle");
    let display = display(&bench);
    let mut session = session(&bench, false);
    session.show(&call("A042")).await.unwrap();
    let keeping = tokio::spawn(async move { session.keep(Instant::now() + 4 * SOON).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    ok(&display, "unplug").await;
    let kept = tokio::time::timeout(SOON, keeping).await.expect("noticed in time").unwrap();
    assert_eq!(kept, Err(Reason::PortGone));
}

#[tokio::test]
async fn noise_in_both_directions_changes_nothing() {
    let bench = Bench::new("display-noise");
    let display = display(&bench);
    for confirm in [false, true] {
        let mut port = open(&bench);
        port.write(&[0xA5; 200]).await.unwrap();
        port.write(b"\0\0\0\0\0\x01^00\x02GaWRONG\x030000\x04").await.unwrap();
        drop(port);
        let mut session = session(&bench, confirm);
        for label in ["A042", "A043"] {
            ok(&display, "garbage 300").await;
            session.show(&call(label)).await.unwrap();
            shows(&display, &format!("{label}  3")).await;
        }
        // Without confirmation, nobody is listening for what a display may say.
        assert!(session.counts().unknown_bytes > 100);
    }
    assert_eq!(display.seen().damaged, 2);
}

#[tokio::test]
async fn a_silent_display_is_well_without_confirmation_and_no_answer_with_it() {
    let bench = Bench::new("display-mute");
    let display = display(&bench);
    ok(&display, "mute").await;
    let mut careless = session(&bench, false);
    careless.probe().await.unwrap();
    careless.show(&call("A042")).await.unwrap();
    shows(&display, "A042  3").await;
    drop(careless);
    let mut careful = session(&bench, true);
    assert_eq!(careful.probe().await, Err(Reason::NoAnswer));
    ok(&display, "unmute").await;
    careful.show(&call("A043")).await.unwrap();
    let seen = shows(&display, "A043  3").await;
    assert_eq!(seen.divided, 1, "one whose memory is divided well is not wiped");
}

#[tokio::test]
async fn a_display_that_lost_its_memory_gets_it_back_with_the_next_refresh() {
    let bench = Bench::new("display-forget");
    let display = display(&bench);
    let mut session = session(&bench, true);
    session.show(&call("A042")).await.unwrap();
    shows(&display, "A042  3").await;
    ok(&display, "forget").await;
    shows(&display, "").await;
    session.refresh().await.unwrap();
    let seen = shows(&display, "A042  3").await;
    assert_eq!(seen.divided, 2);
}

#[tokio::test]
async fn a_display_that_takes_no_bytes_is_blocked_and_shows_the_call_afterwards() {
    let bench = Bench::new("display-blocked");
    let display = display(&bench);
    let mut session = session(&bench, false);
    session.show(&call("A041")).await.unwrap();
    ok(&display, "flow stop").await;
    assert_eq!(session.show(&call("A042")).await, Err(Reason::Blocked));
    ok(&display, "flow go").await;
    session.show(&call("A043")).await.unwrap();
    shows(&display, "A043  3").await;
}

#[tokio::test]
async fn a_source_that_falls_silent_leaves_a_dash() {
    let bench = Bench::new("display-stale");
    let display = display(&bench);
    let profile = *Profile::named("alpha").unwrap();
    let hasty = Timing { stale: Duration::from_millis(200), ..TIMING };
    let mut session = Session::new(open(&bench), profile, Address::of(1), hasty, None);
    session.show(&call("A042")).await.unwrap();
    shows(&display, "A042  3").await;
    session.keep(Instant::now() + Duration::from_millis(300)).await.unwrap();
    shows(&display, "-").await;
    session.show(&call("A042")).await.unwrap();
    shows(&display, "A042  3").await;
}

#[tokio::test]
async fn a_frame_for_another_display_is_not_obeyed() {
    let bench = Bench::new("display-other");
    let display = display(&bench);
    let profile = *Profile::named("alpha").unwrap();
    let mut other = Session::new(open(&bench), profile, Address::of(2), TIMING, None);
    other.show(&call("A042")).await.unwrap();
    let seen = display.seen_when(Duration::from_millis(100), |seen| seen.frames > 0).await;
    assert_eq!((seen.frames, seen.text.as_str()), (0, ""));
    assert!(seen.bytes > 0);
}

#[tokio::test]
async fn the_program_says_what_it_shows_and_tidies_up() {
    use std::io::Write;
    let bench = Bench::new("display-program");
    let (mut program, mut lines) = Program::start(&bench, "display", "hall");
    let mut said = move || lines.next().unwrap().unwrap();
    assert!(said().starts_with("display ready at "));
    let mut session = session(&bench, false);
    session.show(&call("A042").chiming(3, 1)).await.unwrap();
    assert_eq!(said(), "display shows: A042  3");
    assert_eq!(said(), "display beeps: 3");
    let text = std::fs::read_to_string(bench.path("hall").join("display.txt")).unwrap();
    assert_eq!(text, "A042  3\n");
    let mut orders = program.0.stdin.take().unwrap();
    orders.write_all(b"show\nsing\nstatus\n").unwrap();
    assert_eq!(said(), "ok A042  3");
    assert!(said().starts_with("error: not an order; orders are: unplug | "));
    let status = said();
    assert!(status.starts_with("ok plugged=yes muted=no flash=no beeps=3 divided=1"), "{status}");
    program.end(&bench);
}
