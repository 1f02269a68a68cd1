//! A master against lines that are late, damaged, noisy and dead, in paused time.

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::super::crc::sealed;
use super::*;
use crate::port::memory::MemoryPort;

const READ: Request = Request::ReadHolding { from: 0, count: 1 };

fn line() -> (Master<MemoryPort>, DuplexStream) {
    let (port, device) = MemoryPort::pair(19_200, 1_024);
    (Master::new(port, Timing::default()), device)
}

fn one() -> Unit {
    Unit::new(1).unwrap()
}

fn told(value: u16) -> Vec<u8> {
    sealed([&[1, 3, 2], value.to_be_bytes().as_slice()].concat())
}

/// Answers each request with the next of these, after so many milliseconds.
fn answer(mut device: DuplexStream, answers: Vec<(u64, Vec<u8>)>) {
    tokio::spawn(async move {
        let mut asked = [0; 256];
        for (late, bytes) in answers {
            if !matches!(device.read(&mut asked).await, Ok(1..)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(late)).await;
            let _ = device.write_all(&bytes).await;
        }
        while matches!(device.read(&mut asked).await, Ok(1..)) {}
    });
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_not_taken_for_the_next_one() {
    let (mut master, device) = line();
    answer(device, vec![(450, told(0x1111)), (0, told(0x2222))]);
    assert_eq!(master.ask(one(), &READ).await, Err(Fault::Silence));
    assert_eq!(master.ask(one(), &READ).await, Ok(Answer::Registers(vec![0x2222])));
    assert_eq!(master.counts().stray_bytes, 7);
    assert_eq!((master.counts().answered, master.counts().silent), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_question_leaves_no_answer_behind() {
    let (mut master, device) = line();
    answer(device, vec![(200, told(0x1111)), (0, told(0x2222))]);
    let cut = tokio::time::timeout(Duration::from_millis(50), master.ask(one(), &READ)).await;
    assert!(cut.is_err());
    assert_eq!(master.ask(one(), &READ).await, Ok(Answer::Registers(vec![0x2222])));
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_wrong_answer_has_its_fault() {
    let mut damaged = told(7);
    damaged[4] ^= 1;
    let doubled = [told(7), told(8)].concat();
    for (bytes, fault) in [
        (damaged, Fault::Damaged),
        (told(7)[..5].to_vec(), Fault::Damaged),
        (sealed(vec![2, 3, 2, 0, 7]), Fault::Foreign),
        (sealed(vec![1, 4, 2, 0, 7]), Fault::Foreign),
        (doubled, Fault::Damaged),
    ] {
        let (mut master, device) = line();
        answer(device, vec![(0, bytes), (0, told(9))]);
        assert_eq!(master.ask(one(), &READ).await, Err(fault));
        assert_eq!(master.ask(one(), &READ).await, Ok(Answer::Registers(vec![9])));
    }
    let (mut master, device) = line();
    answer(device, vec![(0, sealed(vec![1, 0x83, 2]))]);
    let refused = Answer::Refused(answer::Exception::ILLEGAL_ADDRESS);
    assert_eq!(master.ask(one(), &READ).await, Ok(refused));
}

#[tokio::test(start_paused = true)]
async fn what_arrived_before_the_question_is_thrown_away() {
    let (mut master, mut device) = line();
    device.write_all(&told(0x1111)).await.unwrap();
    answer(device, vec![(5, told(0x2222))]);
    assert_eq!(master.ask(one(), &READ).await, Ok(Answer::Registers(vec![0x2222])));
    assert_eq!(master.counts().stray_bytes, 7);
}

#[tokio::test(start_paused = true)]
async fn an_order_to_all_waits_for_nobody() {
    let (mut master, mut device) = line();
    let began = Instant::now();
    let order = Request::WriteOne { at: 1, value: 0 };
    assert_eq!(master.broadcast(&order).await, Ok(()));
    assert!(began.elapsed() >= Timing::default().turnaround);
    assert!(began.elapsed() < Timing::default().answer);
    let mut sent = [0; 8];
    device.read_exact(&mut sent).await.unwrap();
    assert_eq!(sent[..6], [0, 6, 0, 1, 0, 0]);
    assert_eq!(master.broadcast(&READ).await, Err(Fault::Unaskable));
}

#[tokio::test(start_paused = true)]
async fn what_breaks_a_limit_is_not_sent() {
    let (mut master, _device) = line();
    let vast = Request::ReadHolding { from: 0, count: 126 };
    assert_eq!(master.ask(one(), &vast).await, Err(Fault::Unaskable));
    let vast = Request::WriteMany { from: 0, values: vec![0; 124] };
    assert_eq!(master.broadcast(&vast).await, Err(Fault::Unaskable));
}

#[tokio::test(start_paused = true)]
async fn a_line_that_never_falls_silent_is_given_up_in_time() {
    let (mut master, mut device) = line();
    tokio::spawn(async move {
        while device.write_all(&[0x55]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let began = Instant::now();
    assert_eq!(master.ask(one(), &READ).await, Err(Fault::Noise));
    assert!(began.elapsed() < 2 * NOISE_MAX, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_dead_line_is_a_fault_of_the_port() {
    let (mut master, device) = line();
    drop(device);
    let gone = Fault::Port(PortFault::Gone);
    assert_eq!(master.ask(one(), &READ).await, Err(gone));
    assert_eq!(gone.reason(), Reason::PortGone);
    assert!(!gone.may_pass() && Fault::Silence.may_pass());
    let deadline = Instant::now() + Duration::from_secs(9);
    assert_eq!(master.listen(deadline).await, Err(gone));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes and whenever, a question ends in time.
    #[test]
    fn every_question_ends(
        noise in proptest::collection::vec((0_u64..700, proptest::collection::vec(any::<u8>(), 0..40)), 0..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async move {
            let (mut master, device) = line();
            let questions = noise.len();
            answer(device, noise);
            for _ in 0..questions {
                let began = Instant::now();
                let _ = master.ask(one(), &READ).await;
                assert!(began.elapsed() < 2 * NOISE_MAX, "{:?}", began.elapsed());
            }
        });
    }
}
