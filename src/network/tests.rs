#![allow(clippy::indexing_slicing, reason = "a test that indexes wrongly fails, as it should")]

use super::*;
use crate::primitives::UnixTime;
use crate::primitives::json::JsonError;
use serde_json::{Value, json};

#[test]
fn the_documented_example_is_read_in_full() {
    let network = read(&example()).unwrap();

    assert_eq!(network.name, "example");
    assert_eq!((network.l1.chain_id, network.l2.chain_id), (31337, 1088));
    assert_eq!((network.l1.seconds_per_slot, network.l1.slots_per_epoch), (6, 8));
    let period = network.l1.epochs_per_sync_committee_period;
    assert_eq!((period, network.l1.sync_committee_size), (8, 32));
    assert_eq!(network.l1.forks.len(), 7);
    let fulu = network.l1.forks.last().unwrap();
    assert_eq!((fulu.name, fulu.version, fulu.epoch), (ForkName::Fulu, [6, 0x10, 0x88, 1], 12));
    assert_eq!(network.l2.metis_code_hashes, andromeda().l2.metis_code_hashes);
    assert_eq!(network.l2.predeploys.sequencer_set, None);
    assert_eq!(network.contracts.fraud_proof_window, Some(604_800));
    let weights: Vec<_> = network.verifiers.iter().map(|verifier| verifier.weight).collect();
    let twenty_thousand_metis = U256::from(20_000) * U256::from(10).pow(U256::from(18));
    assert_eq!(weights, [U256::ONE, twenty_thousand_metis]);
    assert_eq!(network.unpinned(), Vec::<&str>::new());
}

#[test]
fn recorded_networks_are_read_unchanged() {
    for scenario in ["1-happy", "2-in-window", "3-deleted", "4-disputed", "6-governance"] {
        let Some(bytes) = vector(&format!("golden/{scenario}/network.json")) else {
            return;
        };
        let recorded: Value = serde_json::from_slice(&bytes).unwrap();
        let network = Network::from_json(&bytes).unwrap();

        assert_eq!(Some(network.l1.genesis_time), recorded["l1"]["genesisTime"].as_u64());
        let contracts = &recorded["contracts"];
        for (name, address) in [
            ("stateCommitmentChain", network.contracts.state_commitment_chain),
            ("l1CrossDomainMessenger", network.contracts.messenger),
            ("lockingPool", network.contracts.locking_pool.unwrap()),
        ] {
            assert_eq!(contracts[name].as_str().unwrap(), address.to_checksum(None));
        }
        let fulu = if scenario == "4-disputed" { 12 } else { 0 };
        assert_eq!(network.l1.forks.last().map(|fork| fork.epoch), Some(fulu));
        assert_eq!(
            network.unpinned(),
            ["l1.weakSubjectivityEpochs", "l2.metisCodeHashes", "contracts.fraudProofWindow", "contracts.emitters",]
        );
    }
}

#[test]
fn a_recording_that_points_elsewhere_is_refused() {
    let Some(bytes) = vector("golden/5-lies/network.json") else {
        return;
    };

    assert_eq!(Network::from_json(&bytes), Err(missing("l1")));
}

#[test]
fn a_file_without_pins_lists_them_all() {
    let mut file = example();
    for pin in ALL_PINS {
        remove(&mut file, pin);
    }

    let network = read(&file).unwrap();

    assert_eq!(network.unpinned(), ALL_PINS);
    let scc = network.contracts.state_commitment_chain;
    assert_eq!(network.contracts.emitter_at(0), Some(scc));
    assert_eq!(network.contracts.emitter_at(u64::MAX), Some(scc));
}

#[test]
fn one_absent_pin_is_the_one_listed() {
    for pin in ALL_PINS {
        let mut file = example();
        remove(&mut file, pin);

        assert_eq!(read(&file).unwrap().unpinned(), [pin]);
    }
    let file = spoiled("l1.weakSubjectivityEpochs.DENEB", Value::Null);
    assert_eq!(read(&file).unwrap().unpinned(), ["l1.weakSubjectivityEpochs"]);
}

#[test]
fn every_required_member_is_missed() {
    for member in [
        "l1",
        "l1.chainId",
        "l1.genesisTime",
        "l1.genesisValidatorsRoot",
        "l1.forks",
        "l1.forks.GENESIS_FORK_VERSION",
        "l1.forks.ELECTRA_FORK_VERSION",
        "l2",
        "l2.chainId",
        "l2.predeploys",
        "l2.predeploys.messagePasser",
        "l2.predeploys.l2CrossDomainMessenger",
        "l2.predeploys.l2StandardBridge",
        "l2.predeploys.metis",
        "l2.predeploys.eth",
        "l2.predeploys.gasPriceOracle",
        "l2.predeploys.feeVault",
        "l2.predeploys.deployerWhitelist",
        "contracts",
        "contracts.libAddressManager",
        "contracts.stateCommitmentChain",
        "contracts.sccBatchesContainer",
        "contracts.l1CrossDomainMessenger",
        "contracts.l1StandardBridge",
    ] {
        let mut file = example();
        remove(&mut file, member);

        assert_eq!(read(&file), Err(missing(member)));
        assert_eq!(read(&spoiled(member, Value::Null)), Err(missing(member)));
    }
}

#[test]
fn sizes_come_from_the_file_then_from_the_preset() {
    let mainnet = read(&spoiled("l1.preset", json!("mainnet"))).unwrap().l1;
    let built_in = andromeda().l1;
    assert_eq!(mainnet.seconds_per_slot, built_in.seconds_per_slot);
    assert_eq!(mainnet.slots_per_epoch, built_in.slots_per_epoch);
    assert_eq!(mainnet.epochs_per_sync_committee_period, built_in.epochs_per_sync_committee_period);
    assert_eq!(mainnet.sync_committee_size, built_in.sync_committee_size);

    let given = read(&spoiled("l1.slotsPerEpoch", json!("0x10"))).unwrap().l1;
    assert_eq!(given.slots_per_epoch, 16);

    let unknown = spoiled("l1.preset", json!("gnosis"));
    assert_eq!(read(&unknown), Err(missing("l1.secondsPerSlot")));
}

#[test]
fn sizes_beyond_their_bounds_are_refused() {
    for (member, most) in [
        ("l1.secondsPerSlot", 600),
        ("l1.slotsPerEpoch", 512),
        ("l1.epochsPerSyncCommitteePeriod", 4096),
        ("l1.syncCommitteeSize", 8192),
    ] {
        assert!(read(&spoiled(member, json!(most))).is_ok());
        for got in [0, most + 1] {
            assert_eq!(read(&spoiled(member, json!(got))), Err(out_of_range(member, got, 1, most)));
        }
    }
    for member in ["l1.slotsPerEpoch", "l1.epochsPerSyncCommitteePeriod", "l1.syncCommitteeSize"] {
        let expected = NetworkFileError::NotPowerOfTwo { member: member.to_owned(), got: 48 };
        assert_eq!(read(&spoiled(member, json!(48))), Err(expected));
    }
}

#[test]
fn numbers_have_three_notations_and_no_others() {
    for chain_id in [json!(59902), json!("59902"), json!("0xe9fe"), json!("0xE9FE")] {
        assert_eq!(read(&spoiled("l2.chainId", chain_id)).unwrap().l2.chain_id, 59902);
    }
    for chain_id in [
        json!(""),
        json!("+1"),
        json!("-1"),
        json!(" 1"),
        json!("1_0"),
        json!("0x"),
        json!("0x0x1"),
        json!("0X1"),
        json!("1e3"),
        json!("e9fe"),
        json!("9".repeat(79)),
        json!(-1),
        json!(1.0),
        json!([1]),
        json!(true),
    ] {
        let error = read(&spoiled("l2.chainId", chain_id)).unwrap_err();
        assert!(is_wrong_form(&error, "l2.chainId"), "{error}");
    }
    let error = read(&spoiled("l2.chainId", json!("18446744073709551616"))).unwrap_err();
    assert!(matches!(error, NetworkFileError::OutOfRange { member, .. } if member == "l2.chainId"));
}

#[test]
fn addresses_are_strict_hex() {
    let scc = "contracts.stateCommitmentChain";
    let digits = "7634B5eFf8c2721cD034E0aE1B5f3e9B7e8DfE86";
    for text in [digits.to_lowercase(), digits.to_uppercase()] {
        let network = read(&spoiled(scc, json!(format!("0x{text}")))).unwrap();
        assert_eq!(network, read(&example()).unwrap());
    }
    for text in [
        digits.to_owned(),
        format!("0X{digits}"),
        format!("0x0x{}", &digits[2..]),
        format!("0x{digits}00"),
        format!("0x{}", &digits[2..]),
        format!("0x{}zz", &digits[2..]),
        format!("0x{digits} "),
        String::new(),
    ] {
        let error = read(&spoiled(scc, json!(text))).unwrap_err();
        assert!(is_wrong_form(&error, scc), "{error}");
    }
    let zero = spoiled(scc, json!(Address::ZERO.to_string()));
    assert_eq!(read(&zero), Err(NetworkFileError::ZeroAddress { member: scc.to_owned() }));
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    for (member, value) in [
        ("name", json!(1)),
        ("l1", json!([])),
        ("l1.preset", json!(1)),
        ("l1.genesisValidatorsRoot", json!("0x00")),
        ("l1.forks", json!("none")),
        ("l1.forks.ELECTRA_FORK_VERSION", json!("0x0510880101")),
        ("l1.weakSubjectivityEpochs", json!(3500)),
        ("l2.metisCodeHashes", json!({})),
        ("l2.genesisHash", json!("0x")),
        ("contracts.emitters", json!("all")),
        ("verifiers", json!({})),
    ] {
        let error = read(&spoiled(member, value)).unwrap_err();
        assert!(is_wrong_form(&error, member), "{error}");
    }
    let error = read(&json!([])).unwrap_err();
    assert!(is_wrong_form(&error, "the network file"), "{error}");
}

#[test]
fn forks_come_in_order() {
    let order = |member: &str, got, earlier| NetworkFileError::ForkOrder { member: member.to_owned(), got, earlier };
    let late_electra = spoiled("l1.forks.ELECTRA_FORK_EPOCH", json!(13));
    assert_eq!(read(&late_electra), Err(order("l1.forks.FULU_FORK_EPOCH", 12, 13)));

    let mut no_electra = example();
    remove(&mut no_electra, "l1.forks.ELECTRA_FORK_EPOCH");
    assert_eq!(read(&no_electra), Err(order("l1.forks.FULU_FORK_EPOCH", 12, u64::MAX)));
}

#[test]
fn a_fork_without_a_date_is_absent() {
    let mut file = example();
    remove(&mut file, "l1.forks.FULU_FORK_EPOCH");
    remove(&mut file, "l1.forks.FULU_FORK_VERSION");
    assert_eq!(read(&file).unwrap().l1.forks.last().unwrap().name, ForkName::Electra);

    let never = spoiled("l1.forks.FULU_FORK_EPOCH", json!(u64::MAX));
    assert_eq!(read(&never).unwrap().l1.forks.last().unwrap().name, ForkName::Electra);
}

#[test]
fn an_unknown_fork_may_be_named_but_not_scheduled() {
    let member = "l1.forks.HEZE_FORK_EPOCH";
    let never = spoiled(member, json!("18446744073709551615"));
    assert_eq!(read(&never), read(&example()));

    for file in [
        (member, json!("500000")),
        ("l1.weakSubjectivityEpochs.HEZE", json!(1500)),
        ("l1.weakSubjectivityEpochs.electra", json!(3500)),
    ] {
        let expected = NetworkFileError::UnknownFork { member: file.0.to_owned() };
        assert_eq!(read(&spoiled(file.0, file.1)), Err(expected));
    }
}

#[test]
fn an_age_of_no_epochs_is_refused() {
    let member = "l1.weakSubjectivityEpochs.FULU";
    let expected = out_of_range(member, 0, 1, u64::MAX);
    assert_eq!(read(&spoiled(member, json!(0))), Err(expected));
}

#[test]
fn an_empty_pin_is_refused() {
    for member in ["l2.metisCodeHashes", "contracts.emitters"] {
        let expected = NetworkFileError::EmptyList { member: member.to_owned() };
        assert_eq!(read(&spoiled(member, json!([]))), Err(expected));
    }
}

#[test]
fn emitters_follow_one_another() {
    let overlap = spoiled("contracts.emitters.1.fromBlock", json!(10));
    let expected = out_of_range("contracts.emitters[1].fromBlock", 10, 11, u64::MAX);
    assert_eq!(read(&overlap), Err(expected));

    let backward = spoiled("contracts.emitters.0.toBlock", json!(4));
    let expected = out_of_range("contracts.emitters[0].toBlock", 4, 5, u64::MAX);
    assert_eq!(read(&backward), Err(expected));

    let open = spoiled("contracts.emitters.0.toBlock", Value::Null);
    let member = "contracts.emitters[1]".to_owned();
    assert_eq!(read(&open), Err(NetworkFileError::EmitterAfterOpenEnd { member }));
}

#[test]
fn both_ends_of_an_emitter_belong_to_it() {
    let contracts = read(&example()).unwrap().contracts;
    let first = contracts.emitters[0].address;
    let second = contracts.state_commitment_chain;
    for (block, expected) in
        [(4, None), (5, Some(first)), (10, Some(first)), (11, None), (12, Some(second)), (u64::MAX, Some(second))]
    {
        assert_eq!(contracts.emitter_at(block), expected, "block {block}");
    }
}

#[test]
fn a_verifier_counts_once_and_for_something() {
    let mut twice = example();
    twice["verifiers"][1]["address"] = twice["verifiers"][0]["address"].clone();
    let expected = NetworkFileError::RepeatedVerifier {
        member: "verifiers[1].address".to_owned(),
        address: address!("c69Dd174037627D265acA62908f3ED12efC2304f"),
    };
    assert_eq!(read(&twice), Err(expected));

    let weightless = spoiled("verifiers.0.weight", json!("0x0"));
    let error = read(&weightless).unwrap_err();
    assert_eq!(error.to_string(), format!("verifiers[0].weight is 0, expected 1 to {}", u128::MAX));
    let most = spoiled("verifiers.0.weight", json!(u128::MAX.to_string()));
    assert_eq!(read(&most).unwrap().verifiers[0].weight, U256::from(u128::MAX));
}

#[test]
fn bytes_that_are_no_json_are_refused() {
    for bytes in [&b""[..], b"{", b"{} {}", b"\xff", "[".repeat(100_000).as_bytes()] {
        let error = Network::from_json(bytes).unwrap_err();
        assert!(matches!(error, NetworkFileError::Json(JsonError::NotJson { .. })), "{error}");
    }
}

#[test]
fn a_file_of_a_mebibyte_is_the_longest() {
    let mut bytes = example().to_string().into_bytes();
    bytes.resize(1 << 20, b' ');
    assert!(Network::from_json(&bytes).is_ok());

    bytes.push(b' ');
    let expected = NetworkFileError::Json(JsonError::TooLong { got: (1 << 20) + 1, limit: 1 << 20 });
    assert_eq!(Network::from_json(&bytes), Err(expected));
}

#[test]
fn a_long_value_is_cut_in_the_message() {
    let error = read(&spoiled("l2.genesisHash", json!("é".repeat(10_000)))).unwrap_err();
    assert!(error.to_string().len() < 300);
}

#[test]
fn a_pin_goes_before_the_assumed_age() {
    let mut l1 = metis_sepolia().l1;
    for fork in &mut l1.forks {
        fork.weak_subjectivity_epochs = None;
    }
    let gloas = 353_024;
    assert_eq!(l1.weak_subjectivity_at(gloas - 1), WeakSubjectivity::Assumed(3500));
    assert_eq!(l1.weak_subjectivity_at(gloas), WeakSubjectivity::Assumed(1500));

    l1.forks[7].weak_subjectivity_epochs = Some(9);
    assert_eq!(l1.weak_subjectivity_at(gloas), WeakSubjectivity::Pinned(9));
    assert_eq!(l1.weak_subjectivity_at(gloas - 1), WeakSubjectivity::Assumed(3500));

    l1.forks.clear();
    assert_eq!(l1.weak_subjectivity_at(0), WeakSubjectivity::Assumed(1500));
}

#[test]
fn of_forks_that_begin_at_once_the_newest_counts() {
    let l1 = read(&example()).unwrap().l1;
    let name_at = |epoch| l1.fork_at(epoch).map(|fork| fork.name);

    assert_eq!(name_at(0), Some(ForkName::Electra));
    assert_eq!(name_at(11), Some(ForkName::Electra));
    assert_eq!(name_at(12), Some(ForkName::Fulu));
}

#[test]
fn built_in_forks_are_in_order() {
    for network in [andromeda(), metis_sepolia()] {
        let forks = &network.l1.forks;
        assert_eq!((forks[0].name, forks[0].epoch), (ForkName::Phase0, 0));
        assert!(forks.is_sorted_by(|a, b| a.name < b.name && a.epoch < b.epoch));
        assert!(forks.is_sorted_by(|a, b| a.version < b.version));
    }
}

#[test]
fn built_in_networks_pin_what_is_known() {
    assert_eq!(andromeda().unpinned(), Vec::<&str>::new());
    assert_eq!(
        metis_sepolia().unpinned(),
        ["contracts.stateCommitmentChainImplementation", "contracts.fraudProofWindow"]
    );
}

#[test]
fn built_in_networks_are_found_by_name() {
    for network in [andromeda(), metis_sepolia()] {
        assert_eq!(built_in(&network.name), Some(network));
    }
    assert_eq!(built_in("Andromeda"), None);
}

#[test]
fn batches_moved_to_the_proxy_in_march_2024() {
    let contracts = andromeda().contracts;
    let old = address!("f209815E595Cdf3ed0aAF9665b1772e608AB9380");
    for (block, expected) in [
        (13_626_982, None),
        (13_626_983, Some(old)),
        (19_438_865, Some(old)),
        (19_438_866, Some(contracts.state_commitment_chain)),
        (u64::MAX, Some(contracts.state_commitment_chain)),
    ] {
        assert_eq!(contracts.emitter_at(block), expected, "block {block}");
    }
}

/// Against the addresses and genesis states that Metis publishes.
#[test]
fn built_in_addresses_are_the_published_ones() {
    let Some(addresses) = vector("metis/addresses-metis-networks.json") else {
        return;
    };
    let addresses: Value = serde_json::from_slice(&addresses).unwrap();
    for (network, published) in [(andromeda(), "andromeda-mainnet"), (metis_sepolia(), "sepolia-testnet")] {
        let contracts = &network.contracts;
        for (name, address) in [
            ("AddressManager", Some(contracts.address_manager)),
            ("ChainStorageContainer_SCC_batches", Some(contracts.batches_container)),
            ("Proxy__DisputeGameFactory", contracts.dispute_game_factory),
            ("Proxy__MVM_StateCommitmentChain", Some(contracts.state_commitment_chain)),
            ("Proxy__OVM_L1CrossDomainMessenger", Some(contracts.messenger)),
            ("Proxy__OVM_L1StandardBridge", Some(contracts.bridge)),
        ] {
            let expected = addresses["addresses"][published][name].as_str().unwrap().parse().ok();
            assert_eq!(address, expected, "{name}");
        }
        let genesis = vector(&format!("metis/genesis-{}.json", network.name)).unwrap();
        check_genesis(&network.l2, &serde_json::from_slice(&genesis).unwrap());
    }
}

/// What a beacon node answers, cut down to what counts and a member that does not.
fn beacon_answers() -> (Value, Value) {
    let spec = json!({ "data": {
        "CONFIG_NAME": "made up",
        "DEPOSIT_CHAIN_ID": "900",
        "SECONDS_PER_SLOT": "6",
        "SLOTS_PER_EPOCH": "8",
        "EPOCHS_PER_SYNC_COMMITTEE_PERIOD": "8",
        "SYNC_COMMITTEE_SIZE": "32",
        "GENESIS_FORK_VERSION": "0x00000001",
        "ALTAIR_FORK_VERSION": "0x01000001",
        "ALTAIR_FORK_EPOCH": "0",
        "GLOAS_FORK_VERSION": "0x07000001",
        "GLOAS_FORK_EPOCH": "18446744073709551615",
        "HEZE_FORK_EPOCH": "18446744073709551615",
        "BLOB_SCHEDULE": [{ "EPOCH": "9", "MAX_BLOBS_PER_BLOCK": "12" }],
    } });
    let genesis = json!({ "data": {
        "genesis_time": "1700000000",
        "genesis_validators_root": format!("0x{}", "ab".repeat(32)),
        "genesis_fork_version": "0x03000001",
    } });
    (spec, genesis)
}

fn read_answers(spec: &Value, genesis: &Value) -> Result<L1, NetworkFileError> {
    let l1 = L1::from_beacon_api(spec.to_string().as_bytes(), genesis.to_string().as_bytes());
    let file = json!({ "spec": spec, "genesis": genesis });
    assert_eq!(L1::from_json(file.to_string().as_bytes()).ok(), l1.clone().ok(), "one file says what two answers say");
    l1
}

#[test]
fn an_l1_is_read_from_a_beacon_node() {
    let (spec, genesis) = beacon_answers();
    let l1 = read_answers(&spec, &genesis).expect("it is complete");
    assert_eq!((l1.chain_id, l1.genesis_time), (900, 1_700_000_000));
    assert_eq!((l1.seconds_per_slot, l1.slots_per_epoch), (6, 8));
    assert_eq!((l1.epochs_per_sync_committee_period, l1.sync_committee_size), (8, 32));
    assert_eq!(l1.genesis_validators_root, B256::repeat_byte(0xab));
    let forks: Vec<_> = l1.forks.iter().map(|fork| (fork.name, fork.version, fork.epoch)).collect();
    assert_eq!(forks, [(ForkName::Phase0, [0, 0, 0, 1], 0), (ForkName::Altair, [1, 0, 0, 1], 0)]);
    assert_eq!(l1.blob_schedule, [BlobParameters { epoch: 9, max_blobs_per_block: 12 }]);

    // The network file's own form gives the same file by `l1` alone.
    let example = example();
    let network = read(&example).expect("the example is complete");
    assert_eq!(L1::from_json(example.to_string().as_bytes()), Ok(network.l1));
}

#[test]
fn what_a_beacon_node_says_is_read_strictly() {
    let (spec, genesis) = beacon_answers();
    for member in ["DEPOSIT_CHAIN_ID", "SLOTS_PER_EPOCH", "EPOCHS_PER_SYNC_COMMITTEE_PERIOD", "SYNC_COMMITTEE_SIZE"] {
        let mut less = spec.clone();
        less["data"].as_object_mut().expect("an object").remove(member);
        let error = read_answers(&less, &genesis).expect_err(member);
        assert!(error.to_string().contains(member), "{error}");
    }
    let with = |member: &str, value: Value| {
        let mut other = spec.clone();
        other["data"][member] = value;
        read_answers(&other, &genesis)
    };
    assert!(matches!(with("SYNC_COMMITTEE_SIZE", json!("31")), Err(NetworkFileError::NotPowerOfTwo { got: 31, .. })));
    assert!(matches!(with("SYNC_COMMITTEE_SIZE", json!("16384")), Err(NetworkFileError::OutOfRange { .. })));
    assert!(matches!(with("SECONDS_PER_SLOT", json!("0")), Err(NetworkFileError::OutOfRange { .. })));
    assert!(matches!(with("HEZE_FORK_EPOCH", json!("7")), Err(NetworkFileError::UnknownFork { .. })));
    // From Gloas on a slot's length comes in milliseconds.
    let mut gloas = spec.clone();
    gloas["data"].as_object_mut().expect("an object").remove("SECONDS_PER_SLOT");
    gloas["data"]["SLOT_DURATION_MS"] = json!("6000");
    assert_eq!(read_answers(&gloas, &genesis).map(|l1| l1.seconds_per_slot), Ok(6));
    gloas["data"]["SLOT_DURATION_MS"] = json!("6500");
    assert!(matches!(read_answers(&gloas, &genesis), Err(NetworkFileError::NotWholeSeconds { got: 6500, .. })));
}

#[test]
fn slots_epochs_and_periods_follow_from_the_time() {
    let l1 = built_in_l1("mainnet").expect("it is built in");
    assert_eq!(l1.slot_at(UnixTime(0)), 0, "nothing was before genesis");
    assert_eq!(l1.slot_at(UnixTime(l1.genesis_time + 11)), 0);
    assert_eq!(l1.slot_at(UnixTime(l1.genesis_time + 12)), 1);
    assert_eq!((l1.epoch_at(31), l1.epoch_at(32)), (0, 1));
    assert_eq!((l1.period_at(8191), l1.period_at(8192)), (0, 1));
    assert_eq!(built_in_l1("sepolia").map(|l1| l1.chain_id), Some(11_155_111));
    assert_eq!(built_in_l1("andromeda"), None);
}

fn check_genesis(l2: &L2, genesis: &Value) {
    let hash = |value: &Value| value.as_str().unwrap().parse::<B256>().unwrap();
    let header = match &genesis["recordedBlock"] {
        Value::Null => genesis,
        recorded => recorded,
    };
    assert_eq!(l2.genesis_hash, Some(hash(&header["hash"])));
    assert_eq!(l2.genesis_state_root, Some(hash(&header["stateRoot"])));
    let code_hash = |address: Address| hash(&genesis["alloc"][address.to_string()]["codeHash"]);
    assert_eq!(l2.metis_code_hashes, Some(vec![code_hash(l2.predeploys.metis)]));
    let predeploys = &l2.predeploys;
    for address in [
        predeploys.message_passer,
        predeploys.messenger,
        predeploys.bridge,
        predeploys.eth,
        predeploys.gas_price_oracle,
        predeploys.fee_vault,
        predeploys.deployer_whitelist,
    ] {
        code_hash(address);
    }
}

const ALL_PINS: [&str; 6] = [
    "l1.weakSubjectivityEpochs",
    "l2.metisCodeHashes",
    "contracts.stateCommitmentChainImplementation",
    "contracts.l1CrossDomainMessengerImplementation",
    "contracts.fraudProofWindow",
    "contracts.emitters",
];

/// The example in the documentation of the file format.
fn example() -> Value {
    let page = include_str!("../../docs/network-file.md");
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    serde_json::from_str(example).unwrap()
}

fn read(file: &Value) -> Result<Network, NetworkFileError> {
    Network::from_json(file.to_string().as_bytes())
}

/// The example with one member replaced or added.
fn spoiled(member: &str, value: Value) -> Value {
    let mut file = example();
    let (parent, name) = place(&mut file, member);
    parent[name] = value;
    file
}

fn remove(file: &mut Value, member: &str) {
    let (parent, name) = place(file, member);
    assert!(parent.as_object_mut().unwrap().remove(name).is_some());
}

fn place<'a, 'b>(file: &'a mut Value, member: &'b str) -> (&'a mut Value, &'b str) {
    let (parent, name) = member.rsplit_once('.').unwrap_or(("", member));
    let pointer = parent.split('.').filter(|part| !part.is_empty());
    let pointer: String = pointer.map(|part| format!("/{part}")).collect();
    (file.pointer_mut(&pointer).unwrap(), name)
}

fn missing(member: &str) -> NetworkFileError {
    NetworkFileError::Json(JsonError::Missing { path: member.to_owned() })
}

fn out_of_range(member: &str, got: u64, least: u64, most: u64) -> NetworkFileError {
    NetworkFileError::OutOfRange {
        member: member.to_owned(),
        got: U256::from(got),
        least: U256::from(least),
        most: U256::from(most),
    }
}

fn is_wrong_form(error: &NetworkFileError, place: &str) -> bool {
    matches!(error, NetworkFileError::Json(JsonError::WrongForm { path, .. }) if path == place)
}

/// A file of the shared test vectors, or nothing where they are not at hand.
#[allow(clippy::disallowed_methods, reason = "tests read recorded data from disk")]
fn vector(path: &str) -> Option<Vec<u8>> {
    let folder = std::env::var("METIS_LIGHT_VECTORS");
    let folder = folder.unwrap_or_else(|_| "../shared/vectors".to_owned());
    std::fs::read(format!("{folder}/{path}")).ok()
}
