import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../test/support/paths.mjs'

/** The account proof and storage proof that the benches verify: the file as it is, and its parts as bytes. */
export function readProof(file = path.join(root, 'tests/data/bench-proof.json')) {
  const json = new Uint8Array(readFileSync(file))
  const { stateRoot, address, accountProof, slot, storageProof, value } = JSON.parse(new TextDecoder().decode(json))
  return {
    json,
    stateRoot: bytes(stateRoot),
    address: bytes(address),
    accountProof: accountProof.map(bytes),
    slot: bytes(slot),
    storageProof: storageProof.map(bytes),
    value: BigInt(value),
    answer: new TextEncoder().encode(JSON.stringify({ address, accountProof, storageProof: [{ key: slot, value, proof: storageProof }] })),
  }
}

function bytes(hex) {
  return new Uint8Array(Buffer.from(hex.slice(2), 'hex'))
}
