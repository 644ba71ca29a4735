use super::chain::{Chain, State, answer};
use crate::primitives::{Address, B256, U256};
use crate::rollup::{Accepted, Change, Changed, MetisBalance, RollupError, balance_questions, metis_balance_slot};

const WHO: Address = Address::repeat_byte(0xab);

/// An L2 with the METIS predeploy as it is pinned, and some METIS of `WHO`.
fn l2(wei: u64) -> State {
    let network = Chain::new().network;
    let mut state = State::default();
    let metis = network.l2.predeploys.metis;
    state.contract(metis).code_hash = network.l2.metis_code_hashes.expect("a pin")[0];
    state.set(metis, metis_balance_slot(WHO).0, U256::from(wei));
    state
}

fn read(chain: &mut Chain, state: &State) -> Result<MetisBalance, RollupError> {
    let proofs = balance_questions(&chain.network, WHO).map(|question| answer(state, &question));
    Ok(chain.state_root(state).metis_balance(WHO, &proofs)?.into_value())
}

#[test]
fn metis_is_read_from_the_predeploy() {
    for wei in [0, 1, u64::MAX] {
        let balance = read(&mut Chain::new(), &l2(wei)).expect("a balance");
        assert_eq!((balance.wei, balance.changes), (U256::from(wei), Vec::new()));
    }
}

#[test]
fn an_account_of_its_own_does_not_matter() {
    let mut state = l2(5);
    state.contract(WHO).nonce = 3;
    assert_eq!(read(&mut Chain::new(), &state).expect("a balance").wei, U256::from(5));
}

#[test]
fn unknown_code_is_refused_until_it_is_accepted() {
    let mut chain = Chain::new();
    let pins = chain.network.l2.metis_code_hashes.clone().expect("a pin");
    let (mut state, got) = (l2(5), B256::repeat_byte(9));
    state.contract(chain.network.l2.predeploys.metis).code_hash = got;
    let changed = Changed { what: Change::MetisCode, got, expected: pins[0] };
    assert_eq!(read(&mut chain, &state), Err(RollupError::Changed(changed)));

    chain.accepted = Accepted::none().accept(Change::MetisCode, got);
    let balance = read(&mut chain, &state).expect("it is accepted");
    assert_eq!((balance.wei, balance.code_hash), (U256::from(5), got));
    assert_eq!(balance.changes, [(Change::MetisCode, got)]);
}

#[test]
fn any_of_several_pins_holds_and_without_one_all_do() {
    let (mut state, got) = (l2(5), B256::repeat_byte(9));
    state.contract(Chain::new().network.l2.predeploys.metis).code_hash = got;
    for pins in [Some(vec![B256::ZERO, got]), None] {
        let mut chain = Chain::new();
        chain.network.l2.metis_code_hashes = pins.clone();
        let balance = read(&mut chain, &state).expect("it is known");
        assert_eq!(balance.changes, []);
        let unpinned = chain.registry().expect("as pinned").basis().unpinned().contains(&"l2.metisCodeHashes");
        assert_eq!(unpinned, pins.is_none());
    }
}

#[test]
fn a_balance_in_a_leaf_is_refused() {
    let (metis, got) = (Chain::new().network.l2.predeploys.metis, U256::from(1));
    for (who, what) in [(metis, "the metis predeploy"), (WHO, "the account")] {
        let mut state = l2(5);
        state.contract(who).balance = got;
        assert_eq!(read(&mut Chain::new(), &state), Err(RollupError::LeafBalance { what, got }));
    }
}

#[test]
fn an_absent_predeploy_is_refused() {
    let mut state = l2(5);
    state.remove(Chain::new().network.l2.predeploys.metis);
    let refusal = RollupError::ContractAbsent { what: "the metis predeploy" };
    assert_eq!(read(&mut Chain::new(), &state), Err(refusal));
}

#[test]
fn the_balance_that_a_node_names_is_passed_over() {
    // l2geth answers with the predeploy's storage where the leaf has 0.
    let (mut chain, state) = (Chain::new(), l2(5));
    let mut proofs = balance_questions(&chain.network, WHO).map(|question| answer(&state, &question));
    proofs[1].claims.balance = Some(U256::from(5));
    let balance = chain.state_root(&state).metis_balance(WHO, &proofs).expect("a balance");
    assert_eq!(balance.value().wei, U256::from(5));
}
