use super::facts::{Found, Reader};
use super::{Authority, DisputeGames, DisputeRequest, MvmVerifier, authority, game, request, verifier};
use crate::primitives::B256;
use crate::rollup::{Basis, Change, Pins, Registry};
use std::sync::Arc;

/// Every dispute that L1 shows, at one L1 block. Only [`Inquiry`](super::Inquiry) makes one.
///
/// ```compile_fail
/// let forged: metis_light::dispute::Disputes = serde_json::from_str("{}").unwrap();
/// ```
/// ```compile_fail
/// let forged = metis_light::dispute::Disputes::default();
/// ```
#[derive(Clone, Debug)]
pub struct Disputes {
    basis: Arc<Basis>,
    authority: Authority,
    games: Option<DisputeGames>,
    request: Option<DisputeRequest>,
    mvm_verifier: Option<MvmVerifier>,
    changes: Vec<(Change, B256)>,
    unpinned: Vec<&'static str>,
}

impl Disputes {
    /// Reads everything, as far as it is proven.
    pub(super) fn read(reader: &mut Reader<'_>, registry: &Registry, block: Option<u64>) -> Found<Self> {
        let basis = registry.basis();
        let contracts = &basis.network().contracts;
        let mut pins = Pins::new(basis.accepted());
        let authority = authority::read(reader, basis, &mut pins);
        let factory = contracts.dispute_game_factory;
        let factory = factory.map(|pin| basis.accepted().address(Change::DisputeGameFactory, pin));
        let games = factory.map(|who| game::read(reader, registry, who, &mut pins)).transpose();
        let request = factory.zip(block).map(|(who, block)| request::read(reader, who, block)).transpose();
        let verifier = contracts.mvm_verifier.map(|who| verifier::read(reader, registry, who, &mut pins)).transpose();
        let disputes = Self {
            basis: basis.clone(),
            authority: authority?,
            games: games?,
            request: request?.flatten(),
            mvm_verifier: verifier?,
            changes: pins.into_used(),
            unpinned: basis.network().unpinned_of_disputes(),
        };
        disputes.check_factory()?;
        Ok(disputes)
    }

    /// The name must lead to the factory that was read, not to another that is acceptable too.
    fn check_factory(&self) -> Result<(), crate::rollup::Changed> {
        let Some(games) = &self.games else { return Ok(()) };
        let named = self.authority.dispute_game_factory.into_word();
        crate::rollup::check_asked(Change::DisputeGameFactory, named.into(), games.factory)
    }

    /// What it rests on: the L1 block, and of the SCC the window and the earliest disputed block.
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Who has power over batches.
    pub const fn authority(&self) -> Authority {
        self.authority
    }

    /// The dispute games; none where the network's data names no factory. Their layout is unconfirmed, but for what is marked
    /// otherwise.
    pub const fn games(&self) -> Option<&DisputeGames> {
        self.games.as_ref()
    }

    /// The request for a game about the block that was asked about, if one waits. By a layout that is unconfirmed.
    pub const fn request(&self) -> Option<&DisputeRequest> {
        self.request.as_ref()
    }

    /// The fraud proof contract from before dispute games; none where the network's data does not name it.
    pub const fn mvm_verifier(&self) -> Option<&MvmVerifier> {
        self.mvm_verifier.as_ref()
    }

    /// Whether a challenge of `MVM_Verifier` could delete a batch: only while that contract is the fraud verifier. On Andromeda
    /// it has not been since May 2025, so its challenges are history.
    pub fn challenges_have_power(&self) -> bool {
        self.mvm_verifier.as_ref().is_some_and(|verifier| verifier.address == self.authority.fraud_verifier)
    }

    /// Each value that differs from its pin and was accepted.
    pub fn changes(&self) -> &[(Change, B256)] {
        &self.changes
    }

    /// What the network's data does not pin of the contracts that only disputes are read from.
    pub fn unpinned(&self) -> &[&'static str] {
        &self.unpinned
    }
}
