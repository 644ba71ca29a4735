use super::{Session, Transport};
use crate::client::{ClientError, CommittedBatch, FindBatch, LastFinal, RollupHead, Wanted};
use crate::error::Error;
use crate::rollup::{Finality, L2StateRoot};

/// Which L2 block is asked about.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum At {
    /// The newest one that meets the floor.
    #[default]
    Newest,
    /// The newest one whose window is over.
    Final,
    /// This one.
    Block(u64),
}

/// How firmly a block must stand. What is disputed is below every floor.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Floor {
    /// In a batch on L1.
    #[default]
    Posted,
    /// And a quorum of verifiers signed its state roots, or its window is over. A build without attestations, as a page first
    /// loads, refuses it.
    Attested,
    /// And its window is over.
    Final,
}

impl<T: Transport> Session<T> {
    /// The state root of an L2 block under a head.
    ///
    /// # Errors
    /// [`ClientError::NotPosted`] for a block that is in no batch yet, [`ClientError::BatchNotPosted`] where there is none,
    /// [`ClientError::BelowFloor`], [`ClientError::Disputed`] and [`ClientError::NothingFinal`] where none is firm enough.
    pub async fn state_root_under(&self, head: &RollupHead, at: At) -> Result<L2StateRoot, Error> {
        let (batch, block) = match (at, self.floor()) {
            (At::Block(block), _) => (self.batch_of(head, block).await?, Some(block)),
            (At::Newest, Floor::Posted) => (self.newest(head).await?, None),
            (At::Newest, Floor::Attested) => {
                let newest = self.newest(head).await?;
                (self.newest_attested(head, newest).await?, None)
            }
            (At::Newest, Floor::Final) | (At::Final, _) => (self.last_final(head).await?, None),
        };
        let block = block.unwrap_or_else(|| batch.batch().header().last_block());
        check_floor(self.floor(), &batch, block)?;
        // What is newest was looked for by its attestations.
        if self.floor() == Floor::Attested && matches!(at, At::Block(_)) {
            self.check_attested(head, &batch, block).await?;
        }
        Ok(batch.state_root(block)?.0)
    }

    async fn last_final(&self, head: &RollupHead) -> Result<CommittedBatch, Error> {
        Ok(self.ask(LastFinal::new(&head.registry)).await?.ok_or(ClientError::NothingFinal)?)
    }

    /// The last batch, or the one before what is disputed; a disputed one where none is found below it.
    async fn newest(&self, head: &RollupHead) -> Result<CommittedBatch, Error> {
        let mut batch = head.last.clone().ok_or(ClientError::BatchNotPosted { index: 0, length: 0 })?;
        let earliest = u64::try_from(head.registry.basis().earliest_disputed_block()).ok().filter(|block| *block > 0);
        for _ in 0..STEPS {
            let first = batch.batch().header().first_block();
            // The batch of the block before it may be disputed too, for blocks of one batch share their fate.
            let before = earliest.map_or(first, |earliest| earliest.min(first)).saturating_sub(1);
            if before == 0 || !matches!(batch.batch().finality(), Finality::Disputed(_)) {
                break;
            }
            batch = self.batch_of(head, before).await?;
        }
        Ok(batch)
    }

    async fn batch_of(&self, head: &RollupHead, block: u64) -> Result<CommittedBatch, Error> {
        let has_it = |batch: &CommittedBatch| batch.batch().header().index_of(block).is_ok();
        match head.last.clone().filter(has_it) {
            Some(batch) => Ok(batch),
            None => self.ask(FindBatch::new(&head.registry, Wanted::Block(block))?).await,
        }
    }
}

/// How often a lower batch is looked for: one step leads below the earliest dispute, a second one below its batch, and each is a
/// search of its own.
const STEPS: usize = 4;

fn check_floor(floor: Floor, batch: &CommittedBatch, block: u64) -> Result<(), ClientError> {
    match (batch.batch().finality(), floor) {
        (Finality::Disputed(_), _) => Err(ClientError::Disputed { block }),
        (Finality::Posted { closes }, Floor::Final) => Err(ClientError::BelowFloor { block, closes: closes.0 }),
        _ => Ok(()),
    }
}
