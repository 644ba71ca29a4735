#!/usr/bin/env node
// A network to look at: starts everything, tells a story, and goes on with the clock until it is interrupted.

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { serveControls, status } from './src/control.mjs'
import { startRecorder } from './src/record.mjs'
import { slotsOfStory, tellStory } from './src/story.mjs'
import { enlist, startPlayers } from './src/verifiers/cast.mjs'
import { controlsOf } from './src/verifiers/controls.mjs'
import { startNode } from './src/verifiers/node.mjs'
import { startPuppet } from './src/verifiers/puppet.mjs'
import { startWebhook } from './src/verifiers/webhook.mjs'
import { startWorld } from './src/world.mjs'

const usage = `node devnet.mjs [options]

  --execution NAME     anvil (default) or ethereumjs
  --slot-seconds N     length of an L1 slot, 2 by default
  --window SECONDS     the fraud proof window, 240 by default
  --forks JSON         epochs of L1's forks, {"electra":0,"fulu":0} by default
  --port N             the first of four ports: beacon, L1, L2, controls; free ones by default
  --directory PATH     where network.json goes, build/network by default
  --still              no clock: time passes by the controls alone
  --record PATH        records what is asked (implies --still); a control begins a new phase
  --verifiers          five verifiers with stakes say their word of each batch
  --once               stops after the story
`

const { values: options } = parseArgs({
  options: {
    execution: { type: 'string', default: 'anvil' },
    'slot-seconds': { type: 'string', default: '2' },
    window: { type: 'string', default: '240' },
    forks: { type: 'string', default: '{"electra":0,"fulu":0}' },
    port: { type: 'string', default: '0' },
    directory: { type: 'string', default: fileURLToPath(new URL('build/network', import.meta.url)) },
    still: { type: 'boolean', default: false },
    record: { type: 'string' },
    verifiers: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** Seconds between two L2 blocks, and L2 blocks between two batches, while time passes by itself. */
const pace = { l2BlockSeconds: 6, blocksPerBatch: 10 }

/** Things to stop in the end, the last one first. */
const stops = []

let isStarting = true
const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    // Nobody waits for a network that nobody wants: what was started is killed when this process exits.
    process.once(signal, () => (isStarting ? process.exit(1) : resolve()))
  }
})

if (options.help) console.log(usage)
else await run().finally(stopAll)

async function run() {
  const secondsPerSlot = Number(options['slot-seconds'])
  const window = Number(options.window)
  const slots = slotsOfStory({ window, secondsPerSlot, verifiers: options.verifiers })
  const first = Number(options.port)
  const port = (offset) => (first === 0 ? 0 : first + offset)
  const world = await startWorld({
    execution: options.execution,
    forks: JSON.parse(options.forks),
    genesisTime: Math.floor(Date.now() / 1000) - slots * secondsPerSlot,
    secondsPerSlot,
    window,
    directory: options.directory,
    ports: { beacon: port(0), execution: port(1), l2: port(2) },
  })
  stops.push(() => world.stop())
  const roles = options.verifiers && (await enlist(world))
  const story = await tellStory(world, { keepsTime: true })

  const recorder = options.record && (await record(world))
  const inTurn = oneAtATime()
  let calls = 0
  const perform = (name, call) =>
    inTurn(() => {
      recorder?.begin(`${++calls}-${name}`)
      return call()
    })
  const isStill = options.still || recorder
  const goesOn = !isStill && !options.once
  if (goesOn) await goOn(world, inTurn)
  const cast = roles && (await startVerifiers(roles, goesOn))
  const more = cast ? controlsOf(cast) : {}
  const controls = await serveControls(world, { port: port(3), perform, more })
  stops.push(controls.close)
  const urls = recorder?.urls ?? world.urls
  console.log(describe({ world, urls, controls, story, cast, isStill }))
  isStarting = false
  if (!options.once) await interrupted
}

async function record(world) {
  const recorder = await startRecorder(world.urls)
  recorder.begin('story')
  stops.push(async () => {
    await recorder.close()
    await recorder.write(options.record, { scenario: 'devnet', network: world.network() })
    console.log(`the recording is in ${options.record}`)
  })
  return recorder
}

/** Liar and equivocator are puppets; all are where time stands still, because nodes follow the clock. */
async function startVerifiers(roles, goesOn) {
  const webhook = await startWebhook(({ alarm, batchIndex }) => console.log(`alarm: ${alarm} of batch ${batchIndex} differs`))
  stops.push(webhook.stop)
  const isNode = ({ name }) => goesOn && !['liar', 'equivocator'].includes(name)
  const flags = ['--from', '0']
  const start = (role) => (isNode(role) ? startNode(role, { webhook: webhook.url, flags }) : startPuppet(role))
  const cast = await startPlayers(roles, start)
  stops.push(cast.stop)
  return cast
}

/** L1 follows the clock, once it is there; L2 has a block now and then, and L1 a batch of them. */
async function goOn(world, inTurn) {
  const { beacon } = world.l1
  stops.push(beacon.realtime())
  while (beacon.timeOf(beacon.head.slot + 1) * 1000 < Date.now()) await beacon.mine()
  const step = async () => {
    const { number } = await world.addL2Block()
    if (number - world.postedBlock >= pace.blocksPerBatch) await world.postBatch()
  }
  const timer = setInterval(() => {
    inTurn(step).catch((error) => console.error(error.message))
  }, pace.l2BlockSeconds * 1000)
  stops.push(async () => {
    clearInterval(timer)
    await inTurn(() => {})
  })
}

/** Runs tasks one after the other: whoever acts on L1 counts on nobody else doing so meanwhile. */
function oneAtATime() {
  let last = Promise.resolve()
  return (task) => {
    const result = last.then(task)
    last = result.catch(() => {})
    return result
  }
}

function describe({ world, urls, controls, story, cast, isStill }) {
  const now = isStill ? ` --now ${world.l1.now()}` : ''
  return [
    `beacon      ${urls.beacon}`,
    `l1          ${urls.l1}`,
    `l2          ${urls.l2}`,
    `controls    ${controls.url}/ctl/…`,
    `network     ${world.networkFile}`,
    `checkpoint  ${world.checkpoint}`,
    `at          ${JSON.stringify(status(world))}`,
    '',
    `export METIS_LIGHT_NETWORK=${world.networkFile} METIS_LIGHT_CHECKPOINT=${world.checkpoint}`,
    `export METIS_LIGHT_BEACON=${urls.beacon} METIS_LIGHT_L1=${urls.l1} METIS_LIGHT_L2=${urls.l2}`,
    '',
    `metis-light head${now}`,
    `metis-light balance ${story.user}${now}`,
    `metis-light withdrawal ${story.ready}${now}       # ready`,
    `metis-light withdrawal ${story.inWindow}${now}       # in its window`,
    `curl -X POST '${controls.url}/ctl/relay?transaction=${story.ready}'`,
    `curl -X POST '${controls.url}/ctl/dispute'`,
    ...(cast ? describeCast({ cast, controls, now }) : []),
  ].join('\n')
}

function describeCast({ cast: { members, urls }, controls, now }) {
  return [
    '',
    ...Object.entries(members).map(([name, { url, address }]) => `${name.padEnd(11)} ${url} ${address}`),
    '',
    `export METIS_LIGHT_ATTESTATIONS=${urls.join(',')}`,
    `metis-light verifiers${now}`,
    `metis-light attestations${now}`,
    `curl -X POST '${controls.url}/ctl/play?name=liar&saying=lie'`,
    `curl -X POST '${controls.url}/ctl/leave'`,
    `curl -X POST '${controls.url}/ctl/dishonest-batch'`,
  ]
}

async function stopAll() {
  for (const stop of stops.reverse()) await stop()
}
