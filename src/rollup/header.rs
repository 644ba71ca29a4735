use super::{L2StateRoot, L2Transaction, RollupError, StateBatch};
use crate::execution::{MAX_BODY_LEAF, Proven, Receipt, TxType, receipts_root};
use crate::primitives::header::Header;
use crate::primitives::{B256, U256, mpt};

/// A header of an L2 block that is hash-linked to the block hash in a batch's `extraData`.
///
/// That hash is the proposer's word: L1 keeps it and does not check it. So it is a rung of its own beside the state root,
/// and what is proven under it (transactions, receipts) rests on the proposer, or on whoever disputes. Only
/// [`L2StateRoot::last_header`] and [`L2Header::parent`] make one.
///
/// ```compile_fail
/// let forged: metis_light::rollup::L2Header = serde_json::from_str("{}").unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct L2Header {
    header: Header,
    hash: B256,
    batch: StateBatch,
}

impl L2StateRoot {
    /// Takes the header of the batch's last block. This root must be that block's.
    ///
    /// # Errors
    /// [`RollupError::NoLastBlock`] for batches before the fault-proof upgrade, [`RollupError::BlockOutsideBatch`] where
    /// this is not the last block, [`RollupError::HeaderMismatch`] where hash, number or state root are others.
    pub fn last_header(&self, header: Header) -> Result<L2Header, RollupError> {
        let batch = self.batch();
        let last = batch.header().last_block();
        if self.block() != last {
            return Err(RollupError::BlockOutsideBatch { got: self.block(), first: last, last });
        }
        let claim = batch.header().extra_data().last_block().ok_or(RollupError::NoLastBlock)?;
        // L1 takes the proposer's number as it comes.
        check("lastBatchBlockNumber", claim.number.into(), word(last))?;
        let linked = link(header, claim.hash, last, batch)?;
        check("stateRoot", linked.header.state_root, self.state_root().hash())?;
        Ok(linked)
    }
}

impl L2Header {
    /// Goes one block down.
    ///
    /// # Errors
    /// [`RollupError::HeaderMismatch`] where `header` is not the parent's.
    pub fn parent(&self, header: Header) -> Result<Self, RollupError> {
        let number = self.header.number.checked_sub(1).ok_or(RollupError::HeaderMismatch {
            field: "number",
            got: word(header.number),
            expected: B256::ZERO,
        })?;
        link(header, self.header.parent_hash, number, &self.batch)
    }

    /// Its fields.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Its hash.
    pub const fn hash(&self) -> B256 {
        self.hash
    }

    /// The batch whose last block hash it is linked to.
    pub const fn batch(&self) -> &StateBatch {
        &self.batch
    }

    /// Shows that these are the block's transactions, all and in order.
    pub fn transactions(
        &self,
        transactions: Vec<L2Transaction>,
    ) -> Result<Proven<Vec<L2Transaction>, Self>, RollupError> {
        let leaves: Vec<Vec<u8>> = transactions.iter().map(L2Transaction::encode).collect();
        check_root("transactions", mpt::ordered_root(&leaves), self.header.transactions_root)?;
        Ok(Proven::new(transactions, self.clone()))
    }

    /// Proves the transaction at `index`, or that the block has none there.
    pub fn transaction<N: AsRef<[u8]>>(
        &self,
        index: u64,
        nodes: &[N],
    ) -> Result<Proven<Option<L2Transaction>, Self>, RollupError> {
        let leaf = mpt::verify(self.header.transactions_root, &alloy_rlp::encode(index), nodes, MAX_BODY_LEAF)
            .map_err(|rule| crate::execution::ExecutionError::Proof { what: "transaction", rule })?;
        let transaction = leaf.map(L2Transaction::decode).transpose()?;
        Ok(Proven::new(transaction, self.clone()))
    }

    /// Shows that these are the block's receipts, all and in order. Metis' are all of the legacy type.
    pub fn receipts(&self, receipts: Vec<Receipt>) -> Result<Proven<Vec<Receipt>, Self>, RollupError> {
        check_root("receipts", receipts_root(&receipts), self.header.receipts_root)?;
        Ok(Proven::new(receipts, self.clone()))
    }

    /// Proves the receipt at `index`, or that the block has none there.
    pub fn receipt<N: AsRef<[u8]>>(
        &self,
        index: u64,
        nodes: &[N],
    ) -> Result<Proven<Option<Receipt>, Self>, RollupError> {
        let receipt = Receipt::read(self.header.receipts_root, index, nodes)?;
        match &receipt {
            Some(receipt) if receipt.tx_type != TxType::Legacy => {
                Err(RollupError::WrongEncoding { what: "an l2 receipt" })
            }
            _ => Ok(Proven::new(receipt, self.clone())),
        }
    }
}

/// Takes a header with this hash and number; the number is checked although the hash covers it, so that a proposer who
/// names the hash of another block is met here.
fn link(header: Header, hash: B256, number: u64, batch: &StateBatch) -> Result<L2Header, RollupError> {
    if header.london.is_some() {
        return Err(RollupError::HeaderShape);
    }
    check("hash", header.hash(), hash)?;
    check("number", word(header.number), word(number))?;
    Ok(L2Header { header, hash, batch: batch.clone() })
}

fn check(field: &'static str, got: B256, expected: B256) -> Result<(), RollupError> {
    if got != expected {
        return Err(RollupError::HeaderMismatch { field, got, expected });
    }
    Ok(())
}

fn check_root(what: &'static str, got: B256, expected: B256) -> Result<(), RollupError> {
    if got != expected {
        return Err(RollupError::RootMismatch { what, got, expected });
    }
    Ok(())
}

fn word(number: u64) -> B256 {
    U256::from(number).into()
}
