//! A session against devices that answer anything at all.

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::port::memory::MemoryPort;
use crate::printer::profile::Profile;
use crate::printer::slip::Block;
use crate::printer::typeset::Typesetter;

fn session(profile: &str) -> (Session<MemoryPort>, tokio::io::DuplexStream) {
    let (port, device) = MemoryPort::pair(115_200, 64 * 1024);
    let encoder = Encoder::new(*Profile::named(profile).unwrap(), Typesetter::shared());
    (Session::new(port, encoder, Timing::default(), 1), device)
}

fn in_paused_time<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(story)
}

/// A device that answers each thing it is sent with the next piece of noise.
async fn babble(mut device: tokio::io::DuplexStream, noise: Vec<Vec<u8>>) {
    let mut asked = [0; 4_096];
    for piece in noise {
        if !matches!(device.read(&mut asked).await, Ok(1..))
            || device.write_all(&piece).await.is_err()
        {
            return;
        }
    }
    while matches!(device.read(&mut asked).await, Ok(1..)) {}
}

#[test]
fn marks_are_printable_and_differ() {
    let (mut session, _device) = session("epson");
    let marks: std::collections::BTreeSet<_> = (0..10_000).map(|_| session.next_mark()).collect();
    assert_eq!(marks.len(), 10_000);
    assert!(marks.iter().flatten().all(|byte| (0x20..=0x7E).contains(byte)));
}

#[test]
fn a_session_ends_every_wait_when_nobody_answers() {
    in_paused_time(async {
        let (mut session, device) = session("epson");
        let began = Instant::now();
        let slip = Slip::new(vec![Block::text("A042")]).unwrap();
        assert_eq!(session.print(&slip).await, Err(PrintFault::NotStarted(Reason::NoAnswer)));
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        drop(device);
        assert_eq!(session.probe().await, Err(Reason::PortGone));
    });
}

#[test]
fn a_line_that_never_falls_silent_is_used_all_the_same() {
    in_paused_time(async {
        let (mut session, mut device) = session("epson");
        let began = Instant::now();
        let noisy = tokio::spawn(async move {
            // XON for ever, and in time: well.
            while device.write_all(&[0x11]).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
                if began.elapsed() > Duration::from_secs(2) {
                    let _ = device.write_all(&[0x12]).await;
                }
            }
        });
        assert_eq!(session.poll_status().await, Ok(Status::default()));
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
        noisy.abort();
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Noise is never taken for the mark of a job, and every wait ends.
    #[test]
    fn noise_proves_nothing(
        noise in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..30),
        well in any::<bool>(),
    ) {
        in_paused_time(async move {
            let (mut session, device) = session("epson");
            // Half of the devices begin well enough for a slip to be sent.
            let mut pieces = if well { vec![vec![0x12]; 4] } else { Vec::new() };
            if well {
                pieces.push(vec![0x00]);
            }
            pieces.extend(noise);
            let device = tokio::spawn(babble(device, pieces));
            session.in_step = well;
            let slip = Slip::new(vec![Block::text("A042")]).unwrap();
            let result = session.print(&slip).await;
            // Noise may talk a session out of asking for marks, never into having heard one.
            assert!(result.is_err() || session.proof != Proof::Mark, "{result:?}");
            device.abort();
        });
    }
}
