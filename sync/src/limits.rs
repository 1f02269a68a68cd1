//! Every bound of what is kept, sent and accepted, with its reason.

use std::time::Duration;

/// Tickets in one inner map: what a remote change costs grows with the keys of the map it touches.
pub const BUCKET_TICKETS_MAX: u64 = 250;
/// Tickets in one document; beyond it the caller opens the day's next segment, so that loading
/// stays under a fifth of a second and 80 MB.
pub const DOCUMENT_TICKETS_MAX: usize = 10_000;
/// Changes in one document, for the same reason.
pub const DOCUMENT_CHANGES_MAX: usize = 50_000;
/// Transitions put into one change: what a branch that is cut off collects before it flushes.
pub const CHANGE_TRANSITIONS_MAX: usize = 50;
/// Bytes of one raw change: fifty of the largest transitions fit; a frame has room for it.
pub const CHANGE_BYTES_MAX: usize = 32 * 1024;
/// Operations in one raw change: a transition is at most some twenty.
pub const CHANGE_OPS_MAX: u64 = 2_000;
/// Dependencies of one raw change, and heads of one document: one a writer that has not yet seen
/// the others, and a document has one or two writers.
pub const HEADS_MAX: usize = 64;
/// Other actors that one raw change may name: one a process start of the branch.
pub const CHANGE_ACTORS_MAX: usize = 4_096;
/// Columns of one raw change; the format has some twenty.
pub const CHANGE_COLUMNS_MAX: usize = 64;
/// Bytes of a whole frame; MQTT brokers on the way are set to take [`PACKET_BYTES_MAX`].
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a frame's body once unpacked. It fits a frame even if nothing was gained by packing.
pub const BODY_BYTES_MAX: usize = FRAME_BYTES_MAX - 1024;
/// A smaller body gains nothing from compression.
pub const COMPRESS_FROM_BYTES: usize = 300;
/// Changes in one frame: the smallest real change has some 100 bytes.
pub const FRAME_CHANGES_MAX: usize = 1_024;
/// Frames that a sender has under way before it waits for an ack.
pub const FRAMES_UNDER_WAY_MAX: usize = 8;
/// Bytes of a saved document that is loaded: a full one has some 2 MB.
pub const SAVED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Changes kept at a replica whose predecessors have not come; beyond it they are dropped, and
/// come again once they are asked for.
pub const ORPHANS_MAX: usize = 1_024;
/// Bytes of a label, in UTF-8.
pub const LABEL_BYTES_MAX: usize = 32;
/// Services on one ticket.
pub const TICKET_LINES_MAX: usize = 16;
/// Bytes of a tenant's name in a topic.
pub const TENANT_BYTES_MAX: usize = 32;
/// Bytes of a topic; ours have some fifty.
pub const TOPIC_BYTES_MAX: usize = 256;
/// Bytes of an MQTT packet, in both directions: a frame and its topic, with room.
pub const PACKET_BYTES_MAX: u32 = 256 * 1024;
/// Bytes that a packet has beside topic and payload, generously.
pub const PACKET_OVERHEAD_BYTES: usize = 64;
/// Messages published and not yet acknowledged; beyond it publishing is refused. Everything in
/// it may be lost with the broker, so it is small: the outbox is the queue.
pub const PUBLISHES_MAX: usize = 64;
/// Messages that the broker may have under way to us unconfirmed.
pub const RECEIVES_MAX: u16 = 64;
/// Happenings that wait for the link's owner. It holds every message and every ack of one
/// connection, so a busy owner does not hold up the polling.
pub const HAPPENINGS_MAX: usize = 256;
/// Topic filters of one link.
pub const SUBSCRIPTIONS_MAX: usize = 16;

/// How often a box says how it is while it has nothing else to say: people at central look at the
/// age of its word.
pub const STATUS_EVERY: Duration = Duration::from_secs(5);
/// A box that was silent this long counts as cut off, although the broker has not noticed yet.
pub const WORD_STALE_AFTER: Duration = Duration::from_secs(15);
/// Troubles that a branch tells of in its status: the worst are enough to send somebody there.
pub const HEALTH_TROUBLES_MAX: usize = 16;
/// Bytes of a trouble's code or subject; ours have some twenty.
pub const HEALTH_CODE_BYTES_MAX: usize = 40;
/// Bytes of a trouble's name or remedy: a sentence or two. Longer ones are cut.
pub const HEALTH_TEXT_BYTES_MAX: usize = 240;
/// Bytes of a name that a branch tells: of itself, its zone, its services. Longer ones are cut.
pub const NAME_BYTES_MAX: usize = 160;
/// Bytes of a text on a branch's card: two sentences. Longer ones are cut.
pub const CARD_TEXT_BYTES_MAX: usize = 400;
/// Languages on a card: as many as a branch may have.
pub const CARD_LANGUAGES_MAX: usize = 40;
/// Counters on a card: as many as a branch may have.
pub const CARD_COUNTERS_MAX: usize = 256;
/// Services on a card: as many as a branch may have.
pub const CARD_SERVICES_MAX: usize = 200;
/// Opening spans of one weekday on a card: as many as a branch may have.
pub const CARD_HOURS_SPANS_MAX: usize = 10;
/// Bytes of a language's code in a request.
pub const LANGUAGE_BYTES_MAX: usize = 40;
/// How long central waits for a branch's answer to a request, and a branch may still do it. A
/// customer looks at the app for it; a connected branch takes some ten milliseconds.
pub const REQUEST_WITHIN: Duration = Duration::from_secs(5);
/// How often central asks again meanwhile: the branch may just be starting, or a frame was lost.
pub const REQUEST_EVERY: Duration = Duration::from_secs(1);

const _: () = assert!(CHANGE_BYTES_MAX + 8 <= BODY_BYTES_MAX);
const _: () = assert!(BODY_BYTES_MAX < FRAME_BYTES_MAX);
const _: () = assert!(FRAME_BYTES_MAX + TOPIC_BYTES_MAX < PACKET_BYTES_MAX as usize);
const _: () = assert!(PUBLISHES_MAX + (RECEIVES_MAX as usize) < HAPPENINGS_MAX);
