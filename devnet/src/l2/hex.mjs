// Two spellings of a number: JSON-RPC writes quantities (0x0, 0x1f), RLP writes bytes without leading zeros (nothing, 1f).
// Blocks, transactions and receipts are kept here as JSON-RPC shows them, and are encoded from that.

import { numberToHex } from 'viem'

/**
 * A JSON-RPC quantity.
 * @param {bigint | number | string} value a number, or its hex digits; `0x` is 0
 * @returns {`0x${string}`}
 */
export const quantity = (value) => numberToHex(BigInt(value === '0x' ? 0 : value))

/**
 * A quantity as RLP takes it: zero is the empty string.
 * @param {bigint | number | string} value
 * @returns {`0x${string}`}
 */
export const integer = (value) => (BigInt(value) === 0n ? '0x' : numberToHex(BigInt(value)))

/**
 * A number in a 32-byte word.
 * @param {bigint | number | string} value
 * @returns {`0x${string}`}
 */
export const word = (value) => numberToHex(BigInt(value), { size: 32 })

/** 32 zero bytes. */
export const ZERO_WORD = word(0)

/** 20 zero bytes. */
export const ZERO_ADDRESS = numberToHex(0, { size: 20 })
