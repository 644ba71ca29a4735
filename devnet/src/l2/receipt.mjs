// What the receipts trie holds, and blooms. Receipts of Metis are those of old Ethereum; the fees that JSON-RPC adds are in
// no trie. A receipt is a plain object with the names and spellings of eth_getTransactionReceipt.

import { bytesToHex, hexToBytes, keccak256, toRlp } from 'viem'
import { integer } from './hex.mjs'

/** @typedef {`0x${string}`} Hex */
/** @typedef {{ address: Hex, topics: Hex[], data: Hex }} Log */
/** @typedef {{ status: Hex, cumulativeGasUsed: Hex, logsBloom: Hex, logs: Log[] }} Receipt */

/**
 * The value that the receipts trie holds.
 * @param {Receipt} receipt
 * @returns {Hex}
 */
export function encodeReceipt({ status, cumulativeGasUsed, logsBloom, logs }) {
  const entries = logs.map(({ address, topics, data }) => [address, topics, data])
  return toRlp([integer(status), integer(cumulativeGasUsed), logsBloom, entries])
}

/**
 * The bloom of some logs: three bits of 2048 for each address and each topic.
 * @param {Log[]} logs
 * @returns {Hex}
 */
export function logsBloom(logs) {
  const bloom = new Uint8Array(256)
  for (const item of logs.flatMap(({ address, topics }) => [address, ...topics])) {
    const hash = hexToBytes(keccak256(item))
    for (const at of [0, 2, 4]) {
      const bit = ((hash[at] << 8) | hash[at + 1]) & 2047
      bloom[255 - (bit >> 3)] |= 1 << (bit & 7)
    }
  }
  return bytesToHex(bloom)
}
