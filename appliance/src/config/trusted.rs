//! Addresses that are trusted: single ones, and networks with their prefix.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Trusted addresses and networks: the sites of one branch are a handful.
pub const TRUSTED_MAX: usize = 64;

/// A network, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// Leading bits that are the same for all of the network.
    prefix: u8,
}

/// Why `branch_services.trusted` cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub enum TrustedFault {
    /// An entry that is no address and no network.
    Entry(String),
    /// More than [`TRUSTED_MAX`].
    TooMany(usize),
}

impl fmt::Display for TrustedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrustedFault::Entry(entry) => write!(
                f,
                "`branch_services.trusted` has `{entry}`; write an address (192.0.2.7) or a \
                 network (192.0.2.0/24)"
            ),
            TrustedFault::TooMany(count) => write!(
                f,
                "`branch_services.trusted` has {count} entries; at most {TRUSTED_MAX} are possible"
            ),
        }
    }
}

impl std::error::Error for TrustedFault {}

impl Network {
    /// The box itself, by both families.
    pub const LOOPBACK: [Network; 2] = [
        Network { address: IpAddr::V4(Ipv4Addr::LOCALHOST), prefix: 8 },
        Network { address: IpAddr::V6(Ipv6Addr::LOCALHOST), prefix: 128 },
    ];

    /// Reads `192.0.2.7` or `2001:db8::/32`, or nothing where it is neither.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = bits(address).1;
        let prefix = prefix.map_or(Some(most), |prefix| prefix.parse().ok())?;
        (prefix <= most).then_some(Network { address, prefix })
    }

    /// Whether an address is of this network. One of version 4 that comes in the clothes of version
    /// 6, as on a socket of both, counts as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (own, length) = bits(self.address);
        let (other, other_length) = bits(address.to_canonical());
        let differ = own ^ other;
        length == other_length
            && differ.checked_shr(u32::from(length - self.prefix)).unwrap_or(0) == 0
    }
}

/// An address as a number, and how many bits it has.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

/// The list of the configuration; with none of its own the demonstration trusts its own box.
pub(super) fn check(listed: Option<Vec<String>>, demo: bool) -> Result<Vec<Network>, TrustedFault> {
    let Some(listed) = listed else {
        return Ok(if demo { Network::LOOPBACK.to_vec() } else { Vec::new() });
    };
    if TRUSTED_MAX < listed.len() {
        return Err(TrustedFault::TooMany(listed.len()));
    }
    let read = |entry: String| Network::parse(&entry).ok_or(TrustedFault::Entry(entry));
    listed.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusts(network: &str, address: &str) -> bool {
        let network = Network::parse(network).expect("a network");
        network.contains(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_holds_what_shares_its_prefix() {
        assert!(trusts("192.0.2.7", "192.0.2.7") && !trusts("192.0.2.7", "192.0.2.8"));
        assert!(trusts("192.0.2.0/24", "192.0.2.255") && !trusts("192.0.2.0/24", "192.0.3.0"));
        assert!(trusts("192.0.2.0/24", "::ffff:192.0.2.9"));
        assert!(trusts("0.0.0.0/0", "203.0.113.1") && !trusts("0.0.0.0/0", "::1"));
        assert!(
            trusts("2001:db8::/32", "2001:db8:1::1") && !trusts("2001:db8::/32", "2001:db9::1")
        );
        assert!(trusts("::/0", "2001:db8::1") && !trusts("::/0", "127.0.0.1"));
        for wrong in
            ["", "here", "192.0.2.0/33", "192.0.2/24", "192.0.2.0/", "::/129", "1.2.3.4/-1"]
        {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_the_demonstration_trusts_its_own_box_unasked() {
        let loopback = check(None, true).expect("is sound");
        let local = ["127.0.0.1", "127.9.9.9", "::1"];
        assert!(local.iter().all(|a| loopback.iter().any(|n| n.contains(a.parse().expect("one")))));
        assert_eq!(check(None, false), Ok(Vec::new()));
        assert_eq!(check(Some(Vec::new()), true), Ok(Vec::new()));
        let many = vec!["::1".to_owned(); TRUSTED_MAX + 1];
        assert_eq!(check(Some(many), false), Err(TrustedFault::TooMany(TRUSTED_MAX + 1)));
        let wrong = check(Some(vec!["here".into()]), false).expect_err("is none");
        assert!(wrong.to_string().contains("192.0.2.0/24"));
    }
}
