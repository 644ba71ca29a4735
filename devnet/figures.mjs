#!/usr/bin/env node
// What the client costs on this network, as a table: rounds, requests, bytes, time and memory.
//
// A proxy in front of each source counts: bytes are those of bodies, before any compression. Rounds are what the client
// says of those that were answered and held.

// The size of mainnet's sync committees, unless the environment says something else.
process.env.LODESTAR_PRESET ??= 'mainnet'

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { argumentsOf, binary, environment, holds, run } from './test/e2e/support/client.mjs'

const { startProxy } = await import('./src/proxy.mjs')
const { startWorld } = await import('./src/world.mjs')
const { preset } = await import('./src/beacon/preset.mjs')
const { actors } = await import('./src/rollup/index.mjs')

/** How often the cold start is timed. */
const REPETITIONS = 10

const WINDOW = 60

/** Always the same, so that the bytes are. */
const GENESIS_TIME = 1_750_000_000

const formats = { SSZ: {}, JSON: { accept: 'application/json' } }

const world = await startWorld({ window: WINDOW, genesisTime: GENESIS_TIME })
const directory = await mkdtemp(join(tmpdir(), 'metis-light-figures-'))
try {
  const story = await tell()
  console.log(await report(story))
} finally {
  await rm(directory, { recursive: true })
  await world.stop()
}

/** A batch of a deposit, a withdrawal that is ready, and some blocks. */
async function tell() {
  const { element } = await world.deposit()
  const { transactionHash: withdrawal } = await world.withdraw()
  await world.addL2Blocks(10)
  const { timestamp, stateRoots } = await world.postBatch()
  await world.finalizeUntil(timestamp + WINDOW)
  return { deposit: element.l1TransactionHash, withdrawal, batchSize: stateRoots.length }
}

async function report(story) {
  const flows = [
    ['first balance, from the checkpoint', ['balance', actors.alice.address]],
    ['another balance, from the store', ['balance', actors.bob.address], { checkpoint: undefined }],
    ['head, from the store', ['head'], { checkpoint: undefined }],
    ['withdrawal, from the store', ['withdrawal', story.withdrawal], { checkpoint: undefined }],
    ['deposit, from the store', ['deposit', story.deposit], { checkpoint: undefined }],
  ]
  const rows = []
  for (const [format, headers] of Object.entries(formats)) {
    const store = join(directory, `${format}.store`)
    for (const [name, command, instead] of flows) {
      rows.push({ name, format, ...(await measure(command, { ...instead, store }, headers)) })
    }
  }
  const profile = relative(fileURLToPath(new URL('..', import.meta.url)), binary)
  const { syncCommitteeSize } = world.network().l1
  const cold = rows[0]
  return [
    `${profile}; preset ${preset}, sync committees of ${syncCommitteeSize}; ${story.batchSize} state roots in the batch.`,
    '',
    table(rows),
    '',
    `Replies of the first balance over SSZ, besides the append call of one batch (${bytes(cold.append)}): ` +
      `${bytes(cold.answered - cold.append)} bytes.`,
    `Time to it, from the start of the process: ${await timed(flows[0][1])}.`,
    `Peak memory of a client that has synced and found the rollup's head: ${await memory()}.`,
  ].join('\n')
}

/** Runs the client through a proxy for each source. */
async function measure(command, instead, headers) {
  let append = 0
  const note = ({ body }, reply) => {
    append += appendCall(body, reply)
    return reply
  }
  const proxies = {
    beacon: await startProxy(world.urls.beacon, { headers }),
    l1: await startProxy(world.urls.l1, { alter: note }),
    l2: await startProxy(world.urls.l2),
  }
  const urls = Object.fromEntries(Object.entries(proxies).map(([kind, { url }]) => [kind, url]))
  const ran = await run([...command, ...argumentsOf(world, { ...urls, ...instead })])
  holds(ran)
  const counts = Object.entries(proxies).map(([kind, { count }]) => [kind, count])
  for (const proxy of Object.values(proxies)) await proxy.stop()
  const sum = (member) => counts.reduce((sum, [, count]) => sum + count[member], 0)
  return {
    rounds: ran.report.rounds,
    requests: sum('requests'),
    calls: sum('calls'),
    asked: sum('asked'),
    answered: sum('answered'),
    ...Object.fromEntries(counts.map(([kind, count]) => [kind, count.answered])),
    append,
  }
}

/** How much of a reply is a transaction with its calldata: that is how a batch's state roots come. */
function appendCall(body, reply) {
  if (!body.includes('eth_getTransactionByHash')) return 0
  const answers = [JSON.parse(reply)].flat().map(({ result }) => result)
  return answers.reduce((sum, answer) => sum + (answer?.input ? JSON.stringify(answer).length : 0), 0)
}

/** The best and the median of some cold starts, each from the start of the process to its end. */
async function timed(command) {
  const milliseconds = []
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const start = performance.now()
    holds(await run([...command, ...argumentsOf(world)]))
    milliseconds.push(performance.now() - start)
  }
  milliseconds.sort((a, b) => a - b)
  const [best, median] = [milliseconds[0], milliseconds[REPETITIONS / 2]].map((time) => `${time.toFixed(0)} ms`)
  return `${best} at best, ${median} in the middle of ${REPETITIONS}`
}

/** What `watch` has taken at most when it waits for its second look: VmHWM of Linux. */
async function memory() {
  const args = ['watch', '--json', '--every', '3600', ...argumentsOf(world)]
  const child = spawn(binary, args, { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  // Its first lines come when the look is over; some time later it sleeps.
  await new Promise((resolve) => child.stdout.once('data', resolve))
  await sleep(500)
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  child.kill()
  await ended
  const kibibytes = Number(status.match(/^VmHWM:\s+(\d+) kB$/m)[1])
  return `${(kibibytes / 1024).toFixed(1)} MiB`
}

function table(rows) {
  const head = ['flow', 'beacon API', 'rounds', 'requests', 'calls', 'sent', 'received', 'of beacon', 'of L1', 'of L2']
  const lines = rows.map(({ name, format, rounds, requests, calls, asked, answered, beacon, l1, l2 }) => {
    return [name, format, rounds, requests, calls, ...[asked, answered, beacon, l1, l2].map(bytes)]
  })
  const rule = head.map((_, column) => (column < 2 ? '---' : '---:'))
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A number with its thousands apart. */
function bytes(number) {
  return number.toLocaleString('en')
}
