//! Every call of both dialects as it is sent when all is well.

use tests::dialects::{QUEUE_MANAGEMENT, SMART};

/// What a parameter has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Ids,
    Flag,
    Text,
    Date,
}

/// An operation of Queue Management, with its parameters, and whether each has to be there.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) parameters: &'static [(&'static str, Kind, bool)],
}

use Kind::{Date, Flag, Id, Ids, Text};

pub(crate) const OPERATIONS: [Operation; 12] = [
    Operation {
        name: "createticket",
        method: "POST",
        parameters: &[
            ("service_id", Id, true),
            ("desk_id", Id, false),
            ("user_id", Id, false),
            ("device_id", Id, false),
            ("priority", Flag, false),
            ("from_virtualticket", Flag, false),
            ("appointment", Flag, false),
            ("scheduled_to", Date, false),
            ("client_name", Text, false),
            ("custom_field", Text, false),
            ("lang", Text, false),
        ],
    },
    Operation {
        name: "callnextticket",
        method: "POST",
        parameters: &[("desk_id", Id, true), ("user_id", Id, false), ("services", Ids, false)],
    },
    Operation {
        name: "callticket",
        method: "POST",
        parameters: &[("desk_id", Id, true), ("ticket_id", Id, true), ("user_id", Id, false)],
    },
    Operation {
        name: "callpausedticket",
        method: "POST",
        parameters: &[("desk_id", Id, true), ("ticket_id", Id, true), ("user_id", Id, false)],
    },
    Operation { name: "recall", method: "POST", parameters: &[("answer_id", Id, true)] },
    Operation { name: "endcall", method: "POST", parameters: &[("answer_id", Id, true)] },
    Operation { name: "pausecall", method: "POST", parameters: &[("answer_id", Id, true)] },
    Operation { name: "cancelcall", method: "POST", parameters: &[("answer_id", Id, true)] },
    Operation {
        name: "transfercall",
        method: "POST",
        parameters: &[
            ("answer_id", Id, true),
            ("dst_type", Text, true),
            ("dst_id", Id, true),
            ("desk_id", Id, false),
            ("priority", Flag, false),
            ("note", Text, false),
            ("custom_field", Text, false),
        ],
    },
    Operation {
        name: "waitingticketslist",
        method: "POST",
        parameters: &[("service_id", Id, false), ("offset", Id, false)],
    },
    Operation {
        name: "pausedticketslist",
        method: "POST",
        parameters: &[("desk_id", Id, false), ("offset", Id, false)],
    },
    Operation { name: "waitingticketscount", method: "GET", parameters: &[] },
];

impl Operation {
    pub(crate) fn path(&self) -> String {
        format!("{QUEUE_MANAGEMENT}/{}", self.name)
    }

    /// A value for each parameter that has to be there, as JSON.
    pub(crate) fn needed(&self) -> Vec<(&'static str, String)> {
        let needed = self.parameters.iter().filter(|(_, _, needed)| *needed);
        let value = |name: &str| if name == "dst_type" { r#""service""# } else { "1" };
        needed.map(|(name, _, _)| (*name, value(name).to_owned())).collect()
    }
}

/// The calls of Smart Ticket: a path below the prefix, and the methods that it takes.
pub(crate) const SMART_CALLS: [(&str, &[&str]); 10] = [
    ("generateHash/1", &["GET"]),
    ("init", &["GET"]),
    ("locales/1", &["GET"]),
    ("profile", &["GET"]),
    ("generateTicket", &["POST"]),
    ("bookingCode", &["POST"]),
    ("ticket/aGdAT6exKj", &["GET", "DELETE"]),
    ("missingPutBack", &["PUT"]),
    ("feedbackProfile", &["GET"]),
    ("feedback", &["POST"]),
];

pub(crate) fn smart(path: &str) -> String {
    format!("{SMART}/{path}")
}

/// A JSON object of members whose values are JSON already.
pub(crate) fn object(members: &[(&str, String)]) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}
