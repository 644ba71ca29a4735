// The longest single call into the WebAssembly, which is how long a page without a worker stands still: over honest answers,
// and over answers that were made to be long to read. Each must end with an answer or an error of the package, never a trap.
//
//   node js/bench/longest-call.mjs          (after js/scripts/build.mjs; reads METIS_LIGHT_VECTORS)
//
// A call is timed at the instance's exports; what sources that are functions do is within it.

import { pathToFileURL } from 'node:url'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { root } from '../test/support/paths.mjs'
import { world } from '../test/support/golden.mjs'
import { readChains } from './chain.mjs'

/** The longest answer that is read, in bytes: MAX_INPUT in src/wire. */
const longest = 32 << 20

/** A day after the last of the 46 updates of `readChains`, by Unix time: they end in period 1392. */
const afterChain = 1_606_824_023 + (1_393 * 8_192 + 100) * 12

const dist = (name) => import(pathToFileURL(path.join(root, 'js/dist/wasm', name)).href)
const { instantiate } = await dist('full.js')
const { default: packed } = await dist('full.inline.js')
const module = await WebAssembly.compile(gunzipSync(Buffer.from(packed, 'base64')))

const { options, recording, expected } = world('1-happy', 'ready')
const text = (value) => Buffer.from(value)
const honest = async (source, _index, requests) => requests.map((request) => recording.reply(source, request))
const account = expected.balances[0].account

console.log('   longest   calls  what')
await sync46()
for (const [name, question] of [
  ['head from a checkpoint, a small committee', { ask: 'head' }],
  ['a balance', { ask: 'balance', at: 'newest', address: account }],
  ['withdrawals of a transaction', { ask: 'withdrawals', transaction: expected.messages[0].txHash }],
  ['deposits of a transaction', { ask: 'deposits', transaction: expected.deposits[0].l1Tx }],
]) {
  await over(name, honest, question)
}
for (const kind of ['beacon', 'l1', 'l2']) {
  for (const [name, bytes] of Object.entries(hostile())) {
    const lie = async (source, index, requests) =>
      source === kind ? requests.map(() => bytes) : honest(source, index, requests)
    await over(`${kind}: ${name}`, lie, { ask: 'balance', at: 'newest', address: account })
  }
}

/** Answers of the longest kind that is read at all, each slow in its own way. */
function hostile() {
  const filled = (begin, part, end) => {
    const count = Math.floor((longest - begin.length - end.length) / part.length)
    return text(begin + part.repeat(count) + end)
  }
  return {
    'one long string': filled('"', 'a', '"'),
    'one long number': filled('', '7', ''),
    'a long hex string': filled('{"data":"0x', '00', '"}'),
    'escapes': filled('"', '\\u00e9', '"'),
    'open lists': filled('', '[', ''),
    'many small values': filled('[', '0,', '0]'),
    'many empty objects': filled('[', '{},', '{}]'),
    'many members': filled('{', '"a":0,', '"b":0}'),
    'spaces': filled('', ' ', '1'),
    'zeros': new Uint8Array(longest),
    'longer than is read': new Uint8Array(longest + 1),
  }
}

/** 46 periods of mainnet in one answer of SSZ: what a page meets whose store is 52 days old. */
async function sync46() {
  const chains = readChains()
  if (!chains) return console.log('  passed over: the light-client data of mainnet is not there')
  const [bootstrap, updates] = chains.ssz
  const source = async (_kind, _index, requests) =>
    requests.map(({ path }) => (path.includes('bootstrap') ? bootstrap : path.includes('updates?') ? updates : text('none')))
  const opening = { network: 'andromeda', now: afterChain }
  // The refusal of another checkpoint names the root of the one that was given.
  const refused = await outcomeOf(source, { ask: 'sync' }, { ...opening, checkpoint: `0x${'00'.repeat(32)}` })
  const [checkpoint] = refused.outcome.message.match(/0x(?!0{64})[0-9a-f]{64}/)
  await over('46 periods of mainnet in one answer, and no finality', source, { ask: 'sync' }, { ...opening, checkpoint })
}

/** Asks, and prints the longest call on the way. */
async function over(name, source, question, opening) {
  const { calls, outcome } = await outcomeOf(source, question, opening)
  if (outcome instanceof WebAssembly.RuntimeError) throw outcome
  const slowest = Math.max(...calls).toFixed(1).padStart(8)
  console.log(`${slowest} ms ${String(calls.length).padStart(5)}  ${name}: ${outcome?.code ?? outcome}`)
}

/** What came of a question, and how long each call took. */
async function outcomeOf(source, question, { network = options.network, checkpoint = options.checkpoint, now } = {}) {
  const calls = []
  let depth = 0
  let trap
  const trapped = new Promise((resolve) => (trap = resolve))
  const timed =
    (inner) =>
    (...values) => {
      const began = performance.now()
      depth += 1
      try {
        return inner(...values)
      } catch (thrown) {
        if (thrown instanceof WebAssembly.RuntimeError) trap(thrown)
        throw thrown
      } finally {
        depth -= 1
        if (depth === 0) calls.push(performance.now() - began)
      }
    }
  const shield = (exports) =>
    Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, typeof value === 'function' ? timed(value) : value]))
  const { Engine } = await instantiate(module, shield)
  const engine = new Engine(typeof network === 'string' ? network : JSON.stringify(network), {
    checkpoint,
    sources: { beacon: [source], l1: [source], l2: [source] },
    limits: { whole: 60_000, answer: 30_000, hedge: 30_000, retries: 0 },
    clock: now ? () => now : options.clock,
    allowOldCheckpoint: true,
  })
  const asked = engine.ask(JSON.stringify(question)).then(() => 'answered', (error) => error)
  // After a trap in the event loop the answer never comes.
  const outcome = await Promise.race([asked, trapped])
  if (!(outcome instanceof WebAssembly.RuntimeError)) engine.free()
  return { calls, outcome }
}
