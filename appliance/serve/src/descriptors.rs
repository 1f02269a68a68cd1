//! File descriptors: each connection takes one, and systems give few unless they are asked.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Descriptors beside those of connections: the database, devices, the broker, what comes and goes.
pub const BESIDE_CONNECTIONS: u64 = 512;

/// Lets the program open so many connections, as far as the system allows; says how many it does.
pub fn allow(connections: usize) -> u64 {
    let wanted = (connections as u64).saturating_add(BESIDE_CONNECTIONS);
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 0 };
    let raised = wanted.max(soft).min(hard);
    let raised = match setrlimit(Resource::RLIMIT_NOFILE, raised, hard) {
        Ok(()) => raised,
        Err(_) => soft,
    };
    if raised < wanted {
        tracing::warn!(
            wanted,
            allowed = raised,
            "the system allows fewer open files than `http.connections` needs; raise LimitNOFILE"
        );
    }
    raised.saturating_sub(BESIDE_CONNECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_allows_is_taken_and_nothing_is_given_back() {
        let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("the system says");
        let few = allow(1);
        assert_eq!(few, soft.saturating_sub(BESIDE_CONNECTIONS));
        let all = allow(usize::try_from(hard).unwrap_or(usize::MAX));
        assert_eq!(all, hard.saturating_sub(BESIDE_CONNECTIONS));
    }
}
