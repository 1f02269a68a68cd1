//! Feedback keypads: a press counts once, whatever is lost, late, doubled or pulled out.

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::time::Duration;

use drivers::keypad::press::{Polled, Press, PressKind};
use drivers::keypad::session::{ASKS_MAX, Session};
use drivers::link_state::Reason;
use drivers::modbus::master::{Master, Timing};
use drivers::modbus::request::{Request, Unit};
use drivers::port::serial::{Parity, PortSettings, SerialPort};
use drivers::sim::keypad::{KeypadSim, Setup, Standing};

use crate::bench::{Bench, Program, SOON};

/// As in the field.
const TIMING: Timing =
    Timing { answer: Duration::from_millis(150), turnaround: Duration::from_millis(50) };

fn keypad(bench: &Bench) -> KeypadSim {
    KeypadSim::start(Setup::new(bench.path("port"))).unwrap()
}

fn line(bench: &Bench) -> Master<SerialPort> {
    line_with(bench, TIMING)
}

fn line_with(bench: &Bench, timing: Timing) -> Master<SerialPort> {
    let settings = PortSettings::new(bench.path("port"), drivers::keypad::kp1::RATE);
    let settings = PortSettings { parity: Parity::Even, ..settings };
    Master::new(SerialPort::open(&settings).unwrap(), timing)
}

/// For answers that are to be late, and neither in time nor later than a line is left alone.
const CALM: Timing = Timing { answer: Duration::from_millis(300), ..TIMING };

/// Beyond the first wait of [`CALM`], and within the second.
const LATE: &str = "late 470 ms";

fn unit() -> Unit {
    Unit::new(1).unwrap()
}

fn token(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}

async fn ok(keypad: &KeypadSim, order: &str) {
    assert_eq!(keypad.tell(order).await, "ok", "{order}");
}

/// What a caller keeps: one press for each key of storage, and how often it was given.
#[derive(Default)]
struct Store {
    presses: BTreeMap<(u16, NonZeroU16), (Press, u32)>,
}

impl Store {
    fn keep(&mut self, polled: &Polled) {
        for press in &polled.presses {
            self.presses.entry(press.key_of_storage()).or_insert((*press, 0)).1 += 1;
        }
    }

    fn keys(&self) -> Vec<u8> {
        self.presses.values().map(|(press, _)| press.key).collect()
    }
}

/// One round of a caller: looks, stores, acknowledges.
async fn round(
    session: &mut Session,
    line: &mut Master<SerialPort>,
    store: &mut Store,
) -> Result<Polled, Reason> {
    let polled = session.poll(line).await?;
    store.keep(&polled);
    if let Some(last) = polled.presses.last() {
        session.ack(line, last).await?;
    }
    Ok(polled)
}

#[tokio::test]
async fn a_question_is_answered_with_its_token() {
    let bench = Bench::new("keypad-question");
    let keypad = keypad(&bench);
    let (mut line, mut session, mut store) = (line(&bench), Session::new(unit()), Store::default());
    let identity = session.probe(&mut line).await.unwrap();
    assert_eq!(identity.keys, 5);
    ok(&keypad, "press 5").await;
    session.prompt(&mut line, token(42), Duration::from_secs(15)).await.unwrap();
    assert_eq!(keypad.seen().standing, Standing::Question(42));
    ok(&keypad, "long 3").await;
    let polled = round(&mut session, &mut line, &mut store).await.unwrap();
    assert!(session.condition().asks());
    let told: Vec<_> =
        polled.presses.iter().map(|press| (press.key, press.kind, press.token)).collect();
    let expected = [(5, PressKind::Short, None), (3, PressKind::Long, Some(token(42)))];
    assert_eq!(told, expected);
    assert!(polled.presses[1].age.is_some_and(|age| age < SOON));
    session.thank(&mut line).await.unwrap();
    assert_eq!(keypad.seen().standing, Standing::Thanks);
    session.idle(&mut line).await.unwrap();
    assert_eq!((keypad.seen().standing, keypad.seen().acked), (Standing::Nothing, 2));
    assert!(round(&mut session, &mut line, &mut store).await.unwrap().presses.is_empty());
    assert_eq!(session.counts(), drivers::keypad::session::Counts::default());
}

#[tokio::test]
async fn a_question_goes_away_and_a_late_press_answers_nobody() {
    let bench = Bench::new("keypad-late-press");
    let keypad = keypad(&bench);
    let (mut line, mut session) = (line(&bench), Session::new(unit()));
    session.prompt(&mut line, token(7), Duration::from_secs(1)).await.unwrap();
    let gone = keypad.seen_when(SOON, |seen| seen.standing == Standing::Nothing).await;
    assert_eq!(gone.standing, Standing::Nothing);
    ok(&keypad, "press 4").await;
    let polled = session.poll(&mut line).await.unwrap();
    assert_eq!(polled.presses[0].token, None);
}

#[tokio::test]
async fn a_press_whose_ack_is_lost_comes_again_and_counts_once() {
    let bench = Bench::new("keypad-lost-ack");
    let keypad = keypad(&bench);
    let (mut line, mut session, mut store) = (line(&bench), Session::new(unit()), Store::default());
    session.probe(&mut line).await.unwrap();
    ok(&keypad, "press 2").await;
    let polled = session.poll(&mut line).await.unwrap();
    store.keep(&polled);
    // A caller that looks twice before it stores sees the same press.
    assert_eq!(session.poll(&mut line).await.unwrap().presses.len(), 1);
    // The keypad obeys and its answer is lost.
    ok(&keypad, "mute").await;
    let lost = session.ack(&mut line, &polled.presses[0]).await;
    assert_eq!(lost, Err(Reason::NoAnswer));
    assert_eq!(keypad.seen().acked, 1);
    ok(&keypad, "unmute").await;
    ok(&keypad, "press 3").await;
    round(&mut session, &mut line, &mut store).await.unwrap();
    assert_eq!(store.keys(), [2, 3]);
    assert_eq!(store.presses.values().map(|(_, given)| *given).collect::<Vec<_>>(), [2, 1]);
    assert!(session.poll(&mut line).await.unwrap().presses.is_empty());
}

#[tokio::test]
async fn a_reboot_is_noticed_and_no_press_counts_twice_or_for_another() {
    let bench = Bench::new("keypad-reboot");
    let keypad = keypad(&bench);
    let (mut line, mut session, mut store) = (line(&bench), Session::new(unit()), Store::default());
    session.probe(&mut line).await.unwrap();
    ok(&keypad, "press 5").await;
    ok(&keypad, "press 1").await;
    let before = session.poll(&mut line).await.unwrap();
    store.keep(&before);
    ok(&keypad, "reboot").await;
    // This ack crosses with the restart: it is for a press of before.
    session.ack(&mut line, &before.presses[1]).await.unwrap();
    ok(&keypad, "press 2").await;
    let after = session.poll(&mut line).await.unwrap();
    assert!(after.restarted);
    assert_eq!((after.presses[0].boot, after.presses[0].sequence), (2, token(1)));
    assert_eq!(keypad.seen().acked, 0, "what crossed is taken back");
    // Acknowledging the press of before again says nothing about those of now.
    session.ack(&mut line, &before.presses[1]).await.unwrap();
    assert_eq!(keypad.seen().acked, 0);
    // A caller that dies here, and its successor.
    let mut session = Session::new(unit());
    round(&mut session, &mut line, &mut store).await.unwrap();
    assert_eq!(store.keys(), [5, 1, 2]);
    assert_eq!(keypad.seen().acked, 1);
}

#[tokio::test]
async fn numbers_go_on_over_their_end() {
    let bench = Bench::new("keypad-wrap");
    let keypad = keypad(&bench);
    ok(&keypad, "sequence 65533").await;
    let (mut line, mut session, mut store) = (line(&bench), Session::new(unit()), Store::default());
    session.probe(&mut line).await.unwrap();
    for key in [1, 2, 3, 4, 5, 1] {
        ok(&keypad, &format!("press {key}")).await;
        round(&mut session, &mut line, &mut store).await.unwrap();
    }
    let sequences: Vec<u16> = store.presses.keys().map(|(_, sequence)| sequence.get()).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 65_534, 65_535]);
    assert!(store.presses.values().all(|(_, given)| *given == 1));
    assert_eq!((session.counts().lost, keypad.seen().acked), (0, 4));
}

#[tokio::test]
async fn more_presses_than_a_keypad_keeps_are_told_as_lost() {
    let bench = Bench::new("keypad-overflow");
    let keypad = keypad(&bench);
    let (mut line, mut session, mut store) = (line(&bench), Session::new(unit()), Store::default());
    session.probe(&mut line).await.unwrap();
    for _ in 0..8 {
        ok(&keypad, "press 1").await;
    }
    let polled = round(&mut session, &mut line, &mut store).await.unwrap();
    assert_eq!((polled.presses.len(), polled.lost), (6, 2));
    assert_eq!(session.counts().lost, 2);
    assert!(session.condition().overflowed());
    assert_eq!(round(&mut session, &mut line, &mut store).await.unwrap().lost, 0);
    assert_eq!(session.counts().lost, 2);
}

#[tokio::test]
async fn what_a_keypad_complains_of_is_told_until_it_has_passed() {
    let bench = Bench::new("keypad-complaints");
    let keypad = keypad(&bench);
    let (mut line, mut session) = (line(&bench), Session::new(unit()));
    for (order, complaints) in [
        ("case open", vec![Reason::Tampered]),
        ("key stick", vec![Reason::Tampered, Reason::KeyStuck]),
        // No restart closes a case.
        ("reboot", vec![Reason::Tampered, Reason::KeyStuck]),
        ("case close", vec![Reason::KeyStuck]),
        ("key free", vec![]),
    ] {
        ok(&keypad, order).await;
        session.poll(&mut line).await.unwrap();
        let told: Vec<Reason> = session.condition().reasons().iter().collect();
        assert_eq!(told, complaints, "after {order}");
    }
}

#[tokio::test]
async fn an_answer_that_is_late_is_not_taken_for_the_next_one() {
    let bench = Bench::new("keypad-late");
    let keypad = keypad(&bench);
    let mut line = line_with(&bench, CALM);
    let read = |at| Request::ReadInputRegisters { from: at, count: 1 };
    ok(&keypad, LATE).await;
    // The magic comes after its time is over.
    let late = line.ask(unit(), &read(0)).await;
    assert_eq!(late, Err(drivers::modbus::master::Fault::Silence));
    ok(&keypad, "late 0 ms").await;
    let version = line.ask(unit(), &read(1)).await;
    assert_eq!(version, Ok(drivers::modbus::answer::Answer::Registers(vec![1])));
    assert_eq!(line.counts().stray_bytes, 7);
}

#[tokio::test]
async fn a_keypad_that_is_always_late_is_no_answer_and_well_again_afterwards() {
    let bench = Bench::new("keypad-slow");
    let keypad = keypad(&bench);
    let (mut line, mut session, mut store) =
        (line_with(&bench, CALM), Session::new(unit()), Store::default());
    session.probe(&mut line).await.unwrap();
    ok(&keypad, "press 1").await;
    ok(&keypad, LATE).await;
    let late = round(&mut session, &mut line, &mut store).await;
    assert_eq!(late.map(|_| ()), Err(Reason::NoAnswer));
    assert_eq!(session.counts().repeated, u64::from(ASKS_MAX) - 1);
    ok(&keypad, "late 0 ms").await;
    round(&mut session, &mut line, &mut store).await.unwrap();
    assert_eq!(store.keys(), [1]);
}

#[tokio::test]
async fn unplugged_in_the_middle_and_replugged_the_press_counts_once() {
    let bench = Bench::new("keypad-unplug");
    let keypad = keypad(&bench);
    let (mut before, mut session, mut store) =
        (line(&bench), Session::new(unit()), Store::default());
    session.probe(&mut before).await.unwrap();
    ok(&keypad, "press 4").await;
    store.keep(&session.poll(&mut before).await.unwrap());
    // Never acknowledged, and the plug comes out while the next look waits for its answer.
    ok(&keypad, "mute").await;
    let asked = keypad.seen().requests;
    let looking = tokio::spawn(async move { session.poll(&mut before).await });
    keypad.seen_when(SOON, |seen| seen.requests > asked).await;
    ok(&keypad, "unplug").await;
    let lost = tokio::time::timeout(SOON, looking).await.expect("noticed in time").unwrap();
    assert_eq!(lost, Err(Reason::PortGone));

    ok(&keypad, "unmute").await;
    ok(&keypad, "replug").await;
    let (mut after, mut session) = (line(&bench), Session::new(unit()));
    round(&mut session, &mut after, &mut store).await.unwrap();
    assert_eq!(store.keys(), [4]);
    assert_eq!(store.presses.values().map(|(_, given)| *given).collect::<Vec<_>>(), [2]);
    assert_eq!(keypad.seen().acked, 1);
}

#[tokio::test]
async fn unplugged_while_idle_is_noticed_at_once() {
    let bench = Bench::new("keypad-idle");
    let keypad = keypad(&bench);
    let mut line = line(&bench);
    let listening =
        tokio::spawn(async move { line.listen(tokio::time::Instant::now() + 4 * SOON).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    ok(&keypad, "unplug").await;
    let heard = tokio::time::timeout(SOON, listening).await.expect("noticed in time").unwrap();
    assert_eq!(heard.map_err(|fault| fault.reason()), Err(Reason::PortGone));
}

#[tokio::test]
async fn noise_is_thrown_away_and_asked_through() {
    let bench = Bench::new("keypad-noise");
    let keypad = keypad(&bench);
    let (mut line, mut session, mut store) = (line(&bench), Session::new(unit()), Store::default());
    for key in 1..=5 {
        ok(&keypad, "garbage 300").await;
        ok(&keypad, &format!("press {key}")).await;
        round(&mut session, &mut line, &mut store).await.unwrap();
    }
    assert_eq!(store.keys(), [1, 2, 3, 4, 5]);
    assert!(line.counts().stray_bytes > 1_000, "{:?}", line.counts());
    // Noise in the middle of an exchange: the answer is damaged, and asked for again.
    ok(&keypad, "late 100 ms").await;
    ok(&keypad, "press 5").await;
    let asked = keypad.seen().requests;
    let looking = tokio::spawn(async move {
        let polled = session.poll(&mut line).await;
        (polled, session.counts().repeated)
    });
    keypad.seen_when(SOON, |seen| seen.requests > asked).await;
    ok(&keypad, "garbage 20").await;
    let (polled, repeated) = looking.await.unwrap();
    assert_eq!(polled.map(|polled| polled.presses.len()), Ok(1));
    assert!(repeated > 0);
}

#[tokio::test]
async fn a_device_of_another_map_is_said_to_be_one() {
    let bench = Bench::new("keypad-wrong");
    let other = Setup { magic: 0x1234, ..Setup::new(bench.path("port")) };
    let _other = KeypadSim::start(other).unwrap();
    let mut line = line(&bench);
    assert_eq!(Session::new(unit()).probe(&mut line).await, Err(Reason::WrongDevice));
    // Nobody is at this unit.
    let mut nobody = Session::new(Unit::new(9).unwrap());
    assert_eq!(nobody.probe(&mut line).await, Err(Reason::NoAnswer));
    // What a unit does not know, it refuses at once.
    let unknown = Request::ReadInputRegisters { from: 4_000, count: 1 };
    let refused = line.ask(unit(), &unknown).await.unwrap();
    let exception = drivers::modbus::answer::Exception::ILLEGAL_ADDRESS;
    assert_eq!(refused, drivers::modbus::answer::Answer::Refused(exception));
}

#[tokio::test]
async fn an_order_to_every_keypad_is_obeyed_and_answered_by_none() {
    let bench = Bench::new("keypad-broadcast");
    let keypad = keypad(&bench);
    let mut line = line(&bench);
    let ask = Request::WriteMany { from: 1, values: vec![1, 42, 15] };
    line.broadcast(&ask).await.unwrap();
    assert_eq!(keypad.seen().standing, Standing::Question(42));
    assert_eq!(line.counts().stray_bytes, 0);
    // The line is free at once.
    assert!(Session::new(unit()).probe(&mut line).await.is_ok());
}

#[tokio::test]
async fn keypads_on_one_line_share_their_master() {
    let bench = Bench::new("keypad-shared");
    let keypad = keypad(&bench);
    let mut line = line(&bench);
    let mut sessions = [Session::new(unit()), Session::new(Unit::new(2).unwrap())];
    ok(&keypad, "press 2").await;
    assert_eq!(sessions[1].poll(&mut line).await, Err(Reason::NoAnswer));
    assert_eq!(sessions[0].poll(&mut line).await.unwrap().presses.len(), 1);
}

#[tokio::test]
async fn the_program_takes_presses_and_tidies_up() {
    use std::io::Write;
    let bench = Bench::new("keypad-program");
    let (mut program, mut lines) = Program::start(&bench, "keypad", "desk");
    let mut said = move || lines.next().unwrap().unwrap();
    assert!(said().starts_with("keypad ready at "));
    let (mut line, mut session, mut store) = (line(&bench), Session::new(unit()), Store::default());
    session.prompt(&mut line, token(42), Duration::from_secs(15)).await.unwrap();
    assert_eq!(said(), "keypad asks: token 42");
    let text = std::fs::read_to_string(bench.path("desk").join("keypad.txt")).unwrap();
    assert_eq!(text, "asks 42\n");
    let mut orders = program.0.stdin.take().unwrap();
    orders.write_all(b"press 3\n").unwrap();
    assert_eq!(said(), "ok");
    round(&mut session, &mut line, &mut store).await.unwrap();
    assert_eq!(store.keys(), [3]);
    assert_eq!(said(), "keypad acknowledged: 1");
    session.thank(&mut line).await.unwrap();
    assert_eq!(said(), "keypad thanks");
    orders.write_all(b"press 9\nshow\n").unwrap();
    assert!(said().starts_with("error: not an order; orders are: press K | "));
    assert_eq!(said(), "ok thanks");
    program.end(&bench);
}
