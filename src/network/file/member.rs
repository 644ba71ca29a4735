//! What members of a network file must be besides having the right form.

use super::Checked;
use crate::network::NetworkFileError;
use crate::primitives::json::{self, Member};
use alloy_primitives::{Address, B256, U256};
use core::ops::RangeInclusive;

/// An address that something can have.
pub(super) fn address(member: &Member<'_, '_>) -> Checked<Address> {
    let address = json::address(member)?;
    if address.is_zero() {
        return Err(NetworkFileError::ZeroAddress { member: member.path() }.into());
    }
    Ok(address)
}

pub(super) fn hash(member: &Member<'_, '_>) -> Checked<B256> {
    Ok(json::word(member)?)
}

pub(super) fn number(member: &Member<'_, '_>) -> Checked<u64> {
    number_in(member, 0..=u64::MAX)
}

/// A number within bounds.
pub(super) fn number_in(member: &Member<'_, '_>, bounds: RangeInclusive<u64>) -> Checked<u64> {
    let bounds = U256::from(*bounds.start())..=U256::from(*bounds.end());
    // Nothing is cut off: the upper bound is a `u64`.
    amount_in(member, &bounds).map(|amount| amount.saturating_to())
}

/// A number within bounds that may be wider.
pub(super) fn amount_in(member: &Member<'_, '_>, bounds: &RangeInclusive<U256>) -> Checked<U256> {
    let got = json::quantity(member)?;
    if !bounds.contains(&got) {
        let (least, most) = (*bounds.start(), *bounds.end());
        return Err(NetworkFileError::OutOfRange { member: member.path(), got, least, most }.into());
    }
    Ok(got)
}

/// What `read` makes of the elements of a list that must have some.
pub(super) fn some<'j, T>(list: &Member<'_, 'j>, read: impl FnMut(&Member<'_, 'j>) -> Checked<T>) -> Checked<Vec<T>> {
    let elements = list.each(read)?;
    if elements.is_empty() {
        return Err(NetworkFileError::EmptyList { member: list.path() }.into());
    }
    Ok(elements)
}
