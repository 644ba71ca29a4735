//! Metis Sepolia, the Metis test network on Sepolia.
//!
//! Sources, as the comments call them:
//! - *sepolia config*: the Sepolia configuration of the consensus layer and the mainnet preset;
//! - *deployment records*: the contract deployments published by Metis with their L1 blocks;
//! - *genesis dump*: the L2 genesis state published by Metis.
//!
//! No reading of this network's live contracts was at hand, so what can change on chain is
//! *unconfirmed*. What no record names is left unpinned, and results show that.

use super::{
    BlobParameters, Contracts, Emitter, Fork, ForkName, L1, L2, Network, Predeploys,
    WEAK_SUBJECTIVITY_EPOCHS_BEFORE_GLOAS, WEAK_SUBJECTIVITY_EPOCHS_FROM_GLOAS,
};
use alloy_primitives::{Address, address, b256};

/// Metis Sepolia: L2 chain 59902 on Sepolia.
pub fn metis_sepolia() -> Network {
    Network {
        name: "metis-sepolia".to_owned(),
        l1: l1(),
        l2: l2(),
        contracts: contracts(),
        // Whose word counts is the user's choice; Metis publishes no set of verifiers.
        verifiers: Vec::new(),
    }
}

fn l1() -> L1 {
    L1 {
        chain_id: 11_155_111,        // sepolia config: DEPOSIT_CHAIN_ID
        genesis_time: 1_655_733_600, // sepolia config: 2022-06-20 14:00:00 UTC
        // sepolia config
        genesis_validators_root: b256!("d8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078"),
        seconds_per_slot: 12,                  // sepolia config
        slots_per_epoch: 32,                   // mainnet preset
        epochs_per_sync_committee_period: 256, // mainnet preset
        sync_committee_size: 512,              // mainnet preset
        forks: forks(),
        blob_schedule: blob_schedule(),
    }
}

/// Versions and epochs: sepolia config. The epoch of Gloas is the one agreed on by the consensus
/// clients; that it was activated is unconfirmed. The weak subjectivity periods are mainnet's:
/// the formula measures stake, and stake on a test network costs nothing.
fn forks() -> Vec<Fork> {
    const AGE: u64 = WEAK_SUBJECTIVITY_EPOCHS_BEFORE_GLOAS;
    const AGE_FROM_GLOAS: u64 = WEAK_SUBJECTIVITY_EPOCHS_FROM_GLOAS;
    vec![
        Fork::scheduled(ForkName::Phase0, 0x9000_0069, 0, AGE),
        Fork::scheduled(ForkName::Altair, 0x9000_0070, 50, AGE), // 2022-06-20
        Fork::scheduled(ForkName::Bellatrix, 0x9000_0071, 100, AGE), // 2022-06-21
        Fork::scheduled(ForkName::Capella, 0x9000_0072, 56_832, AGE), // 2023-02-28
        Fork::scheduled(ForkName::Deneb, 0x9000_0073, 132_608, AGE), // 2024-01-30
        Fork::scheduled(ForkName::Electra, 0x9000_0074, 222_464, AGE), // 2025-03-05
        Fork::scheduled(ForkName::Fulu, 0x9000_0075, 272_640, AGE), // 2025-10-14
        Fork::scheduled(ForkName::Gloas, 0x9000_0076, 353_024, AGE_FROM_GLOAS), // 2026-10-06
    ]
}

/// sepolia config
fn blob_schedule() -> Vec<BlobParameters> {
    vec![
        BlobParameters { epoch: 274_176, max_blobs_per_block: 15 },
        BlobParameters { epoch: 275_712, max_blobs_per_block: 21 },
    ]
}

fn l2() -> L2 {
    L2 {
        chain_id: 59_902, // genesis dump
        // Sequencer set: deployment records, L2 block 11.
        predeploys: Predeploys::with_sequencer_set(address!("dE8d56212118906a0CeCD331e842429714b4c47B")),
        // genesis dump; that the code is still the same is unconfirmed
        metis_code_hashes: Some(vec![b256!("caf944c2c05ce2fa9f5fb1a832759082612937b4543c038b3c0648d693f57f44")]),
        // computed from the genesis dump; unconfirmed
        genesis_hash: Some(b256!("d9f6d193ee0bbf9c87bbe711a96a597234160bff079eb6e3f5e3a776fa69ae94")),
        // computed from the genesis dump; unconfirmed
        genesis_state_root: Some(b256!("2def5a44d624c42d213de13a5194fe56f2e621b9a82f1e46ab44d87fc0fdb4b3")),
    }
}

fn contracts() -> Contracts {
    Contracts {
        // deployment records, L1 block 5375509
        address_manager: address!("a66Fa1eD0f1C1ee300893B4eb5493FeAD9a7e9c3"),
        // deployment records
        state_commitment_chain: SCC,
        // Unknown: the proxy creates its implementations itself, and no record names one. The
        // copy deployed for source verification is never the live implementation.
        state_commitment_chain_implementation: None,
        // deployment records, L1 block 5375519
        batches_container: address!("185AB4701DBf521B44838fa72af99880730d5CE6"),
        // deployment records, L1 block 5375544
        messenger: address!("4542c621eEe9fC533c2e6bd80880C89990EE10cD"),
        // deployment records, L1 block 5375537, in 2024. Unconfirmed: Andromeda has had a newer
        // one since 2025, so a change here is likely. It is refused until the user accepts it.
        messenger_implementation: Some(address!("22796245e27190cAFD7b50a93585f30f60a03f46")),
        // deployment records, L1 block 5375552
        bridge: address!("9848dE505e6Aa301cEecfCf23A0a150140fc996e"),
        // deployment records, L1 block 5375523
        canonical_transaction_chain: Some(address!("5435d351e0aCc874579eC67Ba46440ee6AC892b8")),
        // deployment records: the token given to the initializer of LockingInfo. The same address
        // holds another contract on L2.
        metis_token: Some(address!("7f49160EB9BB068101d445fe77E17ecDb37D0B47")),
        // deployment records, L1 block 8134775
        dispute_game_factory: Some(address!("Ff594c7f479A3C92C5F6697C9b59A8956c9047D5")),
        // the one of the deployment is known, whether it is still the same is unconfirmed
        dispute_game_factory_implementation: None,
        // unknown: no record names one
        proposer_registry: None,
        // deployment records, L1 block 5375578
        mvm_verifier: Some(address!("1B9B31E637278c207991F6e96074928728359A10")),
        // unconfirmed
        mvm_verifier_implementation: None,
        // deployment records, L1 block 5453483
        locking_pool: Some(address!("7591940125cC0344a65D60319d1ADcD463B2D4c3")),
        // No record says what it runs today.
        locking_pool_implementation: None,
        // Unknown: a third party reported one hour in 2024, the copy deployed for source
        // verification was built with seven days, and neither says what the proxy holds.
        fraud_proof_window: None,
        emitters: emitters(),
    }
}

/// Addresses and blocks: deployment records. That batches moved to the proxy in the very block
/// of its deployment is unconfirmed: the name may have been pointed at it some blocks later.
fn emitters() -> Vec<Emitter> {
    vec![
        Emitter {
            address: address!("A059B3307f534943Ee6c710D9582B42543847Eb1"),
            from_block: 5_375_529,
            to_block: Some(5_535_249),
        },
        Emitter { address: SCC, from_block: 5_535_250, to_block: None },
    ]
}

const SCC: Address = address!("9DCC53737FcB3E86a17CF435ca3c15390D4FC7Ed");
