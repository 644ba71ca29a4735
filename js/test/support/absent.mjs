// Proofs that a slot is empty, out of the nodes that recorded proofs of other slots have: for questions that nobody asked
// when the recording was made.

import { RLP } from '@ethereumjs/rlp'
import { hexToBytes, keccak256, toHex } from 'viem'

/** The entry of `storageProof` for a slot that none of the proofs is of; nothing where a node is missing, or it is not empty. */
export function absence(storageHash, storageProof, slot) {
  const nodes = new Map(storageProof.flatMap(({ proof }) => proof).map((node) => [keccak256(node), node]))
  const nibbles = keccak256(slot).slice(2)
  const proof = []
  let next = storageHash
  for (let depth = 0; ; depth += 1) {
    const node = nodes.get(next)
    if (!node) return undefined
    proof.push(node)
    const items = RLP.decode(hexToBytes(node))
    // A leaf or an extension that leads elsewhere ends it as well, but is not needed here.
    if (items.length !== 17) return undefined
    const child = items[Number.parseInt(nibbles[depth], 16)]
    if (child.length === 0) return { key: slot, value: '0x0', proof }
    if (!(child instanceof Uint8Array)) return undefined
    next = toHex(child)
  }
}
