//! Saved stores: the input as it is, or one of an honest chain with bytes changed, left out or repeated. What is loaded
//! holds no header that is not the chain's, and is saved and loaded as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::consensus::{Loaded, Store};
use metis_light_fuzz::Input;
use metis_light_fuzz::light_client::{Chain, chain};

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input(bytes);
    let chain = chain(input.byte());
    let saved = if input.byte() & 1 == 0 { input.0.to_vec() } else { changed(chain, &mut input) };
    for checkpoint in [Some(chain.checkpoint), None] {
        let Ok(Loaded::Store(store)) = Store::load(&chain.l1, checkpoint, &saved, chain.end()) else { continue };
        // Without a checkpoint the file's own beginning counts.
        if checkpoint.is_some() {
            assert!(chain.has(store.finalized_header()) && chain.has(store.optimistic_header()));
        }
        let again = Store::load(&chain.l1, checkpoint, &store.save(), chain.end());
        let Ok(Loaded::Store(again)) = again else { panic!("{again:?}") };
        assert_eq!(again.save(), store.save());
        assert_eq!(again.finalized_header(), store.finalized_header());
    }
});

fn changed(chain: &Chain, input: &mut Input<'_>) -> Vec<u8> {
    let mut store = Store::bootstrap(&chain.l1, chain.checkpoint, &chain.bootstrap, chain.end()).expect("it holds");
    let count = usize::from(input.byte() % 3);
    let mut taken = 0;
    for update in &chain.updates {
        if taken < count && store.advance(update, chain.end()).is_ok() {
            taken += 1;
        }
    }
    let mut saved = store.save();
    for _ in 0..input.byte() & 3 {
        let (what, place) = (input.byte(), usize::from(u16::from_be_bytes([input.byte(), input.byte()])));
        let place = place % saved.len();
        match what & 3 {
            0 => saved[place] ^= input.byte(),
            1 => saved.truncate(place.max(1)),
            2 => drop(saved.drain(..place)),
            _ => saved.extend_from_within(place..),
        }
    }
    saved
}
