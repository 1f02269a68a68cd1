//! Mail to customers: over SMTP, or written into a folder where somebody's mail program takes it.

use std::{fmt, io, time::Duration};

use jiff::Timestamp;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor, address::Envelope,
    transport::smtp::authentication::Credentials,
};

use crate::{clock::Reading, secret, tray::Tray};

/// Mails that are kept in the folder. What is in them is good for an hour, so the oldest go.
pub const MAILS_MAX: usize = 1_000;
/// Bytes of an address (RFC 5321, 4.5.3.1.3, without the brackets).
pub const ADDRESS_BYTES_MAX: usize = 254;
/// How long one answer of a mail server may take.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// How long sending one mail may take; nobody waits for it.
const SEND_TIME: Duration = Duration::from_secs(30);
/// Bytes of a line of base64 (RFC 2045, 6.8).
const LINE_BYTES_MAX: usize = 76;

/// One mail. It holds secrets: `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// To whom; see [`is_address`].
    pub to: String,
    /// What it is about, in one line.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail(..)")
    }
}

/// How the way to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the first byte: `smtps://`, port 465.
    Tls,
    /// TLS after a greeting, or no mail: `smtp+starttls://`, port 587.
    StartTls,
    /// None: `smtp://`, port 25. For a server on the same machine.
    None,
}

/// A mail server that takes mails on.
#[derive(Clone)]
pub struct Relay {
    /// How the way there is protected.
    pub protection: Protection,
    /// Its name, which its certificate has.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// User and password, where it wants them.
    pub credentials: Option<(String, String)>,
    /// From whom the mails are.
    pub from: String,
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({}:{})", self.host, self.port)
    }
}

impl Relay {
    /// Reads `smtps://HOST[:PORT]` and its two sisters: how, where, at which port.
    pub fn parse(url: &str) -> Option<(Protection, String, u16)> {
        let (scheme, place) = url.split_once("://")?;
        let (protection, usual) = match scheme {
            "smtps" => (Protection::Tls, 465),
            "smtp+starttls" => (Protection::StartTls, 587),
            "smtp" => (Protection::None, 25),
            _ => return None,
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok().filter(|port| *port != 0)?),
            None => (place, usual),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        (!host.is_empty() && host.chars().all(plain)).then(|| (protection, host.to_owned(), port))
    }
}

/// Why a mail was not sent. It names nobody: what a mail server says may repeat the address.
#[derive(Debug)]
pub enum MailFault {
    /// There is no such address.
    Address,
    /// The folder.
    Disk(io::Error),
    /// The mail server could not be reached, or is not who it should be.
    Server,
    /// The mail server refused it, with this number (RFC 5321, 4.2.3).
    Refused(String),
}

impl fmt::Display for MailFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MailFault::Address => write!(f, "the address is none"),
            MailFault::Disk(fault) => write!(f, "the outbox folder cannot be written: {fault}"),
            MailFault::Server => write!(f, "the mail server cannot be reached, or not safely"),
            MailFault::Refused(code) => write!(f, "the mail server refused it with {code}"),
        }
    }
}

impl std::error::Error for MailFault {}

/// Sends mails. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mailer {
    way: Way,
}

#[derive(Clone)]
enum Way {
    Outbox(Tray),
    Smtp { transport: AsyncSmtpTransport<Tokio1Executor>, from: String },
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Way::Outbox(tray) => write!(f, "Outbox({})", tray.folder().display()),
            Way::Smtp { .. } => f.write_str("Smtp(..)"),
        }
    }
}

impl Mailer {
    /// Writes each mail into this tray, in the form of RFC 5322.
    pub fn outbox(tray: Tray) -> Mailer {
        Mailer { way: Way::Outbox(tray) }
    }

    /// Hands each mail to this server. Certificates are checked with what the machine trusts.
    ///
    /// # Errors
    ///
    /// [`MailFault::Server`] where nothing is trusted at all, or there is no such name.
    pub fn smtp(relay: Relay) -> Result<Mailer, MailFault> {
        let Relay { protection, host, port, credentials, from } = relay;
        let transport = match protection {
            Protection::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&host),
            Protection::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&host),
            Protection::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host)),
        };
        let transport = transport.map_err(|_| MailFault::Server)?;
        let transport = transport.port(port).timeout(Some(ANSWER_TIME));
        let transport = match credentials {
            Some((user, password)) => transport.credentials(Credentials::new(user, password)),
            None => transport,
        };
        Ok(Mailer { way: Way::Smtp { transport: transport.build(), from } })
    }

    /// Sends a mail. When this returns well, it is on disk, or the server has taken it on.
    ///
    /// # Errors
    ///
    /// [`MailFault`].
    pub async fn send(&self, mail: &Mail, now: Reading) -> Result<(), MailFault> {
        if !is_address(&mail.to) {
            return Err(MailFault::Address);
        }
        match &self.way {
            Way::Outbox(tray) => {
                // By time, so that the oldest come first.
                let name = format!("{:015}-{}.eml", now.wall_ms.max(0), secret::random_hex(8));
                let (tray, text) = (tray.clone(), written(mail, None, now));
                let put = move || tray.put(&name, text.as_bytes());
                let put = tokio::task::spawn_blocking(put).await;
                put.unwrap_or_else(|_| Err(io::ErrorKind::Other.into())).map_err(MailFault::Disk)
            }
            Way::Smtp { transport, from } => {
                let address = |text: &str| text.parse().map_err(|_| MailFault::Address);
                let envelope = Envelope::new(Some(address(from)?), vec![address(&mail.to)?]);
                let envelope = envelope.map_err(|_| MailFault::Address)?;
                let text = written(mail, Some(from), now);
                let sending = transport.send_raw(&envelope, text.as_bytes());
                match tokio::time::timeout(SEND_TIME, sending).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(match error.status() {
                        Some(code) => MailFault::Refused(code.to_string()),
                        None => MailFault::Server,
                    }),
                    Err(_) => Err(MailFault::Server),
                }
            }
        }
    }
}

/// Whether a text can be the address of a mail: one sign in the middle, no blanks, no brackets, so
/// that it stays what it is in a header.
pub fn is_address(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
    let parts = text.split_once('@');
    text.len() <= ADDRESS_BYTES_MAX
        && text.chars().all(plain)
        && parts.is_some_and(|(who, place)| {
            !who.is_empty() && !place.is_empty() && !place.contains('@') && !place.starts_with('.')
        })
}

/// The form of RFC 5322. What is only put into a folder has no sender yet.
fn written(mail: &Mail, from: Option<&str>, now: Reading) -> String {
    let subject = format!("=?UTF-8?B?{}?=", base64(mail.subject.as_bytes()));
    let body = base64(mail.text.as_bytes());
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(LINE_BYTES_MAX)
        .map(|line| std::str::from_utf8(line).expect("base64 is ASCII"))
        .collect();
    let sender = from.map_or(String::new(), |from| {
        let place = from.split_once('@').map_or("", |(_, place)| place);
        let id = secret::random_hex(16);
        format!("From: <{from}>\r\nMessage-ID: <{id}@{place}>\r\n")
    });
    let instant = Timestamp::from_millisecond(now.wall_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let date = instant.strftime("%a, %d %b %Y %H:%M:%S +0000");
    format!(
        "{sender}To: <{}>\r\nDate: {date}\r\nSubject: {subject}\r\n\
         Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        mail.to,
        lines.join("\r\n"),
    )
}

/// RFC 4648, 4.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let sign = SIGNS[(word >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= group.len() { char::from(sign) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, HandClock};

    #[test]
    fn base64_is_the_standards() {
        for (plain, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn an_address_stays_in_its_header() {
        for good in ["ann@example.org", "a.b+c@x", "\u{e1}@example.org"] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(ADDRESS_BYTES_MAX));
        for bad in ["", "@", "ann", "ann@", "@b", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", &long] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    fn mail(to: &str) -> Mail {
        Mail { to: to.into(), subject: "s".into(), text: "t".repeat(90) }
    }

    fn noon() -> Reading {
        HandClock::at(1_795_431_600_000).now()
    }

    #[tokio::test]
    async fn a_mail_is_a_file_and_a_wrong_address_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = Mailer::outbox(Tray::at(folder.path().to_owned(), MAILS_MAX));
        mailer.send(&mail("ann@example.org"), noon()).await.unwrap();
        let fault = mailer.send(&mail("nobody"), noon()).await.unwrap_err();
        assert!(matches!(fault, MailFault::Address));
        let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
        let head = "To: <ann@example.org>\r\nDate: Mon, 23 Nov 2026 11:00:00 +0000\r\n\
                    Subject: =?UTF-8?B?cw==?=\r\n";
        assert!(text.starts_with(head), "{text}");
        assert!(text.lines().all(|line| line.len() <= LINE_BYTES_MAX));
    }

    #[test]
    fn the_address_of_a_mail_server_says_how_it_is_reached() {
        for (url, found) in [
            ("smtps://mail.example.org", Some((Protection::Tls, "mail.example.org", 465))),
            ("smtp+starttls://m:2525", Some((Protection::StartTls, "m", 2_525))),
            ("smtp://127.0.0.1", Some((Protection::None, "127.0.0.1", 25))),
            ("smtp://", None),
            ("smtp://a:0", None),
            ("smtp://a:b", None),
            ("smtp://user@a", None),
            ("http://a", None),
            ("a", None),
        ] {
            let found = found.map(|(how, host, port)| (how, host.to_owned(), port));
            assert_eq!(Relay::parse(url), found, "{url}");
        }
    }

    /// A mail server on a socket that takes one mail on, or refuses its receiver. It gives back all
    /// that it was told.
    async fn serve_one(listener: tokio::net::TcpListener, refuses: bool) -> String {
        use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut told = String::new();
        let mut is_text = false;
        write.write_all(b"220 mail.example.org\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            told.push_str(&line);
            told.push('\n');
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "." => {
                    is_text = false;
                    "250 taken"
                }
                _ if is_text => continue,
                "RCPT" if refuses => "550 <ann@example.org> is not here",
                "DATA" => {
                    is_text = true;
                    "354 go on"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        }
        told
    }

    async fn relayed(refuses: bool) -> (Result<(), MailFault>, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(serve_one(listener, refuses));
        let mailer = Mailer::smtp(Relay {
            protection: Protection::None,
            host: "127.0.0.1".into(),
            port,
            credentials: None,
            from: "branch@example.org".into(),
        });
        let mailer = mailer.unwrap();
        let sent = mailer.send(&mail("ann@example.org"), noon()).await;
        drop(mailer);
        (sent, server.await.unwrap())
    }

    #[tokio::test]
    async fn a_mail_server_is_handed_the_mail() {
        let (sent, told) = relayed(false).await;
        sent.unwrap();
        for line in [
            "MAIL FROM:<branch@example.org>",
            "RCPT TO:<ann@example.org>",
            "From: <branch@example.org>",
            "To: <ann@example.org>",
            "Date: Mon, 23 Nov 2026 11:00:00 +0000",
        ] {
            assert!(told.lines().any(|found| found.starts_with(line)), "{line} in {told}");
        }
    }

    #[tokio::test]
    async fn a_refusal_names_nobody() {
        let (sent, _) = relayed(true).await;
        let fault = sent.unwrap_err();
        assert_eq!(fault.to_string(), "the mail server refused it with 550");
        assert!(!format!("{fault:?}").contains("ann"));
    }

    #[tokio::test]
    async fn a_server_that_speaks_no_tls_gets_no_mail() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(serve_one(listener, false));
        let (protection, host) = (Protection::StartTls, "127.0.0.1".to_owned());
        let from = "branch@example.org".to_owned();
        let relay = Relay { protection, host, port, credentials: None, from };
        let sent = Mailer::smtp(relay).unwrap().send(&mail("ann@example.org"), noon()).await;
        assert!(sent.is_err());
        assert!(!server.await.unwrap().contains("MAIL FROM"));
    }
}
