use crate::bridge::{BridgeError, Message, Messenger, Withdrawal, messenger_questions, withdrawal_question};
use crate::execution::AccountProof;
use crate::primitives::{Address, Bytes, U256};
use crate::rollup::tests::chain::{APPENDED, Chain, State, WEEK, answer};

/// A message that was sent in L2 block 1, and the L1 that holds it.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) chain: Chain,
    pub(super) l2: State,
    pub(super) message: Message,
}

impl World {
    /// With the window just over.
    pub(super) fn new() -> Self {
        let mut world = Self { chain: Chain::new(), l2: State::default(), message: message(7) };
        world.chain.time = APPENDED + WEEK;
        world.send(&message(7), U256::ONE);
        world
    }

    /// Writes a message's flag into the message passer.
    pub(super) fn send(&mut self, message: &Message, flag: U256) {
        let passer = self.chain.network.l2.predeploys.message_passer;
        self.l2.set(passer, message.passer_slot().0, flag);
    }

    /// L2's honest answer about the message.
    pub(super) fn proof(&self) -> AccountProof {
        answer(&self.l2, &withdrawal_question(&self.chain.network, &self.message))
    }

    pub(super) fn withdrawal(&mut self) -> Result<Withdrawal, BridgeError> {
        let proof = self.proof();
        self.chain.state_root(&self.l2).withdrawal(self.message.clone(), &proof)
    }

    /// The messenger, asked about the message under the L1 block as it is now.
    pub(super) fn messenger(&self) -> Result<Messenger, BridgeError> {
        let registry = self.chain.registry()?;
        let proofs = messenger_questions(registry.basis(), &self.message).map(|question| self.chain.answer(&question));
        registry.messenger(&self.message, &proofs)
    }
}

pub(super) fn message(nonce: u64) -> Message {
    Message {
        target: Address::repeat_byte(0x11),
        sender: Address::repeat_byte(0x22),
        message: Bytes::new(),
        message_nonce: U256::from(nonce),
    }
}
