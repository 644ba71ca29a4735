// Five verifiers at work in a world of today: three nodes with L2 nodes of their own, and two puppets.

import { startCast } from '../../../src/verifiers/cast.mjs'
import { startNode } from '../../../src/verifiers/node.mjs'
import { startPuppet } from '../../../src/verifiers/puppet.mjs'
import { startWebhook } from '../../../src/verifiers/webhook.mjs'
import { eventually, settle, startWorldOfToday, tallyOf } from './attested.mjs'
import { clientOf } from './client.mjs'

/** Who runs what; the laggard's own node is one that has no ranges of blocks. */
const players = {
  steady: (role, webhook) => startNode(role, { webhook }),
  laggard: (role, webhook) => startNode(role, { webhook, without: ['eth_getBlockRange'] }),
  leaver: (role, webhook) => startNode(role, { webhook }),
  liar: startPuppet,
  equivocator: startPuppet,
}

/**
 * Starts everything. There is a batch already, and no window closes.
 *
 * @param {object} [options] of the world
 */
export async function startPlay(options) {
  const world = await startWorldOfToday({ window: 100_000, ...options })
  const stops = [() => world.stop()]
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each()
  }
  try {
    const webhook = await startWebhook()
    stops.push(webhook.stop)
    const play = playIn(world)
    const cast = await startCast(world, (role) => players[role.name](role, webhook.url), play.posted)
    stops.push(cast.stop)
    const { members } = cast
    const client = clientOf(world, { attestations: cast.urls.join(','), now: undefined })
    return { ...play, ...heardBy(client, world), world, webhook, members, client, addressesOf: addressesOf(members), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const playIn = (world) => {
  /** Posts a batch. */
  async function post() {
    await world.addL2Blocks(2)
    return world.postBatch()
  }
  /** Posts a batch and waits until it is final on L1. */
  async function posted() {
    const batch = await post()
    await settle(world)
    return batch
  }
  return { post, posted, settle: () => settle(world) }
}

const heardBy = (client, world) => {
  /** What is said of a batch, by default the last. */
  async function tally(batch = world.batches.at(-1)) {
    return tallyOf(await client('attestations', Number(batch.header.batchIndex)))
  }
  /** The same of the last one, as soon as so much weight agrees and so much dissents. */
  const settled = (agreeing, dissenting = 0n) =>
    eventually(tally, ({ weight, contested }) => weight === agreeing && contested === dissenting)
  return { tally, settled }
}

/** The addresses of some by name, as a tally has them. */
const addressesOf = (members) => (...names) => names.map((name) => members[name].address.toLowerCase()).sort()
