//! One type for every name: two plain integers in a signature are a mistake waiting for tired eyes.

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($int:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    )*};
}

ids! {
    /// One possible reply to a survey's question.
    AnswerId(u32);
    /// One site.
    BranchId(u32);
    /// One invitation of a ticket to a counter; counts up for the life of the branch.
    CallId(u64);
    /// A numbered place of service.
    CounterId(u32);
    /// A business day, written as its local date: 20261122.
    DayId(u32);
    /// A device, numbered from 1 in the order of the configuration.
    DeviceId(u32);
    /// A group of services on the dispenser.
    GroupId(u32);
    /// A language of the branch.
    LanguageId(u32);
    /// A person who serves.
    OperatorId(u32);
    /// A dispenser or survey profile.
    ProfileId(u32);
    /// A question of a survey.
    QuestionId(u32);
    /// The number of a journal entry; consecutive from 1.
    Seq(u64);
    /// What a customer comes for.
    ServiceId(u32);
    /// One visit; counts up for the life of the branch.
    TicketId(u64);
}
