//! Acks that are due: one a document, the newest, sent as the link has room.

use std::collections::{BTreeMap, VecDeque};

use sync::frame::Frame;
use sync::ids::DocumentId;
use sync::link::{Link, LinkError, Message};
use sync::session::Ack;
use sync::topics::{Subject, Tenant, Topic};

/// Acks kept until there is room. One that is let go of is no loss: the branch sends again what no
/// ack has covered, and gets another.
pub(super) const ACKS_OWED_MAX: usize = 1_024;

/// Seconds after which an ack is of no use: by then the branch has sent its changes again.
const ACK_EXPIRES_S: u32 = 60;

/// What central owes to the branches.
#[derive(Default)]
pub(super) struct Owed {
    acks: BTreeMap<DocumentId, Ack>,
    turns: VecDeque<DocumentId>,
}

impl Owed {
    /// Owes this one instead of an older one of the same document.
    pub(super) fn owe(&mut self, document: DocumentId, ack: Ack) {
        let room = self.acks.len() < ACKS_OWED_MAX || self.acks.contains_key(&document);
        if room && self.acks.insert(document, ack).is_none() {
            self.turns.push_back(document);
        }
    }

    /// Owes nothing more: with the connection went those who waited.
    pub(super) fn forget(&mut self) {
        *self = Owed::default();
    }

    /// Sends what the link takes.
    pub(super) fn send(&mut self, link: &impl Link, tenant: &Tenant) {
        while let Some(document) = self.turns.front().copied() {
            if let Some(ack) = self.acks.get(&document) {
                match publish(link, tenant, document, ack.clone()) {
                    Ok(()) => {}
                    Err(LinkError::Full) => return,
                    Err(LinkError::NotConnected) => return self.forget(),
                    Err(error @ (LinkError::TooLarge | LinkError::Filter)) => {
                        tracing::warn!(%error, %document, "an ack could not be sent");
                    }
                }
            }
            self.turns.pop_front();
            self.acks.remove(&document);
        }
    }
}

fn publish(
    link: &impl Link,
    tenant: &Tenant,
    document: DocumentId,
    ack: Ack,
) -> Result<(), LinkError> {
    let (tenant, branch) = (tenant.clone(), document.branch);
    let topic = Topic::Branch { tenant, branch, subject: Subject::Ack }.to_string();
    let payload = Frame::Ack { document, ack }.encode().map_err(|_| LinkError::TooLarge)?;
    let message = Message { expires_s: Some(ACK_EXPIRES_S), ..Message::new(topic, payload) };
    link.publish(message).map(|_| ())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::Mutex;

    use sync::ids::{BranchId, ChangeHash, Heads};
    use sync::link::{Delivery, PublishId};

    use super::*;

    /// A link with so much room.
    struct Narrow(Mutex<(usize, Vec<Message>)>);

    impl Link for Narrow {
        fn publish(&self, message: Message) -> Result<PublishId, LinkError> {
            let mut narrow = self.0.lock().expect("one thread");
            narrow.0 = narrow.0.checked_sub(1).ok_or(LinkError::Full)?;
            narrow.1.push(message);
            Ok(PublishId(0))
        }

        fn subscribe(&self, _: &str) -> Result<(), LinkError> {
            Ok(())
        }

        fn confirm(&self, _: &Delivery) {}
    }

    fn document(branch: u32) -> DocumentId {
        DocumentId { branch: BranchId(branch), day: 20_261_122, segment: 1 }
    }

    fn ack(byte: u8) -> Ack {
        Ack { heads: Heads::new(vec![ChangeHash([byte; 32])]), need: Heads::default() }
    }

    #[test]
    fn acks_wait_for_room_in_turn_and_only_the_newest_of_a_document_is_sent() {
        let tenant = Tenant::parse("demo").expect("plain");
        let link = Narrow(Mutex::new((1, Vec::new())));
        let owed = RefCell::new(Owed::default());
        owed.borrow_mut().owe(document(9), ack(1));
        owed.borrow_mut().owe(document(2), ack(2));
        owed.borrow_mut().send(&link, &tenant);
        owed.borrow_mut().owe(document(2), ack(3));
        link.0.lock().expect("one thread").0 = 5;
        owed.borrow_mut().send(&link, &tenant);
        let sent = &link.0.lock().expect("one thread").1;
        let frames: Vec<Frame> =
            sent.iter().map(|sent| Frame::parse(&sent.payload).expect("ours")).collect();
        let of = |branch, byte| Frame::Ack { document: document(branch), ack: ack(byte) };
        assert_eq!(frames, [of(9, 1), of(2, 3)]);
        assert_eq!(sent[0].topic, "q/1/demo/9/dn/ack");
    }

    #[test]
    fn only_so_many_are_owed() {
        let mut owed = Owed::default();
        for branch in 0..=ACKS_OWED_MAX as u32 {
            owed.owe(document(branch), ack(1));
        }
        assert_eq!((owed.acks.len(), owed.turns.len()), (ACKS_OWED_MAX, ACKS_OWED_MAX));
        owed.owe(document(0), ack(2));
        assert_eq!(owed.acks[&document(0)], ack(2), "a newer one takes the older one's place");
    }
}
