//! Orders over a socket: one line asked, one line answered.

use std::io;
use std::path::Path;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// Longest order with its line feed; longer lines end the connection.
pub const LINE_BYTES_MAX: u64 = 256;

/// An order as a line, and where its answer goes.
pub type Asked = (String, oneshot::Sender<String>);

/// Orders that may wait for a stand-in; the asker waits beyond that.
pub const ORDERS_WAITING_MAX: usize = 16;

/// Connections at once; one more is closed unanswered.
pub const TALKS_MAX: usize = 16;

/// Asks a stand-in; `None` when it has stopped.
pub async fn ask(orders: &mpsc::Sender<Asked>, line: &str) -> Option<String> {
    let (answer, answered) = oneshot::channel();
    orders.send((line.to_owned(), answer)).await.ok()?;
    answered.await.ok()
}

/// Serves a socket at `path` until the stand-in stops. A socket left behind by a killed one is
/// replaced.
///
/// # Errors
/// When the socket cannot be made.
pub fn serve(
    path: &Path,
    orders: mpsc::Sender<Asked>,
) -> io::Result<impl Future<Output = ()> + Send + use<>> {
    if std::os::unix::net::UnixStream::connect(path).is_err() {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    let listener = UnixListener::bind(path)?;
    Ok(async move {
        // They end with this future, so that a stopped stand-in has no orders waiting.
        let mut talks = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            if orders.is_closed() {
                return;
            }
            while talks.try_join_next().is_some() {}
            if talks.len() < TALKS_MAX {
                talks.spawn(converse(stream, orders.clone()));
            }
        }
    })
}

async fn converse(stream: UnixStream, orders: mpsc::Sender<Asked>) {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let mut line = String::new();
        let asked = (&mut read).take(LINE_BYTES_MAX).read_line(&mut line).await;
        if asked.is_err() || !line.ends_with('\n') {
            return;
        }
        let Some(answer) = ask(&orders, line.trim()).await else { return };
        if write.write_all(format!("{answer}\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(text: &str, path: &Path) -> String {
        let mut stream = UnixStream::connect(path).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let _ = stream.shutdown().await;
        let mut answers = String::new();
        let _ = stream.read_to_string(&mut answers).await;
        answers
    }

    #[tokio::test]
    async fn each_line_is_answered_by_a_line_and_a_long_one_ends_the_talk() {
        let path = std::env::temp_dir().join(format!("anteroom-control-{}", std::process::id()));
        let (orders, mut asked) = mpsc::channel::<Asked>(ORDERS_WAITING_MAX);
        // A socket that nobody serves any more is in the way of nobody.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        let serving = tokio::spawn(serve(&path, orders).unwrap());
        let echo = tokio::spawn(async move {
            while let Some((line, answer)) = asked.recv().await {
                let _ = answer.send(format!("ok {line}"));
            }
        });
        assert_eq!(lines("one\ntwo\n", &path).await, "ok one\nok two\n");
        assert_eq!(lines(&format!("{}\n", "x".repeat(300)), &path).await, "");
        assert_eq!(lines("three\n", &path).await, "ok three\n");

        // As many talks as there may be, and one that is closed unanswered.
        let mut talks = Vec::new();
        for _ in 0..TALKS_MAX {
            let mut talk = UnixStream::connect(&path).await.unwrap();
            talk.write_all(b"open\n").await.unwrap();
            talk.read_exact(&mut [0; 8]).await.unwrap();
            talks.push(talk);
        }
        assert_eq!(lines("four\n", &path).await, "");
        talks.clear();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert_eq!(lines("five\n", &path).await, "ok five\n");
        serving.abort();
        echo.abort();
        let _ = std::fs::remove_file(&path);
    }
}
