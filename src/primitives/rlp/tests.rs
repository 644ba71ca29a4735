use super::{Item, Items, RlpError, encode_list, fixed, integer, list};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rlp::Decodable;
use proptest::collection::vec;
use proptest::prelude::*;

/// Reads the only item of a list.
fn only<T>(item: &[u8], read: impl Fn(&mut Items<'_>) -> Result<T, RlpError>) -> Result<T, RlpError> {
    let framed = encode_list(item);
    let mut items = list(&framed).expect("a frame is a list");
    let value = read(&mut items)?;
    items.end(1)?;
    Ok(value)
}

#[test]
fn strings_are_read() {
    // Yellow paper, appendix B, and its usual examples.
    let long = [&[0xb8, 0x38][..], &[b'x'; 56]].concat();
    let cases: [(&[u8], &[u8]); 6] = [
        (&[0x80], b""),
        (&[0x00], &[0]),
        (&[0x7f], &[0x7f]),
        (&[0x81, 0x80], &[0x80]),
        (b"\x83dog", b"dog"),
        (&long, &[b'x'; 56]),
    ];
    for (encoding, string) in cases {
        let item = Item::parse(encoding).expect("it is canonical");
        assert_eq!((item.string(), item.raw(), item.is_list()), (Ok(string), encoding, false));
    }
}

#[test]
fn lists_are_read() {
    let mut items = list(b"\xc8\x83cat\x83dog").expect("it is canonical");
    assert_eq!((items.string(), items.string(), items.is_empty()), (Ok(&b"cat"[..]), Ok(&b"dog"[..]), true));
    assert_eq!(items.end(2), Ok(()));
    let mut items = list(&[0xc2, 0xc0, 0x80]).expect("it is canonical");
    assert!(items.list().expect("a list").is_empty());
    assert_eq!(items.item().map(|item| item.raw()), Ok(&[0x80][..]));
    assert!(list(&[0xc0]).expect("it is canonical").is_empty());
}

#[test]
fn an_integer_with_leading_zeros_is_refused() {
    assert_eq!(only(&[0x00], |items| items.u64()), Err(RlpError::LeadingZeros));
    assert_eq!(only(&[0x82, 0x00, 0xff], |items| items.u256()), Err(RlpError::LeadingZeros));
    assert_eq!(integer::<2>(&[0, 1]), Err(RlpError::LeadingZeros));
}

#[test]
fn a_list_of_another_number_of_items_is_refused() {
    assert_eq!(list(&[0xc1, 0x01]).expect("a list").end(5), Err(RlpError::ItemCount { expected: 5 }));
}

#[test]
fn a_length_in_a_longer_form_than_needed_is_refused() {
    let fits = [&[0xb8, 55][..], &[7; 55]].concat();
    let zeros = [&[0xb9, 0x00, 56][..], &[7; 56]].concat();
    let list_fits = [&[0xf8, 55][..], &[7; 55]].concat();
    let list_zeros = [&[0xf9, 0x00, 56][..], &[7; 56]].concat();
    for bytes in [&fits, &zeros, &list_fits, &list_zeros] {
        assert_eq!(Item::parse(bytes), Err(RlpError::LongLength));
    }
    assert_eq!(Item::parse(&[0xb8, 0x00]), Err(RlpError::LongLength));
    assert_eq!(Item::parse(&[0xf8, 0x00]), Err(RlpError::LongLength));
}

#[test]
fn a_small_byte_with_a_prefix_is_refused() {
    for byte in 0x00..=0x7f {
        assert_eq!(Item::parse(&[0x81, byte]), Err(RlpError::PrefixedByte));
    }
    assert!(Item::parse(&[0x81, 0x80]).is_ok());
}

#[test]
fn an_item_that_ends_early_is_refused() {
    assert_eq!(Item::parse(&[]), Err(RlpError::Short { got: 0, expected: 1 }));
    assert_eq!(Item::parse(&[0x83, 1]), Err(RlpError::Short { got: 2, expected: 4 }));
    assert_eq!(Item::parse(&[0xb9, 1]), Err(RlpError::Short { got: 2, expected: 3 }));
    assert_eq!(Item::parse(&[0xc2, 1]), Err(RlpError::Short { got: 2, expected: 3 }));
    let huge = [0xff; 9];
    assert_eq!(Item::parse(&huge), Err(RlpError::Short { got: 9, expected: usize::MAX }));
    let far = Item::parse(&[0xbf, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert!(matches!(far, Err(RlpError::Short { got: 9, .. })), "{far:?}");
    // A list whose last item reaches beyond it.
    let mut items = list(&[0xc2, 0x01, 0x82]).expect("the list itself is whole");
    assert_eq!(items.u64(), Ok(1));
    assert_eq!(items.string(), Err(RlpError::Short { got: 1, expected: 3 }));
    assert_eq!(list(&[0xc0]).expect("a list").item(), Err(RlpError::Short { got: 0, expected: 1 }));
}

#[test]
fn bytes_behind_the_item_are_refused() {
    assert_eq!(Item::parse(&[0x01, 0x02]), Err(RlpError::Trailing { extra: 1 }));
    assert_eq!(list(&[0xc0, 0x80, 0x80]).err(), Some(RlpError::Trailing { extra: 2 }));
}

#[test]
fn an_item_of_the_other_kind_is_refused() {
    assert_eq!(list(&[0x80]).err(), Some(RlpError::WrongKind { expected: "list" }));
    assert_eq!(only(&[0xc0], |items| items.string().map(<[u8]>::len)), Err(RlpError::WrongKind { expected: "string" }));
    assert_eq!(only(&[0x80], |items| items.list().map(drop)), Err(RlpError::WrongKind { expected: "list" }));
    assert_eq!(only(&[0xc0], |items| items.u64()), Err(RlpError::WrongKind { expected: "string" }));
}

#[test]
fn a_string_of_another_length_than_its_type_is_refused() {
    let wrong = |got, expected| Err(RlpError::WrongLength { got, expected });
    assert_eq!(only(&alloy_rlp::encode(&[1; 31][..]), |items| items.hash()), wrong(31, 32).map(|_: ()| B256::ZERO));
    assert_eq!(only(&alloy_rlp::encode(&[1; 33][..]), |items| items.hash()), wrong(33, 32).map(|_: ()| B256::ZERO));
    assert_eq!(only(&[0x80], |items| items.address()), wrong(0, 20).map(|_: ()| Address::ZERO));
    assert_eq!(only(&[0x05], |items| items.optional_address()), wrong(1, 20).map(|_: ()| None));
    assert_eq!(only(&alloy_rlp::encode(&[1; 9][..]), |items| items.u64()), wrong(9, 8).map(|_: ()| 0));
    assert_eq!(only(&alloy_rlp::encode(&[1; 33][..]), |items| items.u256()), wrong(33, 32).map(|_: ()| U256::ZERO));
    assert_eq!(fixed::<4>(&[1; 3]), wrong(3, 4).map(|_: ()| [0; 4]));
}

#[test]
fn an_address_may_be_left_out_where_the_type_says_so() {
    assert_eq!(only(&[0x80], |items| items.optional_address()), Ok(None));
    let address = Address::repeat_byte(0x11);
    assert_eq!(only(&alloy_rlp::encode(address), |items| items.optional_address()), Ok(Some(address)));
}

#[test]
fn the_largest_integers_are_read() {
    assert_eq!(only(&alloy_rlp::encode(u64::MAX), |items| items.u64()), Ok(u64::MAX));
    assert_eq!(only(&alloy_rlp::encode(U256::MAX), |items| items.u256()), Ok(U256::MAX));
    assert_eq!(only(&[0x80], |items| items.u256()), Ok(U256::ZERO));
}

/// An item with all that is in it.
#[derive(Clone, Debug)]
enum Tree {
    String(Vec<u8>),
    List(Vec<Tree>),
}

impl Tree {
    fn any() -> impl Strategy<Value = Self> {
        let string = prop_oneof![vec(any::<u8>(), 0..4), vec(any::<u8>(), 50..70), vec(any::<u8>(), 250..300)];
        string.prop_map(Self::String).prop_recursive(4, 64, 8, |inner| vec(inner, 0..8).prop_map(Self::List))
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::String(bytes) => alloy_rlp::encode(bytes.as_slice()),
            Self::List(trees) => {
                let items: Vec<u8> = trees.iter().flat_map(Self::encode).collect();
                let mut out = Vec::new();
                alloy_rlp::Header { list: true, payload_length: items.len() }.encode(&mut out);
                [out, items].concat()
            }
        }
    }

    fn is(&self, item: Item<'_>) -> bool {
        match self {
            Self::String(bytes) => item.string() == Ok(bytes),
            Self::List(trees) => item.list().is_ok_and(|mut items| {
                trees.iter().all(|tree| items.item().is_ok_and(|item| tree.is(item))) && items.is_empty()
            }),
        }
    }
}

proptest! {
    #[test]
    fn what_alloy_writes_is_read(tree in Tree::any()) {
        let encoding = tree.encode();
        let item = Item::parse(&encoding);
        prop_assert!(item.is_ok_and(|item| tree.is(item) && item.raw() == encoding));
        if let Tree::List(trees) = &tree {
            let items: Vec<u8> = trees.iter().flat_map(Tree::encode).collect();
            prop_assert_eq!(encode_list(&items), encoding);
        }
    }

    #[test]
    fn values_that_alloy_writes_are_read(number in any::<u64>(), word in any::<[u8; 32]>(), bytes in vec(any::<u8>(), 0..100)) {
        let (word, hash) = (U256::from_be_bytes(word), B256::from(word));
        prop_assert_eq!(only(&alloy_rlp::encode(number), |items| items.u64()), Ok(number));
        prop_assert_eq!(only(&alloy_rlp::encode(word), |items| items.u256()), Ok(word));
        prop_assert_eq!(only(&alloy_rlp::encode(hash), |items| items.hash()), Ok(hash));
        prop_assert_eq!(only(&alloy_rlp::encode(bytes.as_slice()), |items| items.string().map(<[u8]>::to_vec)), Ok(bytes));
    }

    #[test]
    fn strings_are_read_as_strictly_as_by_alloy(
        prefix in prop_oneof![0x00_u8..0x82, 0xb6_u8..0xbb, any::<u8>()],
        rest in prop_oneof![vec(any::<u8>(), 0..4), vec(any::<u8>(), 50..60)],
    ) {
        let bytes = [&[prefix], rest.as_slice()].concat();
        let theirs = Bytes::decode(&mut bytes.as_slice()).ok().filter(|value| alloy_rlp::encode(value).len() == bytes.len());
        let ours = Item::parse(&bytes).and_then(|item| item.string()).ok();
        prop_assert_eq!(ours, theirs.as_ref().map(|bytes| &bytes[..]));
    }

    #[test]
    fn integers_are_read_as_strictly_as_by_alloy(bytes in vec(prop_oneof![Just(0_u8), any::<u8>()], 0..12)) {
        let encoding = alloy_rlp::encode(bytes.as_slice());
        let theirs = u64::decode(&mut encoding.as_slice());
        prop_assert_eq!(only(&encoding, |items| items.u64()).ok(), theirs.ok());
    }

    #[test]
    fn an_item_that_is_read_has_no_second_encoding(bytes in vec(any::<u8>(), 0..80)) {
        if let Ok(again) = Item::parse(&bytes).and_then(written_again) {
            prop_assert_eq!(again, bytes);
        }
    }
}

fn written_again(item: Item<'_>) -> Result<Vec<u8>, RlpError> {
    if !item.is_list() {
        return Ok(alloy_rlp::encode(item.string()?));
    }
    let (mut items, mut inside) = (item.list()?, Vec::new());
    while !items.is_empty() {
        inside.extend(written_again(items.item()?)?);
    }
    Ok(encode_list(&inside))
}
