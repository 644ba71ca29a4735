//! Andromeda, the Metis main network on Ethereum.
//!
//! Sources, as the comments call them:
//! - *mainnet config*: the mainnet configuration and preset of consensus-specs;
//! - *l2beat*: l2beat's discovery of 2026-01-07, a reading of chain state at L1 block 24183445;
//! - *deployment records*: the contract deployments published by Metis with their L1 blocks;
//! - *genesis dump*: the L2 genesis state published by Metis, from which the genesis state root
//!   was recomputed.
//!
//! *Unconfirmed* marks what no reading of the live chain supports.

use super::{
    BlobParameters, Contracts, Emitter, Fork, ForkName, L1, L2, Network, Predeploys,
    WEAK_SUBJECTIVITY_EPOCHS_BEFORE_GLOAS,
};
use alloy_primitives::{Address, address, b256};

/// Andromeda: L2 chain 1088 on Ethereum mainnet.
pub fn andromeda() -> Network {
    Network {
        name: "andromeda".to_owned(),
        l1: l1(),
        l2: l2(),
        contracts: contracts(),
        // Whose word counts is the user's choice; Metis publishes no set of verifiers.
        verifiers: Vec::new(),
    }
}

fn l1() -> L1 {
    L1 {
        chain_id: 1,                 // mainnet config: DEPOSIT_CHAIN_ID
        genesis_time: 1_606_824_023, // mainnet config: 2020-12-01 12:00:23 UTC
        // mainnet config
        genesis_validators_root: b256!("4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95"),
        seconds_per_slot: 12,                  // mainnet config
        slots_per_epoch: 32,                   // mainnet config
        epochs_per_sync_committee_period: 256, // mainnet config
        sync_committee_size: 512,              // mainnet config
        forks: forks(),
        blob_schedule: blob_schedule(),
    }
}

/// Versions and epochs: mainnet config. Gloas has no date. The weak subjectivity period is the
/// formula's for 30 to 40 million staked Ether, rounded down.
fn forks() -> Vec<Fork> {
    const AGE: u64 = WEAK_SUBJECTIVITY_EPOCHS_BEFORE_GLOAS;
    vec![
        Fork::scheduled(ForkName::Phase0, 0x0000_0000, 0, AGE),
        Fork::scheduled(ForkName::Altair, 0x0100_0000, 74_240, AGE), // 2021-10-27
        Fork::scheduled(ForkName::Bellatrix, 0x0200_0000, 144_896, AGE), // 2022-09-06
        Fork::scheduled(ForkName::Capella, 0x0300_0000, 194_048, AGE), // 2023-04-12
        Fork::scheduled(ForkName::Deneb, 0x0400_0000, 269_568, AGE), // 2024-03-13
        Fork::scheduled(ForkName::Electra, 0x0500_0000, 364_032, AGE), // 2025-05-07
        Fork::scheduled(ForkName::Fulu, 0x0600_0000, 411_392, AGE),  // 2025-12-03
    ]
}

/// mainnet config
fn blob_schedule() -> Vec<BlobParameters> {
    vec![
        BlobParameters { epoch: 412_672, max_blobs_per_block: 15 }, // 2025-12-09
        BlobParameters { epoch: 419_072, max_blobs_per_block: 21 }, // 2026-01-07
    ]
}

fn l2() -> L2 {
    L2 {
        chain_id: 1088, // genesis dump
        // Sequencer set: deployment records, L2 block 15214334. The address equals that of
        // another contract, LockingInfo, on L1.
        predeploys: Predeploys::with_sequencer_set(address!("0fe382b74C3894B65c10E5C12ae60Bbd8FAf5b48")),
        // genesis dump; that the code is still the same is unconfirmed
        metis_code_hashes: Some(vec![b256!("caf944c2c05ce2fa9f5fb1a832759082612937b4543c038b3c0648d693f57f44")]),
        // recorded from a node; recomputed from the genesis dump
        genesis_hash: Some(b256!("9e3354e081a54a57190bdb8948a597c840ea5dd496b0322864d4585f4a716892")),
        // recorded from a node; recomputed from the genesis dump
        genesis_state_root: Some(b256!("86c9b145f467994ffb6b07274d02bf7bb302a7caac27a97823e1c9f456e3c1e3")),
    }
}

fn contracts() -> Contracts {
    Contracts {
        // deployment records, L1 block 13625248; l2beat
        address_manager: address!("918778e825747a892b17C66fe7D24C618262867d"),
        // deployment records; l2beat: the value of the name `StateCommitmentChain`
        state_commitment_chain: SCC,
        // l2beat
        state_commitment_chain_implementation: Some(address!("A738573Ec0FD7959BfA60Aaa8a23Fe7BEC6c4Bd7")),
        // deployment records, L1 block 13626929; l2beat
        batches_container: address!("10739F09f6e62689c0aA8A1878816de9e166d6f9"),
        // deployment records, L1 block 13627370
        messenger: address!("081D1101855bD523bA69A9794e0217F0DB6323ff"),
        // l2beat: since 2025-07-23
        messenger_implementation: Some(address!("c1Ce5240B42AB158027095f658d530F9989b414F")),
        // deployment records, L1 block 13627429; l2beat
        bridge: address!("3980c9ed79d2c191A89E02Fa3529C60eD6e9c04b"),
        // deployment records, L1 block 13626959; l2beat
        canonical_transaction_chain: Some(address!("56a76bcC92361f6DF8D75476feD8843EdC70e1C9")),
        // deployment records: a constructor argument of the first MVM_Verifier
        metis_token: Some(address!("9E32b13ce7f2E80A01932B42553652E053D6ed8e")),
        // l2beat; the addresses published by Metis
        dispute_game_factory: Some(address!("1C2f0A08762f0aD4598fB5de8f9D6626a4e4aeE3")),
        // l2beat: since 2025-07-23
        dispute_game_factory_implementation: Some(address!("61B220bbfeF9A94163764928B039d85e94A509d9")),
        // l2beat: deployed 2025-09-17
        proposer_registry: Some(address!("5669d0C8C28B7E2c3d10eD246bEb042bDdd12E18")),
        // deployment records, L1 block 14567320; out of service since May 2025
        mvm_verifier: Some(address!("e70DD4dE81D282B3fa92A6700FEE8339d2d9b5cb")),
        // l2beat, 2024-11-22: no later reading
        mvm_verifier_implementation: Some(address!("47b5A78E127Dfd521532Fdca89651c832Acb7e0E")),
        // deployment records, L1 block 19424665; l2beat
        locking_pool: Some(address!("D54c868362C2098E0E46F12E7D924C6A332952Dd")),
        // deployment records, L1 block 19424665; l2beat
        locking_pool_implementation: Some(address!("D8f38c831E5032d23065Eaaee8c0620e17c04D60")),
        // l2beat: seven days
        fraud_proof_window: Some(604_800),
        emitters: emitters(),
    }
}

/// Addresses and blocks: deployment records. That batches moved to the proxy in the very block
/// of its deployment is unconfirmed: the name may have been pointed at it some blocks later.
fn emitters() -> Vec<Emitter> {
    vec![
        Emitter {
            address: address!("f209815E595Cdf3ed0aAF9665b1772e608AB9380"),
            from_block: 13_626_983,
            to_block: Some(19_438_865),
        },
        Emitter { address: SCC, from_block: 19_438_866, to_block: None },
    ]
}

const SCC: Address = address!("A2FaAAC9120c1Ff75814F0c6DdB119496a12eEA6");
