//! Frames read back as they were written, and nothing else reads as a frame.

use proptest::prelude::*;

use super::*;
use crate::card::{Notices, Offer, Rules, Site};
use crate::health::{Severity, Trouble};
use crate::ids::{ChangeHash, TicketKey};
use crate::limits::{CARD_LANGUAGES_MAX, CARD_SERVICES_MAX, CARD_TEXT_BYTES_MAX};
use crate::request::{Ask, No, RequestId, Said, Sold};

const DOCUMENT: DocumentId = DocumentId { branch: BranchId(7), day: 20_261_122, segment: 1 };

fn any_heads() -> impl Strategy<Value = Heads> {
    let hash = any::<[u8; 32]>().prop_map(ChangeHash);
    proptest::collection::vec(hash, 0..5).prop_map(Heads::new)
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let document = (any::<u32>(), any::<u32>(), any::<u16>())
        .prop_map(|(branch, day, segment)| DocumentId { branch: BranchId(branch), day, segment });
    let change = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        (0..5_000_usize).prop_map(|length| vec![7; length]),
    ];
    let changes = proptest::collection::vec(change, 0..8);
    let hello = (any::<u32>(), any_heads(), any::<u64>(), any::<[u8; 16]>());
    let status = (any::<bool>(), any::<u32>(), any::<u64>(), any::<u64>(), "[a-z0-9.]{0,20}");
    let status = (status, any_health());
    prop_oneof![
        (document.clone(), changes)
            .prop_map(|(document, changes)| Frame::Changes { document, changes }),
        (document.clone(), hello).prop_map(|(document, (epoch, heads, changes, sum))| {
            let hello = Hello { epoch: BoxEpoch(epoch), heads, changes, sum };
            Frame::Hello { document, hello }
        }),
        (document, any_heads(), any_heads())
            .prop_map(|(document, heads, need)| Frame::Ack { document, ack: Ack { heads, need } }),
        (any::<u32>(), any_card()).prop_map(|(branch, card)| {
            Frame::Card { branch: BranchId(branch), card: Box::new(card) }
        }),
        (any::<u32>(), any_request()).prop_map(|(branch, (id, until_ms, ask))| {
            let ask = of_branch(ask, BranchId(branch));
            let request = Request { id: RequestId(id), until_ms, ask };
            Frame::Request { branch: BranchId(branch), request }
        }),
        (any::<u32>(), any::<[u8; 16]>(), any_said()).prop_map(|(branch, id, said)| {
            let said = match said {
                Said::Sold(sold) => {
                    let ticket = TicketKey { branch: BranchId(branch), ..sold.ticket };
                    Said::Sold(Sold { ticket, ..sold })
                }
                Said::Done | Said::Refused(_) => said,
            };
            let answer = Answer { id: RequestId(id), said };
            Frame::Answer { branch: BranchId(branch), answer }
        }),
        (any::<u32>(), status).prop_map(|(branch, (plain, health))| {
            let (online, epoch, boot, wall_ms, version) = plain;
            let status = Status { online, epoch: BoxEpoch(epoch), boot, wall_ms, version, health };
            Frame::Status { branch: BranchId(branch), status }
        }),
    ]
}

fn any_health() -> impl Strategy<Value = Health> {
    let severity = prop_oneof![Just(Severity::Error), Just(Severity::Warning)];
    let trouble = (severity, "[a-z-]{0,40}", "[a-z/0-9]{0,40}", "[a-z\u{e9} ]{0,99}", ".{0,50}");
    let trouble = trouble.prop_map(|(severity, code, subject, name, remedy)| Trouble {
        severity,
        code,
        subject,
        name,
        remedy,
    });
    proptest::collection::vec(trouble, 0..5).prop_map(Health::of)
}

fn any_card() -> impl Strategy<Value = Card> {
    let text = || "[a-z\u{e9} ]{0,12}";
    let hours =
        proptest::array::uniform7(proptest::collection::vec((0..=1_440_u16, 0..=1_440_u16), 0..3));
    let names = || proptest::collection::vec(text(), 0..3);
    let numbers = (any::<u32>(), any::<u64>(), any::<u32>(), any::<bool>());
    let offer = (numbers, text(), names(), names(), proptest::option::of(hours)).prop_map(
        |((id, expected_ms, counters, disabled), tag, names, descriptions, hours)| Offer {
            id,
            tag,
            names,
            descriptions,
            disabled,
            expected_ms,
            counters,
            hours,
        },
    );
    let place = (-90_000_000..=90_000_000_i32, -180_000_000..=180_000_000_i32);
    let site = (proptest::array::uniform7(text()), proptest::option::of(place)).prop_map(
        |([address, city, region, country, phone, email, website], coordinates)| Site {
            address,
            city,
            region,
            country,
            phone,
            email,
            website,
            coordinates,
        },
    );
    let rules = (any::<[u32; 4]>(), any::<bool>()).prop_map(
        |([radius_km, min_customers, min_waiting_min, warn_ahead], allow_multi_ticket)| Rules {
            radius_km,
            min_customers,
            min_waiting_min,
            allow_multi_ticket,
            warn_ahead,
        },
    );
    let notices = proptest::collection::vec(
        (proptest::array::uniform2(text()), proptest::array::uniform2(text()))
            .prop_map(|(your_turn, almost_your_turn)| Notices { your_turn, almost_your_turn }),
        0..3,
    );
    let counters = proptest::collection::vec((any::<u32>(), text()), 0..4);
    let services = proptest::collection::vec(offer, 0..4);
    ((any::<bool>(), text(), text()), site, rules, names(), notices, counters, services).prop_map(
        |((offers, name, zone), site, rules, languages, notices, counters, services)| Card {
            offers,
            name,
            zone,
            site,
            rules,
            languages,
            notices,
            counters,
            services,
        },
    )
}

fn any_ticket() -> impl Strategy<Value = TicketKey> {
    (any::<u32>(), any::<u64>()).prop_map(|(epoch, number)| TicketKey {
        branch: BranchId(0),
        epoch: BoxEpoch(epoch),
        number,
    })
}

fn any_request() -> impl Strategy<Value = ([u8; 16], u64, Ask)> {
    let ask = prop_oneof![
        (any::<u32>(), "[a-z-]{0,40}")
            .prop_map(|(service, language)| Ask::Sell { service, language }),
        any_ticket().prop_map(|ticket| Ask::Cancel { ticket }),
        any::<[u8; 16]>().prop_map(|sale| Ask::Withdraw { sale: RequestId(sale) }),
    ];
    (any::<[u8; 16]>(), any::<u64>(), ask)
}

fn of_branch(ask: Ask, branch: BranchId) -> Ask {
    match ask {
        Ask::Cancel { ticket } => Ask::Cancel { ticket: TicketKey { branch, ..ticket } },
        Ask::Sell { .. } | Ask::Withdraw { .. } => ask,
    }
}

fn any_said() -> impl Strategy<Value = Said> {
    prop_oneof![
        (any_ticket(), any::<u32>(), "[A-Z]{0,8}", any::<u32>(), any::<u64>()).prop_map(
            |(ticket, day, tag, number, at_ms)| Said::Sold(Sold {
                ticket,
                day,
                tag,
                number,
                at_ms
            })
        ),
        Just(Said::Done),
        prop_oneof![Just(No::Off), Just(No::Later), Just(No::Expired)].prop_map(Said::Refused),
    ]
}

proptest! {
    #[test]
    fn a_frame_reads_back_and_a_damaged_one_does_not(
        frame in any_frame(), cut: u32, place: u32, flip in 1..=255_u8
    ) {
        let bytes = frame.encode().expect("it fits");
        prop_assert_eq!(Frame::parse(&bytes).expect("ours"), frame);
        let cut = cut as usize % bytes.len();
        prop_assert!(Frame::parse(&bytes[..cut]).is_err());
        let mut damaged = bytes.clone();
        damaged[place as usize % bytes.len()] ^= flip;
        prop_assert!(Frame::parse(&damaged).is_err());
        damaged.push(0);
        prop_assert!(Frame::parse(&[bytes.as_slice(), &[0]].concat()).is_err());
    }

    #[test]
    fn a_forged_body_is_read_or_refused_and_never_more(
        kind in 0..9_u8, body in proptest::collection::vec(any::<u8>(), 0..400)
    ) {
        let bytes = seal(kind, DOCUMENT, &body).expect("short");
        if let Ok(frame) = Frame::parse(&bytes) {
            prop_assert_eq!(Frame::parse(&frame.encode().expect("it fits")).expect("ours"), frame);
        }
        prop_assert!(Frame::parse(&body).is_err());
    }
}

#[test]
fn what_unpacks_to_more_than_a_frame_is_refused() {
    let bomb = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], LEVEL).expect("compresses");
    assert!(bomb.len() < FRAME_BYTES_MAX, "{} bytes look harmless", bomb.len());
    for claimed in [1_u32, BODY_BYTES_MAX as u32, u32::MAX] {
        let mut frame = seal(1, DOCUMENT, &[]).expect("empty");
        frame.truncate(CRC_AT);
        frame[6] = PACKED;
        frame[17..CRC_AT].copy_from_slice(&claimed.to_le_bytes());
        let sum = crc(&frame, &bomb);
        frame.extend_from_slice(&sum.to_le_bytes());
        frame.extend_from_slice(&bomb);
        assert!(Frame::parse(&frame).is_err(), "{claimed}");
    }
}

#[test]
fn a_frame_has_limits_and_many_changes_take_many_frames() {
    let change = |length| RawChange {
        hash: ChangeHash([0; 32]),
        deps: Vec::new(),
        bytes: (0..length).map(|index: usize| ((index * 7_919) >> 3) as u8).collect(),
    };
    let changes = vec![vec![1]; FRAME_CHANGES_MAX];
    let full = Frame::Changes { document: DOCUMENT, changes };
    Frame::parse(&full.encode().expect("as many as may be")).expect("ours");
    let changes = vec![vec![1]; FRAME_CHANGES_MAX + 1];
    assert!(Frame::Changes { document: DOCUMENT, changes }.encode().is_err());
    let changes = vec![vec![1; BODY_BYTES_MAX]];
    assert!(Frame::Changes { document: DOCUMENT, changes }.encode().is_err());
    let heads = Heads::new((0..=HEADS_MAX).map(|index| ChangeHash([index as u8; 32])).collect());
    let ack = Ack { heads, need: Heads::default() };
    assert!(Frame::Ack { document: DOCUMENT, ack }.encode().is_err());

    let many: Vec<RawChange> = (0..3_000).map(|index| change(index % 200)).collect();
    let large = vec![change(CHANGE_BYTES_MAX); 3];
    for changes in [many, large] {
        let frames = pack(DOCUMENT, &changes).expect("each fits");
        assert!(1 < frames.len());
        let mut back = Vec::new();
        for (count, frame) in frames {
            assert!(frame.len() <= FRAME_BYTES_MAX);
            let Ok(Frame::Changes { changes, .. }) = Frame::parse(&frame) else { panic!() };
            assert_eq!(changes.len(), count);
            back.extend(changes);
        }
        let sent: Vec<Vec<u8>> = changes.into_iter().map(|change| change.bytes).collect();
        assert_eq!(back, sent);
    }
}

#[test]
fn a_card_is_cut_until_it_fits_and_refused_where_it_never_does() {
    let branch = BranchId(7);
    let offer = |id| Offer {
        id,
        names: vec!["n".repeat(50); CARD_LANGUAGES_MAX],
        descriptions: vec!["d".repeat(5_000); CARD_LANGUAGES_MAX],
        ..Offer::default()
    };
    let languages = vec!["en-gb".to_owned(); CARD_LANGUAGES_MAX];
    let card = |services: usize| Card {
        languages: languages.clone(),
        services: (0..services as u32).map(offer).collect(),
        ..Card::default()
    };
    let encoded = |card: Card| Frame::Card { branch, card: Box::new(card) }.encode();
    assert!(encoded(card(2)).is_err(), "a text is longer than a card's may be");
    let fitted = card(2).fitted();
    assert_eq!(fitted.services[0].descriptions[0].len(), CARD_TEXT_BYTES_MAX);
    encoded(fitted).expect("two services fit with all that they have");
    let fitted = card(20).fitted();
    assert_eq!(fitted.services[0].descriptions.len(), 0);
    assert_eq!(fitted.languages.len(), CARD_LANGUAGES_MAX);
    encoded(fitted).expect("twenty fit without descriptions");
    let fitted = card(CARD_SERVICES_MAX).fitted();
    assert_eq!((fitted.languages.len(), fitted.services[0].names.len()), (4, 4));
    encoded(fitted).expect("as many as a branch may have fit in a few languages");
    assert!(encoded(card(CARD_SERVICES_MAX + 1).fitted()).is_err());
}

#[test]
fn a_card_that_speaks_of_no_time_or_place_on_earth_is_refused() {
    let branch = BranchId(7);
    let encoded =
        |card: Card| Frame::Card { branch, card: Box::new(card) }.encode().expect("short");
    let site = Site { coordinates: Some((90_000_001, 0)), ..Site::default() };
    assert!(Frame::parse(&encoded(Card { site, ..Card::default() })).is_err());
    let mut hours: [Vec<(u16, u16)>; 7] = Default::default();
    hours[6] = vec![(0, 1_441)];
    let offer = Offer { hours: Some(hours), ..Offer::default() };
    assert!(Frame::parse(&encoded(Card { services: vec![offer], ..Card::default() })).is_err());
}

#[test]
fn the_status_of_a_box_that_knows_no_health_is_read() {
    let mut body = vec![1, 7, 3, 9];
    block(&mut body, b"0.1.0");
    let no_document = DocumentId { branch: BranchId(7), day: 0, segment: 0 };
    let bytes = seal(4, no_document, &body).expect("short");
    let Ok(Frame::Status { status, .. }) = Frame::parse(&bytes) else { panic!("a status") };
    assert_eq!((status.boot, status.health), (3, Health::default()));
}
