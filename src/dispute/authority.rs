//! Who has power over state batches on L1, by the names that the SCC looks up.

use super::facts::{Found, Reader};
use super::storage::address;
use crate::primitives::Address;
use crate::rollup::{Basis, Change, Pins, name_slot};

/// The name by which the SCC knows whom flags are taken from.
const FACTORY: &str = "DisputeGameFactory";

/// The accounts that the SCC listens to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Authority {
    /// Who alone may delete a flagged batch inside its window: the name `<chain id>_MVM_FraudVerifier`. Zero where nobody.
    pub fraud_verifier: Address,
    /// Whose games and timeouts flag a batch: the name `DisputeGameFactory`. Zero where nobody.
    pub dispute_game_factory: Address,
}

/// The name of who may delete the batches of a chain.
pub(super) fn fraud_verifier_name(chain_id: u64) -> String {
    format!("{chain_id}_MVM_FraudVerifier")
}

/// Reads the names. The factory's must be the one that the network's data names, where it names one.
pub(super) fn read(reader: &mut Reader<'_>, basis: &Basis, pins: &mut Pins<'_>) -> Found<Authority> {
    let network = basis.network();
    let names = [name_slot(&fraud_verifier_name(network.l2.chain_id)), name_slot(FACTORY)];
    let [fraud_verifier, factory] = reader.contract("the address manager", network.contracts.address_manager, names)?;
    if let Some(pin) = network.contracts.dispute_game_factory {
        pins.check_address(Change::DisputeGameFactory, factory.into(), pin)?;
    }
    Ok(Authority { fraud_verifier: address(fraud_verifier), dispute_game_factory: address(factory) })
}
