//! Where a webhook may go: an origin of the owner's list, and a target that a customer names.

use std::{fmt, net::IpAddr};

use hyper::Uri;

/// Bytes of a target: as much as any service needs to tell its users apart.
const TARGET_BYTES_MAX: usize = 1_000;

/// Scheme, host and port. Two are the same only if all three are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    tls: bool,
    /// In lower case; a number of version 6 without its brackets.
    host: String,
    port: u16,
}

impl Origin {
    /// Reads `https://HOST[:PORT]`, or `http://HOST[:PORT]` where the host is this machine:
    /// elsewhere what customers are told would go in the open. Nothing where it is neither, or has
    /// more in it than that.
    pub fn parse(text: &str) -> Option<Origin> {
        let target = Target::parse(text)?;
        (target.path == "/" && !text.ends_with('/')).then_some(target.origin)
    }

    /// Whether it is reached over TLS.
    pub fn has_tls(&self) -> bool {
        self.tls
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// What the `Host` header has: the port only where it is not the usual one.
    pub(super) fn authority(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == usual_port(self.tls) { host } else { format!("{host}:{}", self.port) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }
}

/// The address of a receiver. What follows its origin may name a person: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    pub(super) origin: Origin,
    /// Path and query.
    pub(super) path: String,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({}/..)", self.origin)
    }
}

impl Target {
    /// Reads the address of a receiver, or nothing where none of ours can be meant.
    pub fn parse(text: &str) -> Option<Target> {
        if TARGET_BYTES_MAX < text.len() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let uri: Uri = text.parse().ok()?;
        let tls = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        let host = authority.host().to_ascii_lowercase();
        let host = host.strip_prefix('[').map_or(Some(host.as_str()), |h| h.strip_suffix(']'))?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
        // A user in front of the host, a port that is none, a fragment: nobody means well by it.
        let rest = authority.as_str().strip_prefix(authority.host())?;
        let sound = rest.is_empty() || rest.starts_with(':') && authority.port_u16().is_some();
        if !sound || text.contains('#') || host.is_empty() || !host.bytes().all(plain) {
            return None;
        }
        let port = authority.port_u16().unwrap_or(usual_port(tls));
        let origin = Origin { tls, host: host.to_owned(), port };
        if port == 0 || !tls && !is_this_machine(host) {
            return None;
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Some(Target { origin, path: if path.is_empty() { "/" } else { path }.to_owned() })
    }

    /// Whether one of these origins is its own.
    pub fn is_among(&self, origins: &[Origin]) -> bool {
        origins.contains(&self.origin)
    }
}

fn usual_port(tls: bool) -> u16 {
    if tls { 443 } else { 80 }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        for (text, shown) in [
            ("https://push.example.org", "https://push.example.org"),
            ("https://Push.Example.org:443", "https://push.example.org"),
            ("https://10.0.0.7:8443", "https://10.0.0.7:8443"),
            ("https://[2001:db8::1]", "https://[2001:db8::1]"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]", "http://[::1]"),
            ("http://localhost:80", "http://localhost"),
        ] {
            let origin = Origin::parse(text).map(|origin| origin.to_string());
            assert_eq!(origin.as_deref(), Some(shown), "{text}");
        }
        for text in [
            "",
            "push.example.org",
            "ftp://push.example.org",
            "https://",
            "https://push.example.org/",
            "https://push.example.org/path",
            "https://push.example.org?query",
            "https://push.example.org#part",
            "https://user@push.example.org",
            "https://*.example.org",
            "https://push.example.org:0",
            "https://push.example.org:",
            "https://push.example.org:65536",
            "http://push.example.org",
            "http://10.0.0.7",
            "http://127.0.0.1.example.org",
        ] {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_target_is_allowed_only_at_an_origin_of_the_list() {
        let list = ["https://push.example.org", "http://127.0.0.1:8080"];
        let list: Vec<Origin> = list.iter().filter_map(|text| Origin::parse(text)).collect();
        for (text, allowed) in [
            ("https://push.example.org/u/7?key=a", true),
            ("HTTPS://PUSH.example.org/", true),
            ("https://push.example.org:443/x", true),
            ("http://127.0.0.1:8080/x", true),
            ("http://push.example.org/x", false),
            ("https://push.example.org:8443/x", false),
            ("https://push.example.org./x", false),
            ("https://a.push.example.org/x", false),
            ("https://push.example.org.evil.example/x", false),
            ("https://push.example.org@evil.example/x", false),
            ("https://evil.example@push.example.org/x", false),
            ("https://evil.example/https://push.example.org", false),
            ("http://127.0.0.1/x", false),
            ("http://127.0.0.2:8080/x", false),
            ("http://2130706433:8080/x", false),
            ("http://0x7f.1:8080/x", false),
            ("http://localhost:8080/x", false),
            ("https://127.0.0.1:8080/x", false),
            ("file:///etc/passwd", false),
            ("https://push.example.org/\u{e1}", false),
            ("https://push.example.org/a b", false),
        ] {
            let found = Target::parse(text).is_some_and(|target| target.is_among(&list));
            assert_eq!(found, allowed, "{text}");
        }
        let long = format!("https://push.example.org/{}", "a".repeat(TARGET_BYTES_MAX));
        assert_eq!(Target::parse(&long), None);
    }

    #[test]
    fn a_target_does_not_show_what_may_name_a_person() {
        let target = Target::parse("https://push.example.org/ann?key=secret").expect("it is one");
        assert_eq!(format!("{target:?}"), "Target(https://push.example.org/..)");
        assert_eq!(target.path, "/ann?key=secret");
    }
}
