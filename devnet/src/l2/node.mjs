// The L2 node: a state, a chain of Metis' blocks on top of it, and l2geth's JSON-RPC in front. There is no mempool, no clock
// and no link to L1: whoever runs it says what the next block holds.

import { keccak256, stringToHex } from 'viem'
import { createChain } from './chain.mjs'
import { signerOf } from './header.mjs'
import { createMethods } from './methods.mjs'
import { startReplica } from './replica.mjs'
import { serveRpc } from './server.mjs'
import { startState } from './state.mjs'

/** @typedef {`0x${string}`} Hex */
/** @typedef {Awaited<ReturnType<typeof startL2>>} L2 */

/** Keys of this network, which anybody can compute. */
export const KEYS = {
  clique: keccak256(stringToHex('metis-light devnet: clique')),
  sequencer: keccak256(stringToHex('metis-light devnet: sequencer')),
}

/**
 * Starts an L2 whose block 0 holds `alloc`.
 *
 * @example
 * const l2 = await startL2({ alloc: { [address]: { code, storage: { '0x0': '0x1' } } }, genesisTime: 1_750_000_000 })
 * const block = await l2.addBlock({ timestamp: 1_750_000_010, l1BlockNumber: 7, transactions: [{ raw }] })
 * const roots = l2.stateRoots(1, block.number)
 * await l2.close()
 *
 * @param {object} options
 * @param {Record<Hex, import('./state.mjs').Account>} options.alloc
 * @param {number} options.genesisTime no block is before it; block 0 itself says 0, as on Metis
 * @param {number} [options.chainId]
 * @param {number} [options.port] 0 for a free one
 * @param {Hex} [options.cliqueKey] seals headers
 * @param {Hex} [options.sequencerKey] signs users' transactions
 * @param {number} [options.sequencerSetHeight] the first block whose transactions carry the sequencer's signature
 */
export async function startL2({
  alloc,
  genesisTime,
  chainId = 1088,
  port = 0,
  cliqueKey = KEYS.clique,
  sequencerKey = KEYS.sequencer,
  sequencerSetHeight = 0,
}) {
  const settings = { keptStates: Infinity, batchLimit: Infinity }
  const state = await startState({ alloc, chainId, genesisTime })
  try {
    const chain = await createChain({ state, chainId, cliqueKey, sequencerKey, sequencerSetHeight })
    const server = await serveRpc({ methods: createMethods({ chain, state, chainId, settings }), settings, port })
    return {
      url: server.url,
      chainId,
      cliqueSigner: signerOf(cliqueKey),
      sequencer: signerOf(sequencerKey),
      /** The newest block. */
      head: () => chain.blocks.at(-1),
      /** The block with a number; undefined where there is none. */
      block: (/** @type {number} */ number) => chain.blocks[number],
      /** Executes and seals the next block: what users sent in the meantime first, then what is given. */
      addBlock: chain.addBlock,
      /** The state roots of some blocks, both ends included: the leaves of a batch. */
      stateRoots: (/** @type {number} */ first, /** @type {number} */ last) =>
        chain.blocks.slice(first, last + 1).map(({ header }) => header.stateRoot),
      /** From now on only the newest `keep` blocks have their state, as in a node that is no archive. */
      prune: (keep = Infinity) => void (settings.keptStates = keep),
      /** From now on a request may hold so many calls; 0 refuses batches. */
      limitBatches: (limit = Infinity) => void (settings.batchLimit = limit),
      /** Starts another node that follows this one. */
      replica: (/** @type {import('./replica.mjs').ReplicaOptions} */ options) =>
        startReplica({ chain, state, chainId, ...options }),
      close: async () => {
        await server.close()
        await state.stop()
      },
    }
  } catch (error) {
    await state.stop()
    throw error
  }
}
