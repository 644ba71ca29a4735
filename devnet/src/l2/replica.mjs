// Another L2 node, as each verifier has one of its own: it has the chain of the first, and may lag behind it, be down, be
// without a method, or have come to other state roots from some block on.
//
// Its own are blocks and their hashes. Receipts and proofs are those of the first node, whatever blocks it has, and where its
// blocks differ their seals are not made again: verifiers ask for none of these.

import { keccak256 } from 'viem'
import { headerHash } from './header.mjs'
import { createMethods } from './methods.mjs'
import { serveRpc } from './server.mjs'

/**
 * @typedef {object} ReplicaOptions
 * @property {string[]} [without] methods that this node does not have
 * @property {number} [port] 0 for a free one
 *
 * @typedef {Awaited<ReturnType<typeof startReplica>>} Replica
 */

/**
 * Starts a node that follows a chain.
 *
 * @param {object} node
 * @param {Awaited<ReturnType<typeof import('./chain.mjs').createChain>>} node.chain
 * @param {import('./state.mjs').State} node.state
 * @param {number} node.chainId
 */
export async function startReplica({ chain, state, chainId, without = [], port = 0 }) {
  const behaviour = { lag: 0, differsFrom: Infinity }
  const settings = { keptStates: Infinity, batchLimit: Infinity }
  const methods = createMethods({ chain: viewOf(chain, behaviour), state, chainId, settings })
  for (const name of without) delete methods[name]
  let server = await serveRpc({ methods, settings, port })
  const { url } = server
  return {
    url,
    /** From now on it is so many blocks behind. */
    lag: (blocks = 0) => void (behaviour.lag = blocks),
    /** From now on it has other state roots from this block on; without a block it is repaired. */
    differ: (block = Infinity) => void (behaviour.differsFrom = block),
    /** From now on a request may hold so many calls; 0 refuses batches. */
    limitBatches: (limit = Infinity) => void (settings.batchLimit = limit),
    /** Nobody answers at its URL from now on. */
    stop: () => server.close(),
    /** It answers again. */
    start: async () => void (server = await serveRpc({ methods, settings, port: Number(new URL(url).port) })),
  }
}

/** The chain as this node has it at each moment. */
function viewOf(chain, behaviour) {
  return {
    get blocks() {
      const known = chain.blocks.slice(0, Math.max(1, chain.blocks.length - behaviour.lag))
      const blocks = known.slice(0, behaviour.differsFrom)
      for (const block of known.slice(behaviour.differsFrom)) blocks.push(withOtherRoot(block, blocks.at(-1)))
      return blocks
    },
    numberOf(hash) {
      return this.blocks.find((block) => block.hash === hash.toLowerCase())?.number
    },
    placeOf: (hash) => chain.placeOf(hash),
    queue: [],
    submit() {
      throw new Error('this node takes no transactions')
    },
  }
}

/** A block with another state root, on top of its parent. */
function withOtherRoot(block, parent) {
  const header = { ...block.header, parentHash: parent.hash, stateRoot: keccak256(block.header.stateRoot) }
  return { ...block, header, hash: headerHash(header) }
}
