//! A display's session against a line in memory, in paused time.

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::*;
use crate::port::memory::MemoryPort;

fn session(confirm: bool) -> (Session<MemoryPort>, DuplexStream) {
    let (port, device) = MemoryPort::pair(9_600, 4_096);
    let profile = Profile::named("betabrite").unwrap().confirming(confirm);
    (Session::new(port, profile, Address::ALL, Timing::default(), None), device)
}

/// The payloads that have arrived at the device, a word each.
async fn arrived(device: &mut DuplexStream) -> Vec<String> {
    let mut reader = crate::display::alpha::frame::Reader::new();
    let mut bytes = [0; 4_096];
    let mut found = Vec::new();
    while let Ok(Ok(count)) = tokio::time::timeout(Duration::ZERO, device.read(&mut bytes)).await {
        let frames = bytes[..count].iter().filter_map(|byte| reader.push(*byte));
        found.extend(frames.map(|frame| String::from_utf8(frame.payload).unwrap()));
    }
    found
}

#[tokio::test(start_paused = true)]
async fn a_display_is_prepared_once_and_then_sent_what_changes() {
    let (mut session, mut device) = session(false);
    session.probe().await.unwrap();
    let prepared = ["E$AAU0040FFFFaBL00200000", "AA\x1b b\x10a", "E.SUA"];
    assert_eq!(arrived(&mut device).await, prepared);
    let call = Panel::new(["A042", "3"]).chiming(3, 1);
    session.show(&call).await.unwrap();
    assert_eq!(arrived(&mut device).await, ["GaA042  3", "E(1"]);
    for _ in 0..10 {
        session.show(&call).await.unwrap();
    }
    assert_eq!(arrived(&mut device).await, [""; 0]);
    // The same text called again is heard, and not written.
    session.show(&Panel::new(["A042", "3"]).chiming(3, 2)).await.unwrap();
    assert_eq!(arrived(&mut device).await, ["E(1"]);
    session.show(&Panel::new(["A043", "1"])).await.unwrap();
    assert_eq!(arrived(&mut device).await, ["GaA043  1"]);
    assert_eq!(session.sounded(), Some(2));
}

#[tokio::test(start_paused = true)]
async fn what_stands_there_is_refreshed_and_goes_stale() {
    let (mut session, mut device) = session(false);
    session.timing.stale = Duration::from_secs(90);
    let call = Panel::new(["A042"]).chiming(1, 1);
    session.show(&call).await.unwrap();
    arrived(&mut device).await;
    session.keep(Instant::now() + Duration::from_secs(59)).await.unwrap();
    assert_eq!(arrived(&mut device).await, [""; 0]);
    session.keep(Instant::now() + Duration::from_secs(2)).await.unwrap();
    assert_eq!(arrived(&mut device).await, ["GaA042"]);
    session.keep(Instant::now() + Duration::from_secs(31)).await.unwrap();
    assert_eq!(arrived(&mut device).await, ["Ga-"]);
    // The source is back.
    session.show(&call).await.unwrap();
    assert_eq!(arrived(&mut device).await, ["GaA042"]);
    session.refresh().await.unwrap();
    assert_eq!(arrived(&mut device).await, ["GaA042"]);
}

#[tokio::test(start_paused = true)]
async fn a_display_that_cannot_be_asked_is_prepared_again_at_times() {
    let (mut session, mut device) = session(false);
    session.probe().await.unwrap();
    arrived(&mut device).await;
    session
        .keep(Instant::now() + Timing::default().prepare - Duration::from_secs(2))
        .await
        .unwrap();
    assert!(arrived(&mut device).await.iter().all(|payload| payload.starts_with("Ga")));
    session.keep(Instant::now() + Timing::default().refresh).await.unwrap();
    assert!(arrived(&mut device).await.iter().any(|payload| payload.starts_with("E$")));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_leaves_nothing_that_counts_as_shown() {
    let (mut session, mut device) = session(false);
    session.probe().await.unwrap();
    arrived(&mut device).await;
    let call = Panel::new(["A042"]);
    let cut = tokio::time::timeout(Duration::from_millis(1), session.show(&call)).await;
    assert!(cut.is_err());
    arrived(&mut device).await;
    session.show(&call).await.unwrap();
    assert_eq!(arrived(&mut device).await, ["GaA042"]);
}

#[tokio::test(start_paused = true)]
async fn a_silent_line_is_well_without_confirmation_and_no_answer_with_it() {
    let (mut session_without, device) = session(false);
    assert_eq!(session_without.probe().await, Ok(()));
    drop(device);
    assert_eq!(session_without.refresh().await, Err(Reason::PortGone));

    let (mut session, _device) = session(true);
    let began = Instant::now();
    assert_eq!(session.probe().await, Err(Reason::NoAnswer));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(session.counts().repeated, 2);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_takes_nothing_is_blocked() {
    let (port, _device) = MemoryPort::pair(9_600, 16);
    let profile = *Profile::named("alpha").unwrap();
    let mut session = Session::new(port, profile, Address::ALL, Timing::default(), None);
    assert_eq!(session.show(&Panel::blank()).await, Err(Reason::Blocked));
}

#[tokio::test(start_paused = true)]
async fn a_sign_that_refuses_everything_says_why() {
    for (status, reason) in
        [(0x50, Reason::CrcErrors), (0x60, Reason::WrongDevice), (0x48, Reason::Blocked)]
    {
        let (mut session, mut device) = session(true);
        tokio::spawn(async move {
            let mut bytes = [0; 512];
            while matches!(device.read(&mut bytes).await, Ok(1..)) {
                let _ = device.write_all(&[0x15, status]).await;
            }
        });
        assert_eq!(session.probe().await, Err(reason));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a sign says, every call ends.
    #[test]
    fn noise_ends_no_session(
        noise in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..30),
        confirm in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async move {
            let (mut session, mut device) = session(confirm);
            let began = Instant::now();
            tokio::spawn(async move {
                let mut bytes = [0; 512];
                for piece in noise {
                    if !matches!(device.read(&mut bytes).await, Ok(1..)) {
                        return;
                    }
                    let _ = device.write_all(&piece).await;
                }
                while matches!(device.read(&mut bytes).await, Ok(1..)) {}
            });
            let result = session.show(&Panel::new(["A042"])).await;
            assert!(confirm || result.is_ok(), "{result:?}");
            assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
        });
    }
}
