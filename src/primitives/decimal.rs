//! Big integers as text, both ways.
//!
//! Those of `ruint` divide, and take more kinds of text than any format here allows; together they were 2 KB of the page's
//! WebAssembly, after brotli.

use super::U256;
use core::fmt;

/// A number that is shown in decimal digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal(pub(crate) U256);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&digits(self.0))
    }
}

/// Doubles what stands there for each bit, as one does on paper.
fn digits(number: U256) -> String {
    // The least one first.
    let mut digits = vec![0_u8];
    for bit in (0..number.bit_len()).rev() {
        let mut carry = u8::from(number.bit(bit));
        for digit in &mut digits {
            let doubled = digit.saturating_mul(2).saturating_add(carry);
            (carry, *digit) = (doubled / 10, doubled % 10);
        }
        if carry > 0 {
            digits.push(carry);
        }
    }
    digits.into_iter().rev().filter_map(|digit| char::from_digit(digit.into(), 10)).collect()
}

/// Reads digits, hex ones after `0x`, and nothing else; none of a number that is too large.
pub(crate) fn parse_quantity(text: &str) -> Option<U256> {
    let (digits, radix) = text.strip_prefix("0x").map_or((text, 10), |digits| (digits, 16));
    let longer = |number: U256, digit: char| {
        number.checked_mul(U256::from(radix))?.checked_add(U256::from(digit.to_digit(radix)?))
    };
    if digits.is_empty() { None } else { digits.chars().try_fold(U256::ZERO, longer) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_written_and_read_as_by_ruint(limbs: [u64; 4], shift in 0_usize..256) {
            let number = U256::from_limbs(limbs) >> shift;
            let text = Decimal(number).to_string();
            prop_assert_eq!(&text, &number.to_string());
            prop_assert_eq!(parse_quantity(&text), Some(number));
            prop_assert_eq!(parse_quantity(&format!("{number:#x}")), Some(number));
        }
    }

    #[test]
    fn the_bounds_are_kept() {
        assert_eq!(Decimal(U256::ZERO).to_string(), "0");
        let most = U256::MAX.to_string();
        assert_eq!(Decimal(U256::MAX).to_string(), most);
        assert_eq!(parse_quantity(&most), Some(U256::MAX));
        assert_eq!(parse_quantity(&format!("0x{}", "f".repeat(64))), Some(U256::MAX));
        let more = format!("{}6", most.strip_suffix('5').unwrap());
        for not in ["", "0x", "+1", "-1", "1_0", " 1", "0x0x1", "a", "0xg", &more, &format!("0x1{}", "0".repeat(64))] {
            assert_eq!(parse_quantity(not), None, "{not}");
        }
    }
}
