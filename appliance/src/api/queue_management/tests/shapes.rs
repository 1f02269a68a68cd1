//! Shapes: what was committed, as the vendor's clients read it.

use engine::{
    Among, CallId, Command, CounterId, OperatorId, Place, Priority, Standing, TicketId, Unstarted,
};
use serde_json::{Value, json};

use super::{Story, at};
use crate::api::queue_management::answers::LIST_TICKETS_MAX;
use serve::queue_management::Yes;

impl Story {
    fn calls_next(&mut self, counter: u32, operator: Option<u32>) -> CallId {
        let at = at(counter, operator);
        self.does(Command::CallNext { at, among: Among::Everything }).call.unwrap()
    }

    fn answered(&self, call: CallId) -> Value {
        let (ticket, call) = self.committed.branch.call(call).unwrap();
        serde_json::to_value(self.renderer().answered(ticket, call)).unwrap()
    }

    fn sends(&mut self, call: CallId, to: Place) {
        self.does(Command::Transfer { call, to, service: None, priority: None, then_back: false });
    }

    fn counts(&self) -> Value {
        serde_json::to_value(self.renderer().counts(self.now())).unwrap()
    }
}

#[test]
fn a_new_ticket_has_every_member_and_only_texts() {
    let mut story = Story::new();
    let id = story.issues(json!({ "service_id": 1 }));
    let nothing = json!({ "id": "", "name": "", "tag": "" });
    let ticket = json!({
        "id": "1",
        "number": "A001",
        "date": "2026-01-05 12:00:03",
        "cancelled": "0",
        "transferred": "0",
        "state": "20",
        "note": "",
        "lang": "1",
        "custom_field": "",
        "client_name": "",
        "flags": "",
        "app_displayname": "",
        "app_id": "",
        "scheduled_to": "",
        "ticket_service": { "id": "1", "name": "Service 1", "tag": "A" },
        "dst_service": nothing,
        "dst_desk": nothing,
        "dst_user": { "id": "", "display_name": "", "username": "" },
        "device": { "id": "", "type": "", "name": "" },
        "number_of_waiting_tickets": "0",
        "avg_waiting_time": "00:00:00",
    });
    assert_eq!(story.created(id), json!({ "success": true, "ticket": ticket }));
    assert_eq!(serde_json::to_value(Yes).unwrap(), json!(true));
}

#[test]
fn a_printed_ticket_brings_its_texts_in_its_language() {
    let mut story = Story::new();
    story.issues(json!({ "service_id": 1, "priority": 1 }));
    story.seconds += 3_600;
    let id = story.issues(json!({
        "service_id": 1, "device_id": 3, "lang": "en-gb", "priority": true, "client_name": "Ann",
        "custom_field": "x",
    }));
    let created = story.created(id);
    let ticket = &created["ticket"];
    assert_eq!(ticket["device"], json!({ "id": "3", "type": "printer", "name": "Entrance" }));
    assert_eq!((&ticket["client_name"], &ticket["custom_field"]), (&json!("Ann"), &json!("x")));
    assert_eq!(ticket["flags"], "priority");
    assert_eq!(ticket["number_of_waiting_tickets"], "1");
    assert_eq!(ticket["avg_waiting_time"], "00:00:30");
    let texts = json!({
        "people_waiting": "1 person is waiting",
        "waiting_time": "30",
        "date_text": "Date: 2026-01-05 13:00:04",
        "prioritary_ticket": "Priority ticket",
        "extra_text": "Please watch the display. You will be called by your number.",
        "footer_text": "Goodbye",
    });
    assert_eq!(created["ticket_strings"], texts);
    let plain = story.issues(json!({ "service_id": 1, "device_id": 3, "lang": 2 }));
    let strings = &story.created(plain)["ticket_strings"];
    assert_eq!(strings["footer_text"], "Goodbye (hu)");
    assert_eq!(strings["prioritary_ticket"], "");
    assert_ne!(strings["extra_text"], texts["extra_text"]);
}

#[test]
fn a_call_is_an_answer_from_its_begin_to_its_end() {
    let mut story = Story::new();
    story.issues(json!({ "service_id": 1 }));
    let call = story.calls_next(1, Some(7));
    let open = story.answered(call);
    assert_eq!(open["success"], true);
    assert_eq!(open["answer"]["id"], "1");
    assert_eq!(open["answer"]["call_date"], "2026-01-05 12:00:04");
    assert_eq!(open["answer"]["end_date"], "");
    assert_eq!(open["answer"]["state"], "30");
    assert_eq!(open["answer"]["ticket"]["number"], "A001");
    let unstarted = Unstarted::StartAtCall;
    story.does(Command::Finish { call, afterwork: false, unstarted });
    let ended = &story.answered(call)["answer"];
    assert_eq!(ended["end_date"], "2026-01-05 12:00:05");
    assert_eq!((&ended["state"], &ended["ticket"]["state"]), (&json!("90"), &json!("90")));
    assert_eq!(ended["ticket"]["cancelled"], "0");
}

#[test]
fn a_transfer_shows_where_the_ticket_stands_now() {
    let mut story = Story::new();
    let id = story.issues(json!({ "service_id": 1 }));
    let call = story.calls_next(1, None);
    story.sends(call, Place::Service(engine::ServiceId(2)));
    let ticket = &story.created(id)["ticket"];
    assert_eq!(ticket["transferred"], "1");
    assert_eq!(ticket["ticket_service"]["id"], "1");
    assert_eq!(ticket["dst_service"], json!({ "id": "2", "name": "Service 2", "tag": "B" }));
    assert_eq!(ticket["dst_desk"]["id"], "");

    let call = story.calls_next(1, None);
    story.sends(call, Place::Counter(CounterId(2)));
    let ticket = &story.created(id)["ticket"];
    assert_eq!(ticket["dst_desk"], json!({ "id": "2", "name": "Counter 2", "tag": "2" }));

    let call = story.calls_next(2, None);
    story.sends(call, Place::Operator(OperatorId(7)));
    let ticket = &story.created(id)["ticket"];
    let clerk = json!({ "id": "7", "display_name": "A clerk", "username": "clerk" });
    assert_eq!((&ticket["dst_user"], &ticket["dst_desk"]["id"]), (&clerk, &json!("")));
}

#[test]
fn who_did_not_come_is_cancelled_and_may_come_back() {
    let mut story = Story::new();
    let id = story.issues(json!({ "service_id": 1 }));
    for state in ["40", "40", "50"] {
        if story.ticket(id).no_shows != 0 {
            story.does(Command::PutBack { ticket: id });
        }
        let call = story.calls_next(1, None);
        story.does(Command::NoShow { call });
        let answer = &story.answered(call)["answer"];
        assert_eq!(
            (&answer["state"], &answer["ticket"]["cancelled"]),
            (&json!(state), &json!("1"))
        );
    }
}

#[test]
fn the_waiting_list_is_in_calling_order_with_the_reserved_ones() {
    let mut story = Story::new();
    for service in [1, 2, 1, 2] {
        story.issues(json!({ "service_id": service }));
    }
    story.issues(json!({ "service_id": 2, "priority": true }));
    assert_eq!(story.waiting(None, 0), ["B003", "A001", "B001", "A002", "B002"]);
    assert_eq!(story.waiting(Some(2), 0), ["B003", "B001", "B002"]);
    assert_eq!(story.waiting(Some(2), 1), ["B001", "B002"]);
    assert_eq!(story.waiting(Some(2), usize::MAX), [""; 0]);
    assert_eq!(story.waiting(Some(1), 0), ["A001", "A002"]);
    let among = Among::These(vec![engine::ServiceId(1)]);
    let call = story.does(Command::CallNext { at: at(1, None), among }).call.unwrap();
    story.sends(call, Place::Counter(CounterId(2)));
    assert_eq!(story.waiting(Some(1), 0), ["A001", "A002"]);
    assert_eq!(story.counts()["services"][0]["number_of_waiting_tickets"], "2");
}

#[test]
fn the_paused_list_is_what_a_counter_may_call_back() {
    let mut story = Story::new();
    story.issues(json!({ "service_id": 1 }));
    story.issues(json!({ "service_id": 1 }));
    let call = story.calls_next(1, None);
    story.does(Command::Park { call, unstarted: Unstarted::StartAtCall });
    assert_eq!(story.paused(None), ["A001"]);
    assert_eq!(story.paused(Some(1)), ["A001"]);
    let mut settings = super::settings();
    let none = engine::settings::Serves::These(vec![]);
    settings.counters[1].serves = none;
    story.does(Command::ChangeSettings(Box::new(settings)));
    assert_eq!(story.paused(Some(2)), [""; 0]);
    let (ticket, standing) = (TicketId(1), Standing::Parked);
    assert!(story.asks(&Command::Call { at: at(2, None), ticket, standing }).is_err());
    story.does(Command::Call { at: at(1, None), ticket, standing });
    assert_eq!(story.paused(None), [""; 0]);
}

#[test]
fn the_cancelled_list_is_what_a_counter_may_call_back() {
    let mut story = Story::new();
    story.issues(json!({ "service_id": 1 }));
    story.issues(json!({ "service_id": 1 }));
    let call = story.calls_next(1, None);
    story.does(Command::NoShow { call });
    assert_eq!(story.cancelled(None), ["A001"]);
    assert_eq!(story.cancelled(Some(2)), ["A001"]);
    let mut settings = super::settings();
    settings.counters[1].serves = engine::settings::Serves::These(vec![]);
    settings.rules.tolerance_tickets = 0;
    story.does(Command::ChangeSettings(Box::new(settings)));
    assert_eq!(story.cancelled(Some(1)), ["A001"]);
    assert_eq!(story.cancelled(Some(2)), [""; 0]);
    story.calls_next(1, None);
    assert_eq!(story.cancelled(None), [""; 0], "beyond the tolerance");
}

#[test]
fn every_service_is_counted() {
    let mut story = Story::new();
    story.issues(json!({ "service_id": 1 }));
    story.seconds += 60;
    story.issues(json!({ "service_id": 1 }));
    let service = |id: u32, tag: &str, waiting: &str, open: bool, wait: &str| {
        json!({
            "id": id.to_string(), "tag": tag, "description": format!("Service {id}"),
            "number_of_waiting_tickets": waiting, "open": open, "avg_waiting_time": wait,
        })
    };
    let services = [
        service(1, "A", "2", true, "30"),
        service(2, "B", "0", true, "0"),
        service(3, "C", "0", false, "0"),
    ];
    assert_eq!(story.counts(), json!({ "success": true, "services": services }));
    story.does(Command::CloseDay);
    assert_eq!(story.counts()["services"][0]["open"], false);
}

#[test]
fn a_list_ends_at_its_limit_and_goes_on_from_there() {
    let mut story = Story::new();
    for _ in 0..LIST_TICKETS_MAX + 2 {
        story.issues(json!({ "service_id": 1 }));
    }
    assert_eq!(story.waiting(None, 0).len(), LIST_TICKETS_MAX);
    assert_eq!(story.waiting(None, LIST_TICKETS_MAX), ["A1001", "A1002"]);
}

#[test]
fn priorities_above_the_usual_one_are_flagged() {
    let mut story = Story::new();
    let id = story.issues(json!({ "service_id": 1 }));
    let call = story.calls_next(1, None);
    let (to, priority) = (Place::Service(engine::ServiceId(1)), Priority::new(6));
    story.does(Command::Transfer { call, to, service: None, priority, then_back: false });
    assert_eq!(story.created(id)["ticket"]["flags"], "priority");
}
