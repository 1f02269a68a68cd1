//! What can be asked for: each operation's name and method, and the rights that it wants.
//!
//! Source: "Queue Management API", the rows "HTTP method" and "Roles Required" of each operation.

use engine::settings::Right;
use serve::http::Method;

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Login,
    CreateTicket,
    CallNextTicket,
    CallTicket,
    CallPausedTicket,
    CallCancelledTicket,
    Recall,
    EndCall,
    PauseCall,
    CancelCall,
    TransferCall,
    WaitingTicketsList,
    PausedTicketsList,
    CancelledTicketsList,
    /// The same, as the vendor spells it.
    CancellededTicketsList,
    WaitingTicketsCount,
}

/// All there are.
pub(super) const OPERATIONS: [Operation; 16] = [
    Operation::Login,
    Operation::CreateTicket,
    Operation::CallNextTicket,
    Operation::CallTicket,
    Operation::CallPausedTicket,
    Operation::CallCancelledTicket,
    Operation::Recall,
    Operation::EndCall,
    Operation::PauseCall,
    Operation::CancelCall,
    Operation::TransferCall,
    Operation::WaitingTicketsList,
    Operation::PausedTicketsList,
    Operation::CancelledTicketsList,
    Operation::CancellededTicketsList,
    Operation::WaitingTicketsCount,
];

/// What the vendor calls a right; ours where it has none.
pub(super) fn role(right: Right) -> &'static str {
    match right {
        Right::Counter => "acl_qmpad_access (Access QM-PAD)",
        Right::SelectServices => "qm_qmpad_select_services (The user can select services)",
        Right::SelectTickets => {
            "qm_qmpad_issues_services (The user can select tickets from the waiting list)"
        }
        Right::Park => "qm_qmpad_user_pause_ticket (The user can pause tickets)",
        Right::Transfer => "qm_qmpad_transfer_tickets (The user can transfer tickets)",
        Right::Hall => "hall",
        Right::Administration => "administration",
    }
}

impl Operation {
    /// The operation with this name.
    pub(super) fn named(name: &str) -> Option<Operation> {
        OPERATIONS.into_iter().find(|operation| operation.name() == name)
    }

    /// Its route, which ends in its name.
    pub(super) const fn route(self) -> &'static str {
        match self {
            Operation::Login => "queuemanagement/login",
            Operation::CreateTicket => "queuemanagement/createticket",
            Operation::CallNextTicket => "queuemanagement/callnextticket",
            Operation::CallTicket => "queuemanagement/callticket",
            Operation::CallPausedTicket => "queuemanagement/callpausedticket",
            Operation::CallCancelledTicket => "queuemanagement/callcancelledticket",
            Operation::Recall => "queuemanagement/recall",
            Operation::EndCall => "queuemanagement/endcall",
            Operation::PauseCall => "queuemanagement/pausecall",
            Operation::CancelCall => "queuemanagement/cancelcall",
            Operation::TransferCall => "queuemanagement/transfercall",
            Operation::WaitingTicketsList => "queuemanagement/waitingticketslist",
            Operation::PausedTicketsList => "queuemanagement/pausedticketslist",
            Operation::CancelledTicketsList => "queuemanagement/cancelledticketslist",
            Operation::CancellededTicketsList => "queuemanagement/cancellededticketslist",
            Operation::WaitingTicketsCount => "queuemanagement/waitingticketscount",
        }
    }

    pub(super) fn name(self) -> &'static str {
        self.route().rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn method(self) -> Method {
        match self {
            Operation::WaitingTicketsCount => Method::GET,
            Operation::Login
            | Operation::CreateTicket
            | Operation::CallNextTicket
            | Operation::CallTicket
            | Operation::CallPausedTicket
            | Operation::CallCancelledTicket
            | Operation::Recall
            | Operation::EndCall
            | Operation::PauseCall
            | Operation::CancelCall
            | Operation::TransferCall
            | Operation::WaitingTicketsList
            | Operation::PausedTicketsList
            | Operation::CancelledTicketsList
            | Operation::CancellededTicketsList => Method::POST,
        }
    }

    /// The methods that may be used, as a header has them. (A HEAD arrives as a GET.)
    pub(super) fn allow(self) -> &'static str {
        if self.method() == Method::GET { "GET, HEAD" } else { "POST" }
    }

    /// The rights that all of its callers need; nothing where nobody has to be signed in at all.
    ///
    /// For `callnextticket` the source names two roles by their codes and three in words: the third,
    /// to select services, is asked for only where `services` selects some.
    pub(super) fn rights(self) -> Option<&'static [Right]> {
        match self {
            Operation::Login => None,
            Operation::CallTicket | Operation::CreateTicket => {
                Some(&[Right::Counter, Right::SelectServices, Right::SelectTickets])
            }
            Operation::CallNextTicket => Some(&[Right::Counter, Right::SelectTickets]),
            Operation::Recall
            | Operation::EndCall
            | Operation::CancelCall
            | Operation::CallPausedTicket
            | Operation::CallCancelledTicket => Some(&[Right::Counter]),
            Operation::PauseCall => Some(&[Right::Counter, Right::Park]),
            Operation::TransferCall => Some(&[Right::Counter, Right::Transfer]),
            Operation::WaitingTicketsList
            | Operation::PausedTicketsList
            | Operation::CancelledTicketsList
            | Operation::CancellededTicketsList
            | Operation::WaitingTicketsCount => Some(&[]),
        }
    }

    /// The right that naming services needs beside those.
    pub(super) fn right_for_services(self) -> Option<Right> {
        (self == Operation::CallNextTicket).then_some(Right::SelectServices)
    }
}
