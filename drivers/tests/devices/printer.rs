//! Printers: paper, its proof, and everything that can come between them.

use std::time::Duration;

use drivers::link_state::{LinkState, Reason};
use drivers::port::serial::{PortSettings, SerialPort};
use drivers::printer::escpos::Encoder;
use drivers::printer::paper::TORN;
use drivers::printer::profile::{Profile, Proof};
use drivers::printer::session::{PrintFault, Session, Timing};
use drivers::printer::slip::{Block, Size, Slip};
use drivers::printer::typeset::Typesetter;
use drivers::sim::printer::{PrinterSim, Setup};

use crate::bench::{Bench, Program, SOON};

const RATE: u32 = 115_200;

/// As in the field, but for people: tests are quicker with paper.
const TIMING: Timing = Timing {
    answer: Duration::from_millis(300),
    settle: Duration::from_millis(600),
    patience: Duration::from_secs(4),
    look: Duration::from_millis(200),
};

impl Bench {
    fn setup(&self, profile: &str) -> Setup {
        Setup { profile: *Profile::named(profile).unwrap(), ..Setup::new(self.path("port")) }
    }

    fn printer(&self, profile: &str) -> PrinterSim {
        PrinterSim::start(self.setup(profile)).unwrap()
    }

    fn open(&self) -> SerialPort {
        SerialPort::open(&PortSettings::new(self.path("port"), RATE)).unwrap()
    }

    fn session(&self, profile: &str) -> Session<SerialPort> {
        let encoder = Encoder::new(*Profile::named(profile).unwrap(), Typesetter::shared());
        Session::new(self.open(), encoder, TIMING, 7)
    }
}

fn slip(label: &str) -> Slip {
    Slip::new(vec![
        Block::title(label, Size::new(4, 4)),
        Block::text("Counter 3"),
        Block::Qr { content: format!("https://example.org/t/{label}") },
    ])
    .unwrap()
}

/// What [`slip`] looks like to a person.
fn paper(label: &str) -> String {
    format!("{label}\nCounter 3\n[QR https://example.org/t/{label}]\n")
}

/// A slip of images larger than a printer's buffer.
fn long_slip(label: &str) -> Slip {
    let arabic = || Block::title("\u{645}\u{631}\u{62d}\u{628}\u{627}", Size::new(8, 8));
    Slip::new(vec![Block::text(label), arabic(), arabic(), Block::text("the end")]).unwrap()
}

async fn ok(printer: &PrinterSim, order: &str) {
    assert_eq!(printer.tell(order).await, "ok", "{order}");
}

#[tokio::test]
async fn each_model_proves_its_paper_in_its_own_way() {
    for (profile, proof) in
        [("epson", Proof::Mark), ("generic-80", Proof::InBand), ("epson-old", Proof::InBand)]
    {
        let bench = Bench::new(profile);
        let printer = bench.printer(profile);
        let mut session = bench.session(profile);
        let status = session.probe().await.unwrap();
        assert_eq!(LinkState::answering(status.reasons), LinkState::Online);
        assert_eq!(session.name(), Some("Anteroom stand-in"));
        assert_eq!(session.print(&slip("A001")).await.map(|printed| printed.proof), Ok(proof));
        assert_eq!(session.print(&slip("A002")).await.map(|printed| printed.proof), Ok(proof));
        // The proof came after the paper: no waiting here.
        let slips = printer.slips();
        assert_eq!(slips.len(), 2, "{profile}");
        assert!(slips[1].text.starts_with("A002\nCounter 3\n"));
        if profile != "epson-old" {
            assert_eq!(slips[0].text, paper("A001"));
            assert_eq!(slips[1].qr_codes, ["https://example.org/t/A002"]);
        }
        assert_eq!(session.counts().printed, 2);
        assert_eq!(session.counts().unknown_bytes, 0);
    }
}

#[tokio::test]
async fn a_model_taken_for_a_better_one_proves_what_it_can() {
    let bench = Bench::new("better");
    let printer = bench.printer("generic-80");
    let mut session = bench.session("epson");
    assert_eq!(session.print(&slip("A001")).await.map(|printed| printed.proof), Ok(Proof::InBand));
    assert_eq!(printer.slips()[0].text, paper("A001"));
}

#[tokio::test]
async fn a_printer_that_proves_nothing_is_asked_before_and_after() {
    let bench = Bench::new("state");
    let printer = bench.printer("generic-58");
    let mut session = bench.session("generic-58");
    let small = Slip::new(vec![Block::text("B7")]).unwrap();
    assert_eq!(session.print(&small).await.map(|printed| printed.proof), Ok(Proof::State));
    ok(&printer, "paper out").await;
    let refused = session.print(&small).await;
    assert_eq!(refused, Err(PrintFault::NotStarted(Reason::PaperOut)));
}

#[tokio::test]
async fn every_script_comes_out() {
    let bench = Bench::new("scripts");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    let hungarian = "\u{150}szi t\u{171}zfal, sorsz\u{e1}m: 42";
    let russian = "\u{41d}\u{43e}\u{43c}\u{435}\u{440} 42";
    let arabic = "\u{631}\u{642}\u{645} 42";
    let texts = [hungarian, russian, arabic, "plain"].map(Block::text);
    session.print(&Slip::new(texts.to_vec()).unwrap()).await.unwrap();
    let text = &printer.slips()[0].text;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], [hungarian, russian]);
    assert!(lines[2].starts_with("[raster ") && lines[2].ends_with("x30]"), "{}", lines[2]);
    assert_eq!(lines[3..], ["plain"]);
}

#[tokio::test]
async fn without_paper_nothing_is_sent() {
    let bench = Bench::new("out-before");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    session.probe().await.unwrap();
    for (order, undo, reason) in [
        ("paper out", "paper in", Reason::PaperOut),
        ("cover open", "cover close", Reason::CoverOpen),
        ("cutter jam", "cutter free", Reason::Cutter),
    ] {
        ok(&printer, order).await;
        let refused = session.print(&slip("A001")).await;
        assert_eq!(refused, Err(PrintFault::NotStarted(reason)), "{order}");
        ok(&printer, undo).await;
    }
    session.print(&slip("A002")).await.unwrap();
    let texts: Vec<String> = printer.slips().into_iter().map(|slip| slip.text).collect();
    assert_eq!(texts, [paper("A002")]);
}

#[tokio::test]
async fn a_low_roll_is_told_and_prints() {
    let bench = Bench::new("low");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    session.probe().await.unwrap();
    let status = session.watch_status();
    ok(&printer, "paper low").await;
    // Pushed by the printer: nobody asked.
    session.listen(tokio::time::Instant::now() + Duration::from_millis(100)).await.unwrap();
    assert!(status.borrow().reasons.contains(Reason::PaperNearEnd));
    session.print(&slip("A001")).await.unwrap();
    assert_eq!(printer.slips().len(), 1);
    assert_eq!(session.poll_status().await.unwrap().stopped_by(), None);
}

#[tokio::test]
async fn paper_that_ends_in_the_middle_is_waited_for() {
    for profile in ["epson", "generic-80"] {
        let bench = Bench::new(&format!("out-middle-{profile}"));
        let printer = bench.printer(profile);
        let mut session = bench.session(profile);
        session.probe().await.unwrap();
        let mut status = session.watch_status();
        ok(&printer, "paper out after 60 bytes").await;
        let printing = tokio::spawn(async move { session.print(&slip("A001")).await });
        let told = status.wait_for(|status| status.stopped_by() == Some(Reason::PaperOut));
        tokio::time::timeout(SOON, told).await.expect("told in time").unwrap();
        // Longer than a printer gets that complains of nothing.
        tokio::time::sleep(2 * TIMING.settle).await;
        assert!(!printing.is_finished());
        ok(&printer, "paper in").await;
        assert!(printing.await.unwrap().is_ok());
        assert_eq!(printer.slips()[0].text, paper("A001"));
    }
}

#[tokio::test]
async fn paper_that_never_comes_is_uncertain() {
    let bench = Bench::new("out-ever");
    let printer = bench.printer("epson");
    let encoder = Encoder::new(*Profile::named("epson").unwrap(), Typesetter::shared());
    let hurry = Timing { patience: Duration::from_millis(500), ..TIMING };
    let mut session = Session::new(bench.open(), encoder, hurry, 7);
    ok(&printer, "paper out after 90 bytes").await;
    let result = session.print(&slip("A001")).await;
    assert_eq!(result, Err(PrintFault::Uncertain(Reason::PaperOut)));
    assert_eq!(session.counts().uncertain, 1);
}

#[tokio::test]
async fn unplugged_in_the_middle_is_uncertain_and_replugged_prints_again() {
    let bench = Bench::new("unplug");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    session.probe().await.unwrap();
    ok(&printer, "slow 300").await;
    let printing = tokio::spawn(async move { session.print(&long_slip("A001")).await });
    tokio::time::sleep(Duration::from_millis(700)).await;
    ok(&printer, "unplug").await;
    let result = tokio::time::timeout(SOON, printing).await.expect("noticed in time").unwrap();
    assert_eq!(result, Err(PrintFault::Uncertain(Reason::PortGone)));
    let missing = SerialPort::open(&PortSettings::new(bench.path("port"), RATE)).unwrap_err();
    assert_eq!(missing.reason(), Reason::PortMissing);

    ok(&printer, "replug").await;
    ok(&printer, "fast").await;
    let mut session = bench.session("epson");
    session.probe().await.unwrap();
    session.print(&slip("A002")).await.unwrap();
    // The half slip hangs above the new one, with the tear between them.
    let text = &printer.slips()[0].text;
    let (half, whole) = text.split_once(&format!("{TORN}\n")).expect("a tear");
    assert!(half.starts_with("A001\n") && !half.contains("the end"), "{half}");
    assert_eq!(whole, paper("A002"));
}

#[tokio::test]
async fn unplugged_while_idle_is_noticed_at_once() {
    let bench = Bench::new("unplug-idle");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    session.probe().await.unwrap();
    let listening =
        tokio::spawn(async move { session.listen(tokio::time::Instant::now() + 2 * SOON).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    ok(&printer, "unplug").await;
    let heard = tokio::time::timeout(SOON, listening).await.expect("noticed in time").unwrap();
    assert_eq!(heard, Err(Reason::PortGone));
}

#[tokio::test]
async fn a_host_that_dies_within_an_image_leaves_a_printer_that_can_be_used() {
    let bench = Bench::new("crash");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    session.probe().await.unwrap();
    ok(&printer, "slow 3000").await;
    let dying = tokio::spawn(async move { session.print(&long_slip("A001")).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    // What the printer has not taken yet dies with its host, as on a real port.
    ok(&printer, "unplug").await;
    dying.abort();
    let _ = dying.await;
    ok(&printer, "replug").await;
    ok(&printer, "fast").await;
    let mut session = bench.session("epson");
    session.print(&slip("A002")).await.unwrap();
    let text = &printer.slips()[0].text;
    assert!(text.ends_with(&format!("{TORN}\n{}", paper("A002"))), "{text}");
}

#[tokio::test]
async fn a_question_within_an_image_is_answered_and_the_image_stays_whole() {
    use drivers::port::Port;
    let bench = Bench::new("real-time");
    let printer = bench.printer("epson");
    let mut port = bench.open();
    let image = [b"\x1b@\x1dv0\x00\x03\x00\x01\x00".as_slice(), &[0x10, 4, 4]].concat();
    port.write(&image).await.unwrap();
    let mut answer = [0; 8];
    let deadline = tokio::time::Instant::now() + SOON;
    assert_eq!(port.read(&mut answer, deadline).await, Ok(1));
    assert_eq!(answer[0], 0x12);
    port.write(b"\x1dVB\x00").await.unwrap();
    assert_eq!(printer.slips_when(1, SOON).await[0].text, "[raster 24x1]\n");
}

#[tokio::test]
async fn noise_is_counted_and_changes_nothing() {
    let bench = Bench::new("garbage");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    session.probe().await.unwrap();
    for round in 1..=3 {
        ok(&printer, "garbage 900").await;
        session.print(&slip("A001")).await.unwrap();
        assert_eq!(printer.slips().len(), round);
    }
    assert!(session.counts().unknown_bytes > 100);
}

#[tokio::test]
async fn a_slow_printer_is_waited_for() {
    let bench = Bench::new("slow");
    let printer = bench.printer("epson");
    let encoder = Encoder::new(*Profile::named("epson").unwrap(), Typesetter::shared());
    let calm = Timing { settle: SOON, ..TIMING };
    let mut session = Session::new(bench.open(), encoder, calm, 7);
    session.probe().await.unwrap();
    ok(&printer, "slow 100").await;
    let printed = session.print(&slip("A001")).await.unwrap();
    assert!(printed.took > Duration::from_secs(1), "{:?}", printed.took);
    assert_eq!(printer.slips()[0].text, paper("A001"));
}

#[tokio::test]
async fn a_job_larger_than_the_printers_buffer_flows() {
    let bench = Bench::new("flow");
    let printer = bench.printer("epson");
    let encoder = Encoder::new(*Profile::named("epson").unwrap(), Typesetter::shared());
    let mut session = Session::new(bench.open(), encoder, Timing { settle: SOON, ..TIMING }, 7);
    session.probe().await.unwrap();
    ok(&printer, "slow 8000").await;
    let arabic = Block::title("\u{645}\u{631}\u{62d}\u{628}\u{627}", Size::new(8, 8));
    let large = Slip::new(vec![arabic; 2]).unwrap();
    let printed = session.print(&large).await.unwrap();
    assert!(printed.took > Duration::from_millis(500), "{:?}", printed.took);
    let lines = printer.slips()[0].text.lines().count();
    assert_eq!(lines, 4, "two images of two slices");
}

#[tokio::test]
async fn a_mute_printer_is_no_answer_before_and_uncertain_after() {
    let bench = Bench::new("mute");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    ok(&printer, "mute").await;
    assert_eq!(session.probe().await, Err(Reason::NoAnswer));
    let refused = session.print(&slip("A001")).await;
    assert_eq!(refused, Err(PrintFault::NotStarted(Reason::NoAnswer)));
    ok(&printer, "unmute").await;
    session.probe().await.unwrap();
    ok(&printer, "slow 200").await;
    let printing = tokio::spawn(async move { session.print(&slip("A002")).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    ok(&printer, "mute").await;
    let result = printing.await.unwrap();
    assert_eq!(result, Err(PrintFault::Uncertain(Reason::NoAnswer)));
}

#[tokio::test]
async fn a_stopped_flow_is_blocked() {
    let bench = Bench::new("blocked");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    session.probe().await.unwrap();
    ok(&printer, "flow stop").await;
    let refused = session.print(&slip("A001")).await;
    assert_eq!(refused, Err(PrintFault::NotStarted(Reason::Blocked)));
    ok(&printer, "flow go").await;
    session.print(&slip("A002")).await.unwrap();
    let texts: Vec<String> = printer.slips().into_iter().map(|slip| slip.text).collect();
    assert_eq!(texts, [paper("A002")]);
}

#[tokio::test]
async fn a_flow_that_stops_in_the_middle_is_uncertain() {
    let bench = Bench::new("blocked-middle");
    let printer = bench.printer("epson");
    let mut session = bench.session("epson");
    session.probe().await.unwrap();
    ok(&printer, "slow 4000").await;
    let printing = tokio::spawn(async move { session.print(&long_slip("A001")).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    ok(&printer, "flow stop").await;
    let result = tokio::time::timeout(SOON, printing).await.expect("noticed in time").unwrap();
    assert_eq!(result, Err(PrintFault::Uncertain(Reason::Blocked)));
    assert!(printer.slips().is_empty());
}

#[tokio::test]
async fn a_device_of_another_language_is_told_from_silence() {
    let bench = Bench::new("wrong");
    let printer = bench.printer("epson");
    ok(&printer, "mute").await;
    let mut session = bench.session("epson");
    let probing = tokio::spawn(async move { session.probe().await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    // Bytes that are no answer of a printer: bits 4 and 7 set.
    ok(&printer, "garbage 40").await;
    assert_eq!(probing.await.unwrap(), Err(Reason::WrongDevice));
}

#[tokio::test]
async fn a_port_is_held_by_one_program() {
    let bench = Bench::new("busy");
    let printer = bench.printer("epson");
    let first = bench.open();
    let second = SerialPort::open(&PortSettings::new(bench.path("port"), RATE)).unwrap_err();
    assert_eq!(second.reason(), Reason::PortBusy);
    assert!(second.to_string().ends_with("The port is in use by another program."), "{second}");
    drop(first);
    let _third = bench.open();
    drop(printer);
}

#[tokio::test]
async fn slips_fall_into_the_folder_and_numbers_go_on() {
    let bench = Bench::new("folder");
    let mut setup = bench.setup("epson");
    setup.folder = Some(bench.path("slips"));
    for label in ["A001", "A002"] {
        let printer = PrinterSim::start(setup.clone()).unwrap();
        let mut session = bench.session("epson");
        session.print(&slip(label)).await.unwrap();
        drop(session);
        printer.stop().await;
        assert!(std::fs::symlink_metadata(bench.path("port")).is_err(), "the link is gone");
    }
    let text = |name: &str| std::fs::read_to_string(bench.path("slips").join(name)).unwrap();
    assert_eq!([text("slip-0001.txt"), text("slip-0002.txt")], [paper("A001"), paper("A002")]);
    let picture = std::fs::read(bench.path("slips").join("slip-0002.png")).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    // Nothing half written is left.
    assert_eq!(std::fs::read_dir(bench.path("slips")).unwrap().count(), 4);
}

#[tokio::test]
async fn orders_come_over_a_socket_too() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let bench = Bench::new("control");
    let mut printer = bench.printer("epson");
    printer.listen(bench.path("control")).unwrap();
    let mut stream = tokio::net::UnixStream::connect(bench.path("control")).await.unwrap();
    stream.write_all(b"paper out\nstatus\nfly\n").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    let lines: Vec<&str> = answers.lines().collect();
    assert_eq!(lines[0], "ok");
    assert!(lines[1].starts_with("ok plugged=yes muted=no paper=out"), "{}", lines[1]);
    assert!(lines[2].starts_with("error: not an order"), "{}", lines[2]);
    // One that keeps talking does not keep the printer from stopping.
    let _open = tokio::net::UnixStream::connect(bench.path("control")).await.unwrap();
    tokio::time::timeout(SOON, printer.stop()).await.expect("stops in time");
    assert!(!bench.path("control").exists());
}

#[tokio::test]
async fn the_program_prints_takes_orders_survives_its_host_and_tidies_up() {
    use std::io::Write;
    let bench = Bench::new("program");
    let (mut program, mut lines) = Program::start(&bench, "printer", "slips");
    let mut said = move || lines.next().unwrap().unwrap();
    assert!(said().starts_with("printer ready at "));

    // A host that is killed in the middle of an image.
    let host = format!(
        "exec 3<>{}; printf '\\033@A001\\n\\035v0\\000\\010\\000\\100\\000half' >&3; kill -9 $$",
        bench.path("port").display()
    );
    let killed = std::process::Command::new("sh").arg("-c").arg(host).status().unwrap();
    assert!(!killed.success());

    let mut session = bench.session("epson");
    session.print(&slip("A002")).await.unwrap();
    // The first line of the sheet is what the dead host left.
    assert_eq!(said(), "slip-0001 printed: A001");
    let text = std::fs::read_to_string(bench.path("slips").join("slip-0001.txt")).unwrap();
    assert_eq!(text, format!("A001\n[raster 64x64]\n{TORN}\n{}", paper("A002")));

    let mut orders = program.0.stdin.take().unwrap();
    orders.write_all(b"paper out\n").unwrap();
    assert_eq!(said(), "ok");
    let refused = session.print(&slip("A003")).await;
    assert_eq!(refused, Err(PrintFault::NotStarted(Reason::PaperOut)));
    // The end of its input is no reason to stop.
    drop(orders);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(program.0.try_wait().unwrap().is_none());

    program.end(&bench);
}
