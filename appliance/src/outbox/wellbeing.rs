//! From where the outbox knows what is amiss at the branch, whenever it says how the branch is.

use std::fmt;
use std::sync::Arc;

use sync::health::Health;

/// Looks what is amiss. Cheap to clone.
#[derive(Clone)]
pub struct Wellbeing(Arc<dyn Fn() -> Health + Send + Sync>);

impl fmt::Debug for Wellbeing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wellbeing(..)")
    }
}

impl Wellbeing {
    /// What this finds. It is asked every few seconds on the outbox's own thread, and may read the
    /// disk.
    pub fn found_by(look: impl Fn() -> Health + Send + Sync + 'static) -> Wellbeing {
        Wellbeing(Arc::new(look))
    }

    /// Nobody looks, so nothing is known to be amiss.
    pub fn unknown() -> Wellbeing {
        Wellbeing::found_by(Health::default)
    }

    pub(super) fn now(&self) -> Health {
        (self.0)()
    }
}
