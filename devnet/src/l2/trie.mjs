// The root over a list, as headers commit to transactions and receipts: a Merkle Patricia trie with rlp(place) for a key.

import { createMPT } from '@ethereumjs/mpt'
import { bytesToHex, hexToBytes, toRlp } from 'viem'
import { integer } from './hex.mjs'

/**
 * The root of the trie over `values`.
 * @param {`0x${string}`[]} values
 * @returns {Promise<`0x${string}`>}
 */
export async function listRoot(values) {
  const trie = await createMPT()
  for (const [place, value] of values.entries()) await trie.put(toRlp(integer(place), 'bytes'), hexToBytes(value))
  return bytesToHex(trie.root())
}
