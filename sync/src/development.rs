//! What the programs agree on under `--demo`, so that a branch and a central server that are
//! started apart find each other. It opens nothing but a broker on loopback that `--demo` made.

use crate::ids::BranchId;
use crate::link::Credentials;
use crate::topics::Tenant;

/// The demonstration's organisation, in topics.
const TENANT: &str = "demo";
/// Its name, for people.
pub const ORGANISATION: &str = "Demo";
/// Branches that may join it, numbered from 1: more than one machine plays.
pub const BRANCHES_MAX: u32 = 100;

/// The demonstration's organisation.
pub fn tenant() -> Tenant {
    Tenant::parse(TENANT).expect("it is plain letters")
}

/// With what this branch of it signs in at the broker.
pub fn credentials(branch: BranchId) -> Credentials {
    Credentials { user: format!("demo-{}", branch.0), password: "demo-branch".to_owned() }
}
