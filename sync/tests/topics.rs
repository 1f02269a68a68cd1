//! Topics are written and read in one way, and no name smuggles a wildcard in.

use sync::ids::{BranchId, DocumentId};
use sync::limits::TENANT_BYTES_MAX;
use sync::topics::{Subject, Tenant, Topic, box_filters, box_rights, central_filter};

#[test]
fn every_topic_reads_back() {
    let branch = BranchId(7);
    let document = DocumentId { branch, day: 20_261_122, segment: 2 };
    let tenant = Tenant::parse("north-bank").expect("fine");
    let subjects = [
        (Subject::Status, "q/1/north-bank/7/up/st"),
        (Subject::Hello, "q/1/north-bank/7/up/hello"),
        (Subject::Changes, "q/1/north-bank/7/up/ch"),
        (Subject::Snapshot(document), "q/1/north-bank/7/up/sn/day-20261122-2"),
        (Subject::Card, "q/1/north-bank/7/up/card"),
        (Subject::Answer, "q/1/north-bank/7/up/ans"),
        (Subject::Ack, "q/1/north-bank/7/dn/ack"),
        (Subject::CentralChanges, "q/1/north-bank/7/dn/ch"),
        (Subject::CentralSnapshot(document), "q/1/north-bank/7/dn/sn/day-20261122-2"),
        (Subject::Command, "q/1/north-bank/7/dn/cmd"),
        (Subject::Request, "q/1/north-bank/7/dn/req"),
    ];
    for (subject, text) in subjects {
        let topic = Topic::Branch { tenant: tenant.clone(), branch, subject };
        assert_eq!(topic.to_string(), text);
        assert_eq!(Topic::parse(text).expect("ours"), topic);
    }
    let central = Topic::Central { tenant: tenant.clone() };
    assert_eq!(Topic::parse("q/1/north-bank/central/st").expect("ours"), central);
    assert_eq!(central_filter(), "$share/ingest/q/1/+/+/up/#");
    let read = ["q/1/north-bank/7/dn/#".to_owned(), "q/1/north-bank/central/st".to_owned()];
    assert_eq!(box_filters(&tenant, branch), read);
    assert_eq!(box_rights(&tenant, branch), ("q/1/north-bank/7/up/#".to_owned(), read));
}

#[test]
fn what_is_none_of_ours_is_refused() {
    for name in ["", "#", "+", "a/b", "A", "a b", &"a".repeat(TENANT_BYTES_MAX + 1)] {
        assert!(Tenant::parse(name).is_err(), "{name}");
    }
    Tenant::parse(&"a".repeat(TENANT_BYTES_MAX)).expect("as long as may be");
    let long = format!("q/1/t/7/up/sn/{}", "1".repeat(1_000));
    let texts = [
        "",
        "q",
        "q/1",
        "q/1/t",
        "q/1/t/7",
        "q/2/t/7/up/st",
        "q/1/t/7/up",
        "q/1/t/7/up/st/x",
        "q/1/+/7/up/st",
        "q/1/t/#",
        "q/1/t/x/up/st",
        "q/1/t/07/up/st",
        "q/1/t/4294967296/up/st",
        "q/1/t/7/up/sn/day-1",
        "q/1/t/7/dn/st",
        "$SYS/broker/uptime",
        &long,
    ];
    for text in texts {
        assert!(Topic::parse(text).is_err(), "{text}");
    }
}
