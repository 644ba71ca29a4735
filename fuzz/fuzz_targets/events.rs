//! The events of the state commitment chain: an event that is read has one encoding only.

#![no_main]

use alloy_primitives::{Address, B256, U256};
use libfuzzer_sys::fuzz_target;
use metis_light::execution::Log;
use metis_light::rollup::{StateBatchAppended, StateBatchDeleted};
use metis_light_fuzz::Input;

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input(bytes);
    let count = input.byte() % 6;
    let topics = (0..count).map(|_| B256::new(input.word())).collect();
    let log = Log { address: Address::ZERO, topics, data: input.0.to_vec().into() };
    if let Ok(event) = StateBatchAppended::parse(&log) {
        assert_eq!(log.data, appended_data(&event));
    }
    if let Ok(event) = StateBatchDeleted::parse(&log) {
        assert_eq!(*log.data, [event.chain_id.to_be_bytes(), event.batch_root.0].concat());
    }
});

/// The ABI encoding by hand: five words, the last of them the place of the bytes, then their length and the bytes.
fn appended_data(event: &StateBatchAppended) -> Vec<u8> {
    let header = &event.header;
    let extra_data = header.extra_data().bytes();
    let numbers = [header.batch_size(), header.prev_total_elements(), 160, extra_data.len() as u64];
    let mut data = [event.chain_id.to_be_bytes(), header.batch_root().0].concat();
    data.extend(numbers.iter().flat_map(|number| U256::from(*number).to_be_bytes::<32>()));
    data.extend_from_slice(extra_data);
    data
}
