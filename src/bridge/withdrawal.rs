use super::{BridgeError, Message};
use crate::execution::{AccountProof, BalanceClaim, Proven, Question};
use crate::network::Network;
use crate::primitives::U256;
use crate::rollup::L2StateRoot;

/// A message that was sent on L2 by the block of a proven state root.
pub type Withdrawal = Proven<Message, L2StateRoot>;

/// What to ask L2 about a message: the message passer's flag.
pub fn withdrawal_question(network: &Network, message: &Message) -> Question {
    Question::new(network.l2.predeploys.message_passer, [message.passer_slot()])
}

impl L2StateRoot {
    /// Proves that `message` was sent at or before this block. `proof` answers [`withdrawal_question`].
    ///
    /// # Errors
    /// [`BridgeError::NotSent`] where the flag is not set, and the errors of the proof.
    pub fn withdrawal(&self, message: Message, proof: &AccountProof) -> Result<Withdrawal, BridgeError> {
        let question = withdrawal_question(self.batch().basis().network(), &message);
        let answer = question.read(self.state_root(), proof, BalanceClaim::Elsewhere)?;
        check_sent(&message, answer.words.first().copied().unwrap_or_default())?;
        Ok(Proven::new(message, self.clone()))
    }
}

/// The flag of a message that was sent is exactly 1.
pub(crate) fn check_sent(message: &Message, got: U256) -> Result<(), BridgeError> {
    if got != U256::ONE {
        return Err(BridgeError::NotSent { hash: message.hash(), got });
    }
    Ok(())
}
