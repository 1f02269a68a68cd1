//! Where a broker is, as it is written in a configuration.

use std::fmt;

/// The port of plain MQTT.
const PORT: u16 = 1883;
/// Bytes of a host's name, by RFC 1035.
const HOST_BYTES_MAX: usize = 253;

/// The address of a broker: `mqtt://host:port`. It never holds a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

/// Why an address cannot be used, and what to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFault {
    /// It does not begin with `mqtt://`.
    Scheme,
    /// It asks for TLS.
    Tls,
    /// It holds a user or a password.
    Secret,
    /// There is no host in it, or one that no name server knows.
    Host,
    /// The port is no number from 1 to 65535.
    Port,
}

impl fmt::Display for AddressFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressFault::Scheme => "write it as mqtt://host:port",
            AddressFault::Tls => {
                "this build speaks no TLS to the broker: use mqtt:// over a tunnel or a private \
                 network"
            }
            AddressFault::Secret => {
                "leave user and password out of it: `mqtt.user` and `mqtt.password_file` are for them"
            }
            AddressFault::Host => "the host is missing or is not a name, as in mqtt://broker:1883",
            AddressFault::Port => "the port must be a number from 1 to 65535",
        })
    }
}

impl std::error::Error for AddressFault {}

impl Address {
    /// Reads an address; without a port it is 1883.
    ///
    /// # Errors
    ///
    /// [`AddressFault`], which never repeats what was written.
    pub fn parse(text: &str) -> Result<Address, AddressFault> {
        let (scheme, rest) = text.split_once("://").ok_or(AddressFault::Scheme)?;
        match scheme {
            "mqtt" => {}
            "mqtts" => return Err(AddressFault::Tls),
            _ => return Err(AddressFault::Scheme),
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains('@') {
            return Err(AddressFault::Secret);
        }
        let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':').or(port.is_empty().then_some(""))),
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, Some("")),
            },
        };
        let fine = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
        if host.is_empty() || HOST_BYTES_MAX < host.len() || !host.bytes().all(fine) {
            return Err(AddressFault::Host);
        }
        let port = match port.ok_or(AddressFault::Port)? {
            "" if rest.ends_with(':') => return Err(AddressFault::Port),
            "" => PORT,
            digits => digits.parse().ok().filter(|port| *port != 0).ok_or(AddressFault::Port)?,
        };
        Ok(Address { host: host.to_owned(), port })
    }

    /// The host's name or address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "mqtt://[{}]:{}", self.host, self.port),
            false => write!(f, "mqtt://{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for (text, read) in [
            ("mqtt://127.0.0.1:41883", "mqtt://127.0.0.1:41883"),
            ("mqtt://broker.example/", "mqtt://broker.example:1883"),
            ("mqtt://[::1]:1884", "mqtt://[::1]:1884"),
            ("mqtt://[::1]", "mqtt://[::1]:1883"),
        ] {
            assert_eq!(Address::parse(text).map(|address| address.to_string()), Ok(read.into()));
        }
        for (text, fault) in [
            ("127.0.0.1:1883", AddressFault::Scheme),
            ("http://broker", AddressFault::Scheme),
            ("mqtts://broker", AddressFault::Tls),
            ("mqtt://box:secret@broker", AddressFault::Secret),
            ("mqtt://", AddressFault::Host),
            ("mqtt://:1883", AddressFault::Host),
            ("mqtt://a b:1883", AddressFault::Host),
            ("mqtt://broker:", AddressFault::Port),
            ("mqtt://broker:0", AddressFault::Port),
            ("mqtt://broker:65536", AddressFault::Port),
            ("mqtt://[::1]x", AddressFault::Port),
        ] {
            assert_eq!(Address::parse(text), Err(fault), "{text}");
        }
    }
}
