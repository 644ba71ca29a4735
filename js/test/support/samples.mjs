import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readVector, root } from './paths.mjs'

/** Recorded data of Andromeda, each with the place where its twin is spoiled. */
export const withdrawals = [
  { file: 'metis/withdrawal-andromeda-batch21363.json', lie: 'proof.stateRootProof.siblings.3' },
  { file: 'ovm/metis_mainnet/withdrawal_nonce106603_batch21363.json', lie: 'proof.stateRootBatchHeader.batchRoot' },
]
export const batches = [
  { file: 'metis/state-batch-andromeda-473.json', lie: 'response.stateRoots.17' },
  { file: 'ovm/metis_mainnet/state_batch_473_full.json', lie: 'stateRoots.0' },
]

export function read(file) {
  return JSON.parse(new TextDecoder().decode(readVector(file)))
}

/** A copy of `value` in which the last hex digit of the string at `place` is another one. */
export function spoil(value, place) {
  const twin = structuredClone(value)
  const keys = place.split('.')
  const last = keys.pop()
  const parent = keys.reduce((node, key) => node[key], twin)
  const text = parent[last]
  if (typeof text !== 'string') throw new Error(`there is no string at ${place}`)
  parent[last] = text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
  return twin
}

/** The question and the `eth_getProof` answer that the witness of the recorded withdrawal amounts to. */
export function proofOfTheWithdrawal() {
  const { proof, derived } = read('metis/withdrawal-andromeda-batch21363.json')
  const { nonce, balance, storageRoot, codeHash } = derived.accountLeaf
  const address = '0x4200000000000000000000000000000000000000'
  return {
    question: { stateRoot: proof.stateRoot, address, slots: [derived.sentMessagesSlot] },
    answer: {
      address,
      accountProof: proof.accountProof,
      balance: `0x${balance.toString(16)}`,
      codeHash,
      nonce: `0x${nonce.toString(16)}`,
      storageHash: storageRoot,
      storageProof: [{ key: derived.sentMessagesSlot, value: '0x1', proof: proof.storageProof }],
    },
  }
}

/** The demo's made-up beacon chain. */
export function demoChain() {
  const { l1 } = JSON.parse(readFileSync(path.join(root, 'tests/data/demo.json'), 'utf8'))
  const bytes = (hex) => Uint8Array.from(Buffer.from(hex.slice(2), 'hex'))
  return { ...l1, network: JSON.stringify(l1.network), bootstrap: bytes(l1.bootstrap), updates: l1.updates.map(bytes) }
}
