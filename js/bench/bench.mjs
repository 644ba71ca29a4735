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
import { root, vectors } from '../test/support/paths.mjs'
import { firstUpdateJson, nobleCheck, readChains } from './chain.mjs'
import { readProof } from './fixture.mjs'
import { measure } from './measure.mjs'

// The number of state roots in batch 21363 of Andromeda, and of the hashes above them.
const leaves = 3571
const hashes = 3570

// The SHA-256 of 64 bytes in a committee's root, and the periods of a year, with a few more.
const committeeHashes = 512 + 511 + 2
const year = 325

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
const chains = readChains()
if (chains) await benchChains(chains)
else console.log(`\npassed over: light-client data, because the vectors are not in ${vectors}`)
if (options.check && missed > 0) process.exitCode = 1

async function benchChains({ ssz, json }) {
  wasm.load_chain_ssz(...ssz)
  wasm.load_chain_json(...json)
  const check = nobleCheck(wasm.signature_parts())
  await bench(
    'update of mainnet that 511 of 512 signed',
    {
      'checked in full': (n) => expect(wasm.bench_advance(n), n),
      'copy of the store, which that contains': (n) => wasm.bench_store_copy(n),
      'signature alone, by the absent': (n) => expect(wasm.bench_signature_by_members(n), n),
      'signature alone, by all keys': (n) => expect(wasm.bench_signature_by_all_keys(n), n),
      'signature alone, by the absent with @noble/curves': (n) => {
        for (let i = 0; i < n; i++) expect(check(), true)
      },
    },
    [
      { ratio: ['signature alone, by all keys', 'signature alone, by the absent'], atLeast: 20 },
      { ratio: ['signature alone, by the absent with @noble/curves', 'signature alone, by the absent'], atLeast: 2 },
    ],
    15,
  )
  await bench(
    'root of a committee',
    {
      ours: (n) => wasm.bench_committee_root(n),
      [`${committeeHashes} SHA-256 of 64 bytes`]: (n) => wasm.bench_sha256(committeeHashes, n),
    },
    [{ ratio: ['ours', `${committeeHashes} SHA-256 of 64 bytes`] }],
  )
  const [updateSsz, updateJson] = [wasm.update_ssz(), firstUpdateJson(json[1])]
  await bench(`update from bytes: ${updateSsz.length} of SSZ, ${updateJson.length} of JSON`, {
    SSZ: (n) => expect(wasm.bench_messages(updateSsz, n), n),
    JSON: (n) => expect(wasm.bench_messages(updateJson, n), n),
    'TextDecoder and JSON.parse, which leave everything in hex': (n) => {
      for (let i = 0; i < n; i++) JSON.parse(new TextDecoder().decode(updateJson))
    },
  })
  const measured = await bench(
    `a year: ${year} updates`,
    {
      SSZ: (n) => expect(wasm.bench_climb_ssz(year, n), year * n),
      JSON: (n) => expect(wasm.bench_climb_json(year, n), year * n),
    },
    [],
    3,
  )
  for (const name of ['SSZ', 'JSON']) {
    const seconds = measured.best(name) / 1e6
    console.log(`${seconds.toFixed(2).padStart(10)}  seconds from ${name}: ${(year / seconds).toFixed(0)} updates a second`)
  }
}

async function bench(title, contenders, goals = [], rounds = undefined) {
  console.log(`\n${title} (µs, best round)`)
  const measured = await measure(contenders, rounds)
  for (const name of Object.keys(contenders)) console.log(`${measured.best(name).toFixed(1).padStart(10)}  ${name}`)
  for (const { ratio: [above, below], atMost, atLeast } of goals) {
    const ratio = measured.ratio(above, below)
    console.log(`${ratio.toFixed(2).padStart(10)}  ${above} ÷ ${below}${verdict(ratio, atMost, atLeast)}`)
  }
  return measured
}

function verdict(ratio, atMost, atLeast) {
  if (!atMost && !atLeast) return ''
  const met = atMost ? ratio <= atMost : ratio >= atLeast
  if (!met) missed += 1
  const goal = atMost ? `at most ${atMost}` : `at least ${atLeast}`
  return `: goal ${goal}, ${met ? 'met' : 'MISSED'}`
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
