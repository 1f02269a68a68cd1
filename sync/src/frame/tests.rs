//! Frames read back as they were written, and nothing else reads as a frame.

use proptest::prelude::*;

use super::*;
use crate::ids::ChangeHash;

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
    prop_oneof![
        (document.clone(), changes)
            .prop_map(|(document, changes)| Frame::Changes { document, changes }),
        (document.clone(), hello).prop_map(|(document, (epoch, heads, changes, sum))| {
            let hello = Hello { epoch: BoxEpoch(epoch), heads, changes, sum };
            Frame::Hello { document, hello }
        }),
        (document, any_heads(), any_heads())
            .prop_map(|(document, heads, need)| Frame::Ack { document, ack: Ack { heads, need } }),
        (any::<u32>(), status).prop_map(|(branch, (online, epoch, boot, wall_ms, version))| {
            let status = Status { online, epoch: BoxEpoch(epoch), boot, wall_ms, version };
            Frame::Status { branch: BranchId(branch), status }
        }),
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
        kind in 0..6_u8, body in proptest::collection::vec(any::<u8>(), 0..400)
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
