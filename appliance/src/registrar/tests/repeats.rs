//! Asking again under the same key: the same answer, in the batch, later, and after a restart.

use std::time::Duration;

use engine::{Command, Issue, Pass, Refusal, Seq};

use super::stage::{Stage, call_next, issue, keyed};
use crate::registrar::{REPEAT_KEY_CHARS_MAX, RepeatKey, SubmitError};
use crate::store::Housekeeping;

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn the_same_key_has_the_same_answer_everywhere() {
    let mut stage = Stage::open().await;
    let ask = || keyed(issue(1), "k1");
    let mut answers = stage.batch(vec![ask(), ask(), keyed(issue(2), "k1"), ask()]).await;
    answers.push(stage.mailbox.submit(ask()).await);
    let other = stage.mailbox.submit(keyed(issue(2), "k1")).await;
    assert!(matches!(other, Err(SubmitError::KeyReused)));
    assert!(matches!(answers.remove(2), Err(SubmitError::KeyReused)));
    stage.check();
    stage = stage.restart(None).await;
    answers.push(stage.mailbox.submit(ask()).await);
    let other = stage.mailbox.submit(keyed(call_next(1), "k1")).await;
    assert!(matches!(other, Err(SubmitError::KeyReused)));
    let first = *answers[0].as_ref().expect("accepted");
    for answer in answers {
        assert_eq!(answer.expect("accepted"), first);
    }
    // The plug of the batch, and this one.
    assert_eq!(stage.count("SELECT count(*) FROM tickets"), 2);
    assert_eq!(stage.count("SELECT count(*) FROM receipts"), 1);
    assert_ne!(stage.ask(keyed(issue(1), "k2")).await.ticket, first.ticket);
}

#[tokio::test]
async fn another_pass_is_another_command() {
    let stage = Stage::open().await;
    let with = |pass: &str| {
        let Command::Issue(issue) = issue(1) else { panic!("it is an issue") };
        keyed(Command::Issue(Issue { pass: Pass::parse(pass), ..issue }), "k")
    };
    let first = stage.ask(with("aaaaaaaaaaa")).await;
    assert_eq!(stage.ask(with("aaaaaaaaaaa")).await, first);
    let other = stage.mailbox.submit(with("bbbbbbbbbbb")).await;
    assert!(matches!(other, Err(SubmitError::KeyReused)));
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let stage = Stage::open().await;
    let ask = || keyed(call_next(1), "k");
    let refused = stage.mailbox.submit(ask()).await;
    assert!(matches!(refused, Err(SubmitError::Refused(Refusal::NobodyWaiting))));
    let ticket = stage.ask(issue(1)).await.ticket;
    assert_eq!(stage.ask(ask()).await.ticket, ticket);
}

#[tokio::test]
async fn receipts_are_kept_for_48_hours_of_steady_time() {
    let stage = Stage::open().await;
    let ask = || keyed(issue(1), "k");
    let first = stage.ask(ask()).await;
    // Somebody sets the clock ten years ahead and back: no time has passed.
    let wall = super::stage::MONDAY_NINE;
    for ms in [wall + 10 * 365 * 24 * 3_600_000, wall] {
        stage.clock.set_wall(ms);
        stage.clock.advance(Duration::from_secs(61));
        prune(&stage).await;
    }
    stage.clock.advance(47 * HOUR);
    prune(&stage).await;
    assert_eq!(stage.ask(ask()).await, first);
    stage.clock.advance(HOUR);
    prune(&stage).await;
    assert_eq!(stage.count("SELECT count(*) FROM receipts"), 0);
    assert_ne!(stage.ask(ask()).await.ticket, first.ticket);
    stage.check();
}

/// Has the registrar look at the time, and waits until what it found is written.
async fn prune(stage: &Stage) {
    stage.mailbox.tick();
    let note = Housekeeping::Cursor { reader: "test", seq: Seq(1) };
    stage.mailbox.keep(note).await.expect("kept");
}

#[test]
fn keys_are_bounded() {
    let key = |length: usize| RepeatKey::new("op", &"k".repeat(length));
    assert!(key(REPEAT_KEY_CHARS_MAX).is_some() && key(REPEAT_KEY_CHARS_MAX + 1).is_none());
    assert!(key(0).is_none() && RepeatKey::new("op", "line\nfeed").is_none());
}
