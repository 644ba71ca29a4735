#!/usr/bin/env node
// How long a batch waits until verifiers have attested it, as a table: until it is final on L1, then until three verifiers
// have compared it, signed and served their word, then until a client has proven the quorum.
//
// L1's share is counted in slots, because they pass here as fast as they can be made. The other two are of the clock, with
// nodes that look once a second.

import { setTimeout as sleep } from 'node:timers/promises'
import { PERIOD } from './test/e2e/support/attested.mjs'
import { startPlay } from './test/e2e/support/verifiers.mjs'

const BATCHES = Number(process.argv[2] ?? 10)
const NODES = ['steady', 'laggard', 'leaver']
/** Slots of a period after which a batch is posted: it is final late enough in it for a client whose clock is ahead. */
const PLACE = 4

const play = await startPlay()
try {
  const waits = []
  for (let batch = 0; batch < BATCHES; batch++) waits.push(await wait())
  console.log(table(waits))
} finally {
  await play.stop()
}

async function wait() {
  const { beacon } = play.world.l1
  while (beacon.head.slot % PERIOD !== PLACE) await play.world.advance()
  const { header } = await play.post()
  const { slot } = beacon.head
  await play.world.finalize()
  const final = Date.now()
  await Promise.all(NODES.map((name) => served(play.members[name], header.batchIndex)))
  const signed = Date.now()
  await play.settled((await play.tally()).total)
  return { slots: beacon.head.slot - slot, signing: (signed - final) / 1000, proving: (Date.now() - signed) / 1000 }
}

/** Waits until a verifier serves its word of a batch. */
async function served({ said }, index) {
  while ((await said(index)).length === 0) await sleep(20)
}

function table(waits) {
  const row = (what, unit, name) => {
    const values = waits.map((each) => each[name]).sort((a, b) => a - b)
    const shown = [values[0], values[values.length >> 1], values.at(-1)].map((value) => (unit === 's' ? value.toFixed(2) : value))
    return `| ${what} | ${shown.join(' | ')} | ${unit} |`
  }
  return [
    `| of ${waits.length} batches | least | median | most | |`,
    '|---|---|---|---|---|',
    row('from posting to final on L1', 'slots', 'slots'),
    row("from final to all nodes' signed word", 's', 'signing'),
    row("from there to the client's quorum", 's', 'proving'),
  ].join('\n')
}
