//! The rules of one branch's line: who holds which ticket, and who is next.
//!
//! Nothing in this crate reads a clock, touches a disk or knows a network; it has no dependencies.
//! Three functions carry everything:
//!
//! - [`decide`] reads the [`Branch`] and a [`Command`] and answers with [`Event`]s or a [`Refusal`];
//! - [`Branch::apply`] folds an [`Entry`] into the branch, and cannot fail;
//! - [`line::next`] says who is called next, and why.
//!
//! Applying the journal from its first entry gives the live state; a property test holds us to it.
//!
//! # The rules on one page
//!
//! ```text
//!            issue                 call                  start               finish
//!  (customer) ---> Waiting ------------------> Called ------------> Serving ---------> Closed(served)
//!                   ^ ^ ^ ^                    |  |  \                |   \              ^
//!                   | | | |      transfer      |  |   \  park         |    \ with        | finish
//!                   | | | +--------------------+  |    +--> Parked <--+     \ afterwork  |
//!                   | | +---- transfer -----------|-----------(from Serving) +-> Afterwork
//!                   | |                           | no show
//!                   | +---------- put back ---- Missing        no show, for the last allowed time
//!                   |                                             \--> Closed(no show)
//!                   +-- the ticket's next line, or back to who transferred it
//!
//!  Waiting, Parked, Missing --call--> Called;  --redirect--> Waiting;  --delete--> Closed(deleted)
//!
//!  (customer) --book--> Booked --check in--> Waiting
//!                          |--cancel, or not confirmed in time--> Closed(deleted)
//!                          '--not checked in in time------------> Closed(no show)
//! ```
//!
//! - Order: priority first (9 before 1), then what is reserved for the caller, then arrival.
//!   A ticket keeps the place of its arrival for life: through transfer, parking and put-back.
//! - A booking is a place in a slot, and a slot has only so many. It has no label until its customer
//!   checks in, and then stands in line as if they had come at the time of the appointment.
//! - A booking is lost to time only when both clocks say so: a wall clock that went astray for a
//!   while takes no promise back.
//! - Lines come in their order. One that is added comes last; one that is given up is passed over,
//!   unless it is being served, and with the last one the ticket is.
//! - An operator on a break is not given tickets.
//! - A counter holds one ticket at a time, an operator sits at one counter.
//! - A label never repeats in a business day, and a ticket carried over keeps its own.
//! - The nightly close ends no visit: every ticket that is not closed stands in the next day.
//! - A ticket that was called as often as can be only goes forward: it is not parked or transferred
//!   again, and its next no-show closes it. Nobody is ever held up by a ticket that cannot be called.
//! - How a call ended may be taken back for ten seconds, by whoever made it, as long as nothing has
//!   come of it: the wrong key costs nobody their place.
//! - The settings never strand anyone: what an open ticket needs stays, and whoever the settings no
//!   longer know leaves their counter.
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | Branch | one site, one box, one journal |
//! | Service | what a customer comes for |
//! | Ticket, [`TicketLine`] | one customer's visit; one service on it |
//! | Label | what is printed and called, "A042"; repeats tomorrow |
//! | Line | the waiting tickets of one [`Place`], in the order they would be called |
//! | Counter | a numbered place of service |
//! | Operator, [`Shift`] | a person who serves; their time at a counter |
//! | Call, Recall | inviting a ticket to a counter; again |
//! | Serve, Finish | the customer is at the counter; is done |
//! | Booking, Check-in | a promise of a place; turning it into a ticket that waits |
//! | Park, Transfer | set aside in a personal line; on to another service, counter, operator |
//! | Missing, Put back | did not come; back into the line |
//! | Pass | the single-use key with which a phone may take one ticket |
//! | Token | the unguessable name by which a customer's phone asks for their ticket |
//! | Business day | from opening to nightly close, in the branch's zone |
//! | Command, Event, Refusal | asked; happened; a rule's no |
//! | Entry, Seq | one line of the journal; its number |

pub mod ids;
pub mod limits;
pub mod moment;

pub mod label;
pub mod settings;
pub mod settings_check;
pub mod settings_effects;

pub mod booking;
pub mod counter;
mod counter_set;
pub mod ticket;

pub mod command;
pub mod event;
pub mod refusal;

pub mod branch;
pub mod line;

mod apply;
mod decide;
pub mod explain;
pub mod forecast;
pub mod view;

#[cfg(test)]
mod tests;

pub use booking::{Appointment, Booking, Code, Lapse, Pin, Slot};
pub use branch::{Branch, Day, Pace, Parts};
pub use command::{Book, CheckIn, Command, Issue, LineRequest, Shown, Standing, Unstarted};
pub use counter::{At, Before, Desk, Ending, Shift};
pub use decide::{Decision, decide};
pub use event::{Entry, Event, Next, PutBackBy};
pub use explain::{Explanation, explain};
pub use forecast::Forecast;
pub use ids::{
    AnswerId, BranchId, CallId, CounterId, DayId, DeviceId, GroupId, LanguageId, OperatorId,
    ProfileId, QuestionId, Seq, ServiceId, TicketId,
};
pub use label::{Label, Tag};
pub use line::{Among, Choice, Why};
pub use moment::{LocalTime, Moment, Now};
pub use refusal::Refusal;
pub use settings::Settings;
pub use ticket::{
    BackTo, Call, CallEnd, LineState, Outcome, Pass, Place, Priority, Source, Ticket, TicketLine,
    TicketState, Token, WaitCause,
};
