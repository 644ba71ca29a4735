//! Updates of an honest chain, in any order and at any time, as they are or with bytes changed: a store never holds a
//! header that is not the chain's, its headers never fall back, what is refused leaves it as it was, and saved it comes
//! back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::consensus::{Loaded, Store, Update};
use metis_light_fuzz::Input;
use metis_light_fuzz::light_client::{Chain, chain};

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input(bytes);
    let chain = chain(input.byte());
    let mut store = Store::bootstrap(&chain.l1, chain.checkpoint, &chain.bootstrap, chain.end()).expect("it holds");
    let mut moved = false;
    for _ in 0..6 {
        if input.0.is_empty() {
            break;
        }
        let Some((update, late)) = changed(chain, &mut input) else { continue };
        moved |= take(chain, &mut store, &update, late);
    }
    if moved {
        check_saved(chain, &store);
    }
});

/// An update of the chain with some of its bytes changed, and by how many slots the clock is ahead of its signature.
fn changed(chain: &Chain, input: &mut Input<'_>) -> Option<(Update, i8)> {
    let original = &chain.updates[usize::from(input.byte()) % chain.updates.len()];
    let (late, changes) = (input.byte() as i8, input.byte());
    let mut ssz = original.to_ssz();
    for _ in 0..changes & 3 {
        let place = usize::from(u16::from_be_bytes([input.byte(), input.byte()])) % ssz.len();
        ssz[place] ^= input.byte();
    }
    let named = (changes & 4 == 0).then_some(original.fork);
    let claimed_fork_digest = (changes & 8 != 0).then(|| [changes; 4]);
    let update = Update::from_ssz(&chain.l1, original.kind(), named, &ssz).ok()?;
    Some((Update { claimed_fork_digest, ..update }, late))
}

fn take(chain: &Chain, store: &mut Store, update: &Update, late: i8) -> bool {
    let before = store.clone();
    let slots = |store: &Store| (store.finalized_header().beacon.slot, store.optimistic_header().beacon.slot);
    let now = chain.time(update.signature_slot.saturating_add_signed(late.into()));
    match store.advance(update, now) {
        Ok(advance) => {
            let ((finalized, optimistic), (new_finalized, new_optimistic)) = (slots(&before), slots(store));
            assert!(finalized <= new_finalized && optimistic <= new_optimistic && new_finalized <= new_optimistic);
            assert_eq!(
                (advance.finalized, advance.optimistic),
                (finalized < new_finalized, optimistic < new_optimistic)
            );
            assert!(chain.has(store.finalized_header()) && chain.has(store.optimistic_header()));
            true
        }
        Err(_) => {
            assert_eq!(store.save(), before.save());
            assert_eq!(slots(store), slots(&before));
            assert_eq!(store.knows_next_committee(), before.knows_next_committee());
            false
        }
    }
}

fn check_saved(chain: &Chain, store: &Store) {
    let loaded = Store::load(&chain.l1, Some(chain.checkpoint), &store.save(), chain.end());
    let Ok(Loaded::Store(loaded)) = loaded else { panic!("{loaded:?}") };
    assert_eq!(loaded.save(), store.save());
    assert_eq!(loaded.finalized_header(), store.finalized_header());
    assert_eq!((loaded.period(), loaded.knows_next_committee()), (store.period(), store.knows_next_committee()));
}
