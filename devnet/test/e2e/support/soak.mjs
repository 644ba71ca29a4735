// A long run of `metis-light watch` over a local network that goes on with the clock, while its sources misbehave at random: one
// of two of a kind, and once in a while both. Whatever is told is compared with the chains; memory and handles are sampled.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { rpcTo } from '../../../src/execution/rpc.mjs'
import { headerHash } from '../../../src/rollup/batch.mjs'
import { startWorld } from '../../../src/world.mjs'
import { argumentsOf, binary, environment } from './client.mjs'
import { liesOf, startUnsteady } from './unsteady.mjs'

const SLOT_SECONDS = 2
const WINDOW = 30
const KINDS = ['beacon', 'l1', 'l2']

/** How long ago genesis is: the slots that it takes to deploy everything, which have to be in the past. */
const AGE = 60 * SLOT_SECONDS

/** How long misbehaviour lasts, in milliseconds. */
const SPELL = 1500

/** What one process may hold at most: the largest answer twice, while its buffer grows, of two sources at once, and itself. */
const MOST_MEMORY = 160 << 20

/** How much the middle of the last quarter may lie above that of the second. Buffers of large answers come and go. */
const SLACK = 8 << 20

/** Files and sockets: two sources of each kind, some connections each, and what a runtime keeps. */
const MOST_HANDLES = 64

/** How long everything may take to be well again once all sources are honest, in milliseconds. */
const RECOVERY = 120_000

/**
 * @param {object} options
 * @param {number} options.seconds
 * @param {number} options.seed
 * @param {(line: string) => void} options.log
 */
export async function soak({ seconds, seed, log }) {
  const random = generator(seed)
  const one = (list) => list[Math.floor(random() * list.length)]
  const stops = []
  try {
    const lies = await liesOf()
    const genesisTime = Math.floor(Date.now() / 1000) - AGE
    const world = await startWorld({ genesisTime, secondsPerSlot: SLOT_SECONDS, window: WINDOW })
    stops.push(() => world.stop())
    const { transactionHash } = await world.withdraw()
    stops.push(goOn(world))

    const sources = Object.fromEntries(KINDS.map((kind) => [kind, []]))
    for (const kind of [...KINDS, ...KINDS]) {
      const source = await startUnsteady(world.urls[kind])
      stops.push(source.stop)
      sources[kind].push(source)
    }
    const urls = Object.fromEntries(KINDS.map((kind) => [kind, sources[kind].map(({ url }) => url).join(',')]))
    const client = startClient(world, urls, transactionHash)
    stops.push(client.stop)

    // Who is lied to by all from the start ends, for it may be that the user gave something wrong.
    await client.hasAnswered()
    const told = {}
    const end = Date.now() + seconds * 1000
    let spells = 0
    while (Date.now() < end) {
      const kind = one(KINDS)
      const chosen = random() < 0.1 ? sources[kind] : [one(sources[kind])]
      for (const source of chosen) {
        const lie = random() < 0.15 ? 'down' : one(lies(kind))
        told[lie] = (told[lie] ?? 0) + 1
        spells += 1
        await (lie === 'down' ? source.down() : source.lie(lie))
      }
      await setTimeout(SPELL)
      for (const source of chosen) await source.honest()
      client.sample()
      await setTimeout(SPELL * random() * 0.5)
    }
    const samples = client.takeSamples()
    await client.isWell()
    const figures = judge(samples, client)
    log(`${spells} spells of ${Object.keys(told).length} kinds; ${client.counts()}`)
    log(figures)
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** L1 follows the clock; L2 has a block every few seconds, and L1 a batch of some of them. */
function goOn(world) {
  const stopL1 = world.l1.beacon.realtime()
  let isOver = false
  const run = async () => {
    for (let turn = 1; !isOver; turn += 1) {
      await world.addL2Block()
      if (turn % 3 === 0) await world.postBatch()
      await setTimeout(1000)
    }
  }
  const running = run().catch((error) => {
    if (!isOver) throw error
  })
  return async () => {
    isOver = true
    await running
    await stopL1()
  }
}

/** The client, whose lines are compared with the chains as they come. */
function startClient(world, urls, transaction) {
  const store = join(world.directory, 'soak.store')
  const flags = argumentsOf(world, { ...urls, now: undefined, store })
  const args = ['--json', 'watch', transaction, '--every', '1', ...flags]
  const child = spawn(binary, args, { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  let isStopped = false
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(`${code ?? signal}`)))
  const faults = []
  ended.then((how) => isStopped || faults.push(`the client ended with ${how}`))

  const call = rpcTo(world.urls.l1)
  const seen = { facts: {}, counts: { true: 0, blamed: 0, trouble: 0 }, isInTrouble: false }
  const checks = {
    async l1({ number, hash }) {
      const block = await call('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
      assert.equal(hash, block?.hash, `l1 block ${number}`)
    },
    batches: (count) => assert.ok(count <= world.batches.length, `${count} batches of ${world.batches.length}`),
    window: (seconds) => assert.equal(seconds, WINDOW),
    disputes: (block) => assert.equal(block, null),
    'last batch'({ index, headerHash: hash, firstL2Block, lastL2Block }) {
      const { header } = world.batches[index]
      const first = Number(header.prevTotalElements) + 1
      assert.deepEqual([hash, firstL2Block, lastL2Block], [headerHash(header), first, first + Number(header.batchSize) - 1])
    },
    final(block) {
      const { timestamp } = world.batches.find(({ header }) => Number(header.prevTotalElements + header.batchSize) === block)
      assert.ok(Number(timestamp) + WINDOW <= Date.now() / 1000, `l2 block ${block} is not final`)
    },
  }

  async function hear({ what, is, facts }) {
    seen.facts[what] = facts
    if (what.startsWith('source')) seen.counts.blamed += 1
    else if (what === 'trouble') seen.counts.trouble += is === 'over' ? 0 : 1
    else if (checks[what] && is !== 'gone') {
      await checks[what](facts)
      seen.counts.true += 1
    }
    if (what === 'trouble') seen.isInTrouble = is !== 'over'
  }
  createInterface({ input: child.stdout }).on('line', (text) => {
    hear(JSON.parse(text)).catch((error) => faults.push(`${text}: ${error.message}`))
  })

  let samples = []
  return {
    sample() {
      assert.deepEqual(faults, [])
      samples.push(sampleOf(child.pid))
    },
    takeSamples: () => samples.splice(0),
    counts: () => `${seen.counts.true} answers, all true; ${seen.counts.blamed} sources named, ${seen.counts.trouble} troubles`,
    answers: () => seen.counts.true,
    peak: () => memory(child.pid, 'VmHWM'),
    async hasAnswered() {
      const deadline = Date.now() + RECOVERY
      while (seen.counts.true === 0) {
        assert.deepEqual(faults, [])
        assert.ok(Date.now() < deadline, 'nothing is told')
        await setTimeout(100)
      }
    },
    /** Waits until what is told is what is, without trouble. */
    async isWell() {
      const since = world.batches.length
      const deadline = Date.now() + RECOVERY
      while (!(!seen.isInTrouble && seen.facts['last batch']?.index >= since)) {
        assert.deepEqual(faults, [])
        assert.ok(Date.now() < deadline, `not well again: ${JSON.stringify(seen)}`)
        await setTimeout(500)
      }
    },
    async stop() {
      isStopped = true
      child.kill()
      await ended
    },
  }
}

/** Memory and handles stay where they were, and within bounds. */
function judge(samples, client) {
  const quarter = (n) => samples.slice(Math.floor((samples.length * (n - 1)) / 4), Math.floor((samples.length * n) / 4))
  const middle = (n, of) => quarter(n).map((sample) => sample[of]).sort((a, b) => a - b)[Math.floor(quarter(n).length / 2)]
  const quarters = (of) => [1, 2, 3, 4].map((n) => middle(n, of))
  const [, memoryBefore, , memoryAfter] = quarters('memory')
  const handles = samples.map((sample) => sample.handles)
  const peak = client.peak()
  assert.ok(samples.length >= 8 && client.answers() > 0, `${samples.length} samples, ${client.answers()} answers`)
  assert.ok(memoryAfter <= memoryBefore + SLACK, `memory grows: ${quarters('memory')}`)
  assert.ok(peak <= MOST_MEMORY, `${peak} bytes at once`)
  const [, handlesBefore, , handlesAfter] = quarters('handles')
  assert.ok(handlesAfter <= handlesBefore + 6, `handles grow: ${quarters('handles')}`)
  assert.ok(Math.max(...handles) <= MOST_HANDLES, `${Math.max(...handles)} handles`)
  const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1)
  return (
    `memory by quarters ${quarters('memory').map(megabytes).join(', ')} MiB, ${megabytes(peak)} at most; ` +
    `handles ${quarters('handles').join(', ')}, ${Math.max(...handles)} at most; ${samples.length} samples`
  )
}

function sampleOf(pid) {
  return { memory: memory(pid, 'VmRSS'), handles: readdirSync(`/proc/${pid}/fd`).length }
}

function memory(pid, name) {
  const [, kilobytes] = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm'))
  return Number(kilobytes) * 1024
}

/** Numbers from 0 to 1 from a seed: mulberry32. */
export function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 15), z | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32
  }
}
