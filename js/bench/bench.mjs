// Benches of the WebAssembly build in Node: scripts/bench.sh builds the module and starts this.
//
//   node --no-liftoff bench.mjs [--module DIRECTORY] [--proof FILE] [--check]
//
// With --check a missed goal is a failure.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { MerklePatriciaTrie, verifyMPTWithMerkleProof } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { root } from '../test/support/paths.mjs'
import { readProof } from './fixture.mjs'
import { measure } from './measure.mjs'

// The number of state roots in batch 21363 of Andromeda, and of the hashes above them.
const leaves = 3571
const hashes = 3570

const { values: options } = parseArgs({
  options: {
    module: { type: 'string', default: path.join(root, 'target/wasm-bench') },
    proof: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
})

const wasm = await load(options.module)
const proof = readProof(options.proof)
wasm.load_proof(proof.json)
let missed = 0

await bench(
  `account proof of ${proof.accountProof.length} nodes and storage proof of ${proof.storageProof.length}, bytes already inside`,
  {
    ours: (n) => expect(wasm.bench_proof(n), n),
    'keccak of the nodes alone': (n) => wasm.bench_keccak_nodes(n),
    '@ethereumjs/mpt': async (n) => {
      for (let i = 0; i < n; i++) await verifyWithMpt(proof)
    },
  },
  [
    { ratio: ['ours', 'keccak of the nodes alone'], atMost: 1.2 },
    { ratio: ['@ethereumjs/mpt', 'ours'], atLeast: 15 },
  ],
)
await bench(
  `root of a batch of ${leaves} state roots`,
  {
    ours: (n) => wasm.bench_tree(leaves, n),
    [`${hashes} keccaks of 64 bytes`]: (n) => wasm.bench_keccak64(hashes, n),
  },
  [{ ratio: ['ours', `${hashes} keccaks of 64 bytes`], atMost: 1.2 }],
)
await bench('the answer of eth_getProof with these proofs', {
  'ours, from bytes to nodes': (n) => wasm.bench_parse(proof.answer, n),
  'TextDecoder and JSON.parse, which leave the nodes in hex': (n) => {
    for (let i = 0; i < n; i++) JSON.parse(new TextDecoder().decode(proof.answer))
  },
})
if (options.check && missed > 0) process.exitCode = 1

async function bench(title, contenders, goals = []) {
  console.log(`\n${title} (µs, best round)`)
  const measured = await measure(contenders)
  for (const name of Object.keys(contenders)) console.log(`${measured.best(name).toFixed(1).padStart(10)}  ${name}`)
  for (const { ratio: [above, below], atMost, atLeast } of goals) {
    const ratio = measured.ratio(above, below)
    const met = atMost ? ratio <= atMost : ratio >= atLeast
    if (!met) missed += 1
    const goal = atMost ? `at most ${atMost}` : `at least ${atLeast}`
    console.log(`${ratio.toFixed(2).padStart(10)}  ${above} ÷ ${below}: goal ${goal}, ${met ? 'met' : 'MISSED'}`)
  }
}

async function verifyWithMpt({ stateRoot, address, accountProof, slot, storageProof, value }) {
  const trie = new MerklePatriciaTrie({ useKeyHashing: true })
  const account = await verifyMPTWithMerkleProof(trie, stateRoot, address, accountProof)
  const [, , storageRoot] = RLP.decode(account)
  const word = RLP.decode(await verifyMPTWithMerkleProof(trie, storageRoot, slot, storageProof))
  expect(BigInt(`0x${Buffer.from(word).toString('hex')}`), value)
}

async function load(directory) {
  const glue = await import(pathToFileURL(path.join(directory, 'wasm_bench.js')))
  glue.initSync({ module: readFileSync(path.join(directory, 'wasm_bench_bg.wasm')) })
  return glue
}

function expect(got, expected) {
  if (got !== expected) throw new Error(`got ${got}, expected ${expected}`)
}
