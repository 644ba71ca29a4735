//! SSZ read by schemas: a type is data, and one reader and one merkleizer serve all of them.
//!
//! The crate writes each of its few layouts out by hand. This is the other way round, and shares no code with it, so
//! that the two can referee each other. It follows `ssz/simple-serialize.md` of the consensus specs to the letter,
//! and refuses every serialization but the one that the specs' encoder would have written.

pub(crate) mod beacon;

use metis_light::primitives::B256;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Bytes of a chunk, the leaf of a Merkle tree.
const CHUNK: usize = 32;

/// Bytes of an offset, which stands in the fixed part for what is of variable size.
const OFFSET: usize = 4;

/// A name and what it holds.
pub(crate) type Field = (String, Type);

/// Why bytes are not of a type.
pub(crate) type Refusal = &'static str;

/// A type of SSZ. Lengths of what is there in full are `usize`; limits may be far beyond memory.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    /// An unsigned integer of so many bytes.
    Uint(usize),
    Boolean,
    Vector(Box<Type>, usize),
    List(Box<Type>, u64),
    Bitvector(usize),
    Bitlist(u64),
    Container(Vec<Field>),
}

/// An unsigned integer of so many bits.
pub(crate) const fn uint(bits: usize) -> Type {
    Type::Uint(bits / 8)
}

/// `Bytes32` and its like.
pub(crate) fn bytes(length: usize) -> Type {
    vector(uint(8), length)
}

/// A list of bytes.
pub(crate) fn byte_list(limit: u64) -> Type {
    list(uint(8), limit)
}

pub(crate) fn vector(element: Type, length: usize) -> Type {
    Type::Vector(Box::new(element), length)
}

pub(crate) fn list(element: Type, limit: u64) -> Type {
    Type::List(Box::new(element), limit)
}

/// A container of the named fields, in their order.
pub(crate) fn container<'a>(fields: impl IntoIterator<Item = (&'a str, Type)>) -> Type {
    Type::Container(fields.into_iter().map(|(name, field)| (name.to_owned(), field)).collect())
}

impl Type {
    /// Reads a value, strictly.
    pub(crate) fn read<'a>(&'a self, bytes: &'a [u8]) -> Result<Value<'a>, Refusal> {
        ensure(self.is_legal(), "the type itself is illegal")?;
        self.value(bytes)
    }

    /// The generalized index of what lies at `path`: names of fields and places of elements, divided by dots.
    pub(crate) fn gindex(&self, path: &str) -> u64 {
        let step = |(index, kind): (u64, &Self), name: &str| {
            let (place, inner) = kind.place(name);
            let width = 1 << kind.height();
            // The data of a list is the left child of its root, next to the length.
            let base = if kind.has_length() { 2 * width } else { width };
            (index * base + place, inner.clone())
        };
        let start = (1, self.clone());
        path.split('.').fold(start, |(index, kind), name| step((index, &kind), name)).0
    }

    /// Lays out a container whose fields are given as they serialize.
    pub(crate) fn lay_out(&self, values: &[impl AsRef<[u8]>]) -> Vec<u8> {
        let fields = self.fields();
        assert_eq!(fields.len(), values.len(), "a container has a value for each field");
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        let start: usize = fields.iter().map(|(_, field)| field.head_size()).sum();
        for ((_, field), value) in fields.iter().zip(values) {
            if field.fixed_size().is_some() {
                head.extend_from_slice(value.as_ref());
            } else {
                let offset = u32::try_from(start + tail.len()).expect("a test's value is below 4 GiB");
                head.extend_from_slice(&offset.to_le_bytes());
                tail.extend_from_slice(value.as_ref());
            }
        }
        [head, tail].concat()
    }

    /// The fields of a container.
    pub(crate) fn fields(&self) -> &[Field] {
        match self {
            Self::Container(fields) => fields,
            other => panic!("{other:?} has no fields"),
        }
    }

    /// Nothing may be of no size at all: the specs forbid empty containers and vectors.
    fn is_legal(&self) -> bool {
        match self {
            Self::Uint(size) => matches!(size, 1 | 2 | 4 | 8 | 16 | 32),
            Self::Boolean | Self::Bitlist(_) => true,
            Self::Vector(element, length) => *length > 0 && element.is_legal(),
            Self::List(element, _) => element.is_legal(),
            Self::Bitvector(length) => *length > 0,
            Self::Container(fields) => !fields.is_empty() && fields.iter().all(|(_, field)| field.is_legal()),
        }
    }

    /// The size that every value has, if it is the same for all.
    fn fixed_size(&self) -> Option<usize> {
        match self {
            Self::Uint(size) => Some(*size),
            Self::Boolean => Some(1),
            Self::Vector(element, length) => Some(element.fixed_size()? * length),
            Self::Bitvector(length) => Some(length.div_ceil(8)),
            Self::List(..) | Self::Bitlist(_) => None,
            Self::Container(fields) => fields.iter().map(|(_, field)| field.fixed_size()).sum(),
        }
    }

    /// The size in a container's fixed part.
    fn head_size(&self) -> usize {
        self.fixed_size().unwrap_or(OFFSET)
    }

    /// Basic values are packed into chunks; all others have a root of their own.
    const fn is_basic(&self) -> bool {
        matches!(self, Self::Uint(_) | Self::Boolean)
    }

    /// Lists mix their length into their root.
    const fn has_length(&self) -> bool {
        matches!(self, Self::List(..) | Self::Bitlist(_))
    }

    /// The height of the tree over the chunks, which follows from the limit and not from what is there.
    fn height(&self) -> u32 {
        let chunks = match self {
            Self::Uint(_) | Self::Boolean => 1,
            Self::Bitvector(length) => (*length as u128).div_ceil(8 * CHUNK as u128),
            Self::Bitlist(limit) => u128::from(*limit).div_ceil(8 * CHUNK as u128),
            Self::Vector(element, length) => element.chunks(*length as u128),
            Self::List(element, limit) => element.chunks(u128::from(*limit)),
            Self::Container(fields) => fields.len() as u128,
        };
        chunks.next_power_of_two().trailing_zeros()
    }

    /// How many chunks so many elements take.
    fn chunks(&self, count: u128) -> u128 {
        match self.fixed_size() {
            Some(size) if self.is_basic() => (count * size as u128).div_ceil(CHUNK as u128),
            _ => count,
        }
    }

    /// Which chunk a field or an element is in, and its type.
    fn place(&self, name: &str) -> (u64, Self) {
        if let Self::Container(fields) = self {
            let place = fields.iter().position(|(field, _)| field == name).unwrap_or_else(|| panic!("no field {name}"));
            return (place as u64, fields[place].1.clone());
        }
        let (Self::Vector(element, _) | Self::List(element, _)) = self else { panic!("{self:?} holds no {name}") };
        let place: u64 = name.parse().unwrap_or_else(|_| panic!("{name} is no place"));
        let size = element.fixed_size().filter(|_| element.is_basic()).unwrap_or(CHUNK);
        (place / (CHUNK / size) as u64, Self::clone(element))
    }

    fn value<'a>(&'a self, bytes: &'a [u8]) -> Result<Value<'a>, Refusal> {
        let (length, body) = match self {
            Self::Uint(size) => {
                ensure(bytes.len() == *size, "an integer of another size")?;
                (1, packed(bytes))
            }
            Self::Boolean => {
                ensure(matches!(bytes, [0 | 1]), "neither true nor false")?;
                (1, packed(bytes))
            }
            Self::Bitvector(length) => (*length as u64, bitvector(bytes, *length)?),
            Self::Bitlist(limit) => {
                let (length, body) = bitlist(bytes)?;
                ensure(length <= *limit, "more bits than the limit")?;
                (length, body)
            }
            Self::Vector(element, length) => {
                let (count, body) = element.sequence(bytes)?;
                ensure(count == *length as u64, "a vector of another length")?;
                (count, body)
            }
            Self::List(element, limit) => {
                let (count, body) = element.sequence(bytes)?;
                ensure(count <= *limit, "more elements than the limit")?;
                (count, body)
            }
            Self::Container(fields) => (fields.len() as u64, parts(fields, bytes)?),
        };
        Ok(Value { kind: self, bytes, length, body })
    }

    /// Values of this type, one after the other, and how many.
    fn sequence<'a>(&'a self, bytes: &'a [u8]) -> Result<(u64, Body<'a>), Refusal> {
        let Some(size) = self.fixed_size() else {
            let parts = listed(bytes)?.into_iter().map(|piece| self.value(piece)).collect::<Result<Vec<_>, _>>()?;
            return Ok((parts.len() as u64, Body::Parts(parts)));
        };
        ensure(bytes.len().is_multiple_of(size), "a part of an element")?;
        let count = (bytes.len() / size) as u64;
        if self.is_basic() {
            let is_boolean = matches!(self, Self::Boolean);
            ensure(!is_boolean || bytes.iter().all(|byte| *byte <= 1), "neither true nor false")?;
            return Ok((count, packed(bytes)));
        }
        let parts = bytes.chunks(size).map(|piece| self.value(piece)).collect::<Result<_, _>>()?;
        Ok((count, Body::Parts(parts)))
    }
}

/// A value: its type, its bytes and what they hold.
#[derive(Clone, Debug)]
pub(crate) struct Value<'a> {
    kind: &'a Type,
    bytes: &'a [u8],
    /// How many elements, bits or fields.
    length: u64,
    body: Body<'a>,
}

#[derive(Clone, Debug)]
enum Body<'a> {
    /// What is packed into chunks; the bits of a bitlist without the one that ends it.
    Packed(Cow<'a, [u8]>),
    /// What has a root of its own.
    Parts(Vec<Value<'a>>),
}

impl<'a> Value<'a> {
    /// The serialization.
    pub(crate) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What lies at `path`: names of fields and places of elements, divided by dots.
    pub(crate) fn at(&self, path: &str) -> &Self {
        path.split('.').fold(self, |value, name| value.part(name))
    }

    /// An integer of up to 64 bits.
    pub(crate) fn uint(&self) -> u64 {
        assert!(matches!(self.kind, Type::Uint(1..=8)), "{:?} is no short integer", self.kind);
        self.bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// 32 bytes.
    pub(crate) fn hash(&self) -> B256 {
        B256::from_slice(self.bytes)
    }

    /// `hash_tree_root`.
    pub(crate) fn root(&self) -> B256 {
        Node::Value(self).hash()
    }

    /// The node at a generalized index, if the tree reaches that far.
    pub(crate) fn node(&self, gindex: u64) -> Option<B256> {
        self.walk(gindex).map(|(node, _)| node.hash())
    }

    /// The siblings from the node at a generalized index up to the root.
    pub(crate) fn branch(&self, gindex: u64) -> Option<Vec<B256>> {
        self.walk(gindex).map(|(_, siblings)| siblings.into_iter().rev().map(Node::hash).collect())
    }

    /// A node and the siblings of the way down to it.
    fn walk(&self, gindex: u64) -> Option<(Node<'_>, Vec<Node<'_>>)> {
        let (mut node, mut siblings) = (Node::Value(self), Vec::new());
        for level in (0..gindex.checked_ilog2()?).rev() {
            let (left, right) = node.children()?;
            let (next, sibling) = if is_right(gindex, level) { (right, left) } else { (left, right) };
            siblings.push(sibling);
            node = next;
        }
        Some((node, siblings))
    }

    fn part(&self, name: &str) -> &Self {
        let Body::Parts(parts) = &self.body else { panic!("{:?} has no {name} of its own", self.kind) };
        let place = match self.kind {
            Type::Container(fields) => fields.iter().position(|(field, _)| field == name),
            _ => name.parse().ok(),
        };
        place.and_then(|place| parts.get(place)).unwrap_or_else(|| panic!("there is no {name} in {:?}", self.kind))
    }
}

/// A node of the Merkle tree over a value, opened on demand: no tree is ever built.
#[derive(Clone, Copy)]
enum Node<'v> {
    /// The root of a value.
    Value(&'v Value<'v>),
    /// A subtree of a height over chunks, none of them where there are only zeros.
    Packed(&'v [u8], u32),
    /// A subtree of a height over roots.
    Parts(&'v [Value<'v>], u32),
    /// The length of a list.
    Length(u64),
}

impl<'v> Node<'v> {
    fn hash(self) -> B256 {
        match self.opened() {
            Self::Packed([], height) | Self::Parts([], height) => zeros(height),
            Self::Packed(bytes, 0) => padded(bytes),
            Self::Length(length) => padded(&length.to_le_bytes()),
            node => {
                let (left, right) = node.children().expect("only chunks have none");
                pair(left.hash(), right.hash())
            }
        }
    }

    fn children(self) -> Option<(Self, Self)> {
        match self.opened() {
            Self::Value(list) => Some((Self::data(list), Self::Length(list.length))),
            Self::Packed(bytes, height @ 1..) => {
                let (left, right) = halves(bytes, CHUNK, height);
                Some((Self::Packed(left, height - 1), Self::Packed(right, height - 1)))
            }
            Self::Parts(parts, height @ 1..) => {
                let (left, right) = halves(parts, 1, height);
                Some((Self::Parts(left, height - 1), Self::Parts(right, height - 1)))
            }
            _ => None,
        }
    }

    /// The same node by what it is made of: a part for the place it is in, chunks for a value without a length.
    fn opened(self) -> Self {
        match self {
            Self::Value(value) if !value.kind.has_length() => Self::data(value).opened(),
            Self::Parts([part, ..], 0) => Self::Value(part).opened(),
            other => other,
        }
    }

    fn data(value: &'v Value<'v>) -> Self {
        match &value.body {
            Body::Packed(bytes) => Self::Packed(bytes, value.kind.height()),
            Body::Parts(parts) => Self::Parts(parts, value.kind.height()),
        }
    }
}

/// The root that a leaf and its branch lead to.
pub(crate) fn fold(leaf: B256, branch: &[B256], gindex: u64) -> B256 {
    (0..).zip(branch).fold(leaf, |node, (level, sibling)| match is_right(gindex, level) {
        true => pair(*sibling, node),
        false => pair(node, *sibling),
    })
}

/// Whether the way from the root turns right above `level`.
const fn is_right(gindex: u64, level: u32) -> bool {
    gindex >> level & 1 == 1
}

fn pair(left: B256, right: B256) -> B256 {
    B256::new(Sha256::new().chain_update(left).chain_update(right).finalize().into())
}

/// The root of a tree of zeros.
fn zeros(height: u32) -> B256 {
    // A limit of 64 bits over chunks of one element each is the highest tree there is.
    static ZEROS: LazyLock<Vec<B256>> =
        LazyLock::new(|| std::iter::successors(Some(B256::ZERO), |node| Some(pair(*node, *node))).take(65).collect());
    ZEROS[height as usize]
}

/// A chunk, filled up with zeros.
fn padded(bytes: &[u8]) -> B256 {
    B256::right_padding_from(bytes)
}

/// Divides the leaves of a tree of a height, so many items each.
fn halves<T>(items: &[T], leaf: usize, height: u32) -> (&[T], &[T]) {
    let middle = (leaf as u128) << (height - 1);
    items.split_at(usize::try_from(middle).map_or(items.len(), |middle| middle.min(items.len())))
}

fn ensure(holds: bool, refusal: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(refusal) }
}

const fn packed(bytes: &[u8]) -> Body<'_> {
    Body::Packed(Cow::Borrowed(bytes))
}

fn bitvector(bytes: &[u8], length: usize) -> Result<Body<'_>, Refusal> {
    ensure(bytes.len() == length.div_ceil(8), "a bitvector of another length")?;
    let padding = bytes.last().map_or(0, |last| u32::from(*last) >> ((length - 1) % 8 + 1));
    ensure(padding == 0, "bits beyond the bitvector")?;
    Ok(packed(bytes))
}

/// A bitlist's length and its bits. The highest bit that is set ends it.
fn bitlist(bytes: &[u8]) -> Result<(u64, Body<'_>), Refusal> {
    let (last, full) = bytes.split_last().ok_or("a bitlist without its end")?;
    let end = last.checked_ilog2().ok_or("a bitlist without its end")?;
    let mut bits = bytes.to_vec();
    match end {
        0 => bits.truncate(full.len()),
        _ => bits[full.len()] ^= 1 << end,
    }
    Ok((8 * full.len() as u64 + u64::from(end), Body::Packed(Cow::Owned(bits))))
}

/// The fields of a container.
fn parts<'a>(fields: &'a [Field], bytes: &'a [u8]) -> Result<Body<'a>, Refusal> {
    let (mut heads, mut offsets, mut at) = (Vec::new(), Vec::new(), 0);
    for (_, field) in fields {
        let head = bytes.get(at..at + field.head_size()).ok_or("a container that ends early")?;
        at += head.len();
        heads.push(head);
        if field.fixed_size().is_none() {
            offsets.push(offset(head)?);
        }
    }
    ensure(!offsets.is_empty() || at == bytes.len(), "bytes beyond the container")?;
    let mut tails = pieces(bytes, &offsets, at)?.into_iter();
    let parts = fields.iter().zip(heads).map(|((_, field), head)| match field.fixed_size() {
        Some(_) => field.value(head),
        None => field.value(tails.next().expect("there is one for each offset")),
    });
    parts.collect::<Result<_, _>>().map(Body::Parts)
}

/// The elements of a list whose elements vary in size. The first offset tells how many there are.
fn listed(bytes: &[u8]) -> Result<Vec<&[u8]>, Refusal> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let start = offset(bytes.get(..OFFSET).ok_or("a part of an offset")?)?;
    ensure(start > 0 && start.is_multiple_of(OFFSET), "a first offset amid the offsets")?;
    let table = bytes.get(..start).ok_or("an offset beyond the end")?;
    let offsets = table.chunks(OFFSET).map(offset).collect::<Result<Vec<_>, _>>()?;
    pieces(bytes, &offsets, start)
}

/// What lies from each offset to the next, the first of which must be where the fixed part ends.
fn pieces<'a>(bytes: &'a [u8], offsets: &[usize], start: usize) -> Result<Vec<&'a [u8]>, Refusal> {
    ensure(
        offsets.first().is_none_or(|first| *first == start),
        "a first offset that is not the end of the fixed part",
    )?;
    let ends = offsets.iter().skip(1).chain([bytes.len()].iter()).copied().collect::<Vec<_>>();
    let piece = |(from, to): (&usize, usize)| bytes.get(*from..to).ok_or("an offset that goes back or out of bounds");
    offsets.iter().zip(ends).map(piece).collect()
}

fn offset(bytes: &[u8]) -> Result<usize, Refusal> {
    let word = bytes.try_into().map_err(|_| "a part of an offset")?;
    usize::try_from(u32::from_le_bytes(word)).map_err(|_| "an offset beyond memory")
}
