// The network's controls over HTTP: POST /ctl/NAME?option=value. What a name does is what the world's function does.

import { bytesToHex, parseEther } from 'viem'
import { json, Refusal, serveHttp } from './http.mjs'

/**
 * The controls. Each takes the world and the query's options.
 *
 * @type {Record<string, (world: import('./world.mjs').World, options: Record<string, string>) => unknown>}
 */
export const controls = {
  // L1.
  advance: (world, { slots = 1, ...options }) => world.advance(Number(slots), numbers(options)),
  finalize: (world) => world.finalize(),
  // For all slots to come: `attesting=0` stalls finality, `participation=0.5` weakens the sync committee.
  behave: ({ l1 }, options) => Object.assign(l1.beacon.behaviour, numbers(options)),
  reorg: ({ l1 }, { depth = 2 }) => l1.beacon.reorg(Number(depth)),

  // L2.
  'l2-blocks': (world, { count = 1 }) => world.addL2Blocks(Number(count)),
  prune: ({ l2 }, { keep = 1 }) => l2.prune(Number(keep)),
  'limit-batches': ({ l2 }, { limit = 0 }) => l2.limitBatches(Number(limit)),

  // Between the chains.
  deposit: (world, { amount = '1' }) => world.deposit({ amount: parseEther(amount) }),
  withdraw: (world, { amount = '1' }) => world.withdraw({ amount: parseEther(amount) }),
  relay: (world, { transaction }) => world.relay(transaction),
  'relay-call': (world, { calldata }) => world.relayCall(calldata),
  batch: (world) => withABlock(world).then(() => world.postBatch()),
  'dishonest-batch': (world) => withABlock(world).then(() => world.postDishonestBatch()),

  // What those in power may do.
  dispute: (world, { batch }) => world.dispute(batchWithIndex(world, batch)),
  delete: (world, { batch }) => world.deleteBatch(batchWithIndex(world, batch)),
  window: (world, { seconds }) => world.setWindow(Number(seconds)),
  pause: (world) => world.pause(),
  unpause: (world) => world.unpause(),
  name: (world, { name, address }) => world.setName(name, address),
  'upgrade-scc': (world) => world.upgradeStateCommitmentChain(),
  'upgrade-messenger': (world) => world.upgradeMessenger(),

  status: () => {},
}

/**
 * Serves the controls on 127.0.0.1. Each answer tells where the network is afterwards.
 *
 * @param {import('./world.mjs').World} world
 * @param {object} [options]
 * @param {number} [options.port]
 * @param {(name: string, call: () => Promise<unknown>) => Promise<unknown>} [options.perform] makes the calls
 * @param {typeof controls} [options.more] controls beside these
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export function serveControls(world, { port = 0, perform = (_, call) => call(), more = {} } = {}) {
  const all = { ...controls, ...more }
  return serveHttp(async ({ method, path }) => {
    const { pathname, searchParams } = new URL(path, 'http://127.0.0.1')
    const name = pathname.match(/^\/ctl\/([a-z0-9-]+)$/)?.[1]
    if (method !== 'POST' || !Object.hasOwn(all, name ?? '')) {
      throw new Refusal(404, `POST /ctl/NAME, where NAME is one of: ${Object.keys(all).join(' ')}`)
    }
    const result = await perform(name, async () => all[name](world, Object.fromEntries(searchParams)))
    return json({ ...status(world), ...told(result) })
  }, port)
}

/** Where the network is. */
export function status({ l1, l2, batches }) {
  const { head, finalized } = l1.beacon
  return {
    now: l1.now(),
    slot: head.slot,
    root: bytesToHex(head.root),
    finalizedSlot: finalized.slot,
    l2Block: l2.head().number,
    batches: batches.length,
  }
}

/** What a caller wants to know of a result: the hash of an L2 transaction, the outcome of a relay, an address. */
function told(result) {
  if (typeof result === 'string') return { result }
  const { transactionHash, outcome } = result ?? {}
  return { transactionHash, outcome }
}

/** A batch is never empty: where all is posted L2 has one more block. */
async function withABlock(world) {
  if (world.postedBlock === world.l2.head().number) await world.addL2Block()
}

function batchWithIndex({ batches }, index = batches.length - 1) {
  const batch = batches[Number(index)]
  if (!batch) throw new Refusal(400, `there is no batch ${index}`)
  return batch
}

const numbers = (options) => Object.fromEntries(Object.entries(options).map(([name, value]) => [name, Number(value)]))
