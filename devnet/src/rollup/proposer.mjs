// The proposer: posts the state roots of L2's blocks to L1, in batches.

import { actors } from './actors.mjs'
import { headerHash } from './batch.mjs'
import { contractAt } from './contract.mjs'
import { transact } from './transact.mjs'

/** @typedef {`0x${string}`} Hex */
/** @typedef {import('./deploy.mjs').L1} L1 */

/**
 * @typedef {object} Batch
 * @property {import('./batch.mjs').BatchHeader} header
 * @property {Hex} headerHash what the container holds
 * @property {Hex[]} stateRoots
 * @property {number} timestamp L1 time of the append
 * @property {object} receipt
 */

/** The state commitment chain behind its proxy. */
export const stateCommitmentChain = (l1) => contractAt('StateCommitmentChain', l1.addresses.stateCommitmentChain)

/**
 * How much is posted.
 *
 * @param {L1} l1
 * @returns {Promise<{ batches: number, elements: number }>} `elements` is the last posted L2 block too
 */
export async function totals(l1) {
  const scc = stateCommitmentChain(l1)
  const batches = await scc.read(l1.chain, 'getTotalBatchesByChainId', [l1.l2ChainId])
  const elements = await scc.read(l1.chain, 'getTotalElementsByChainId', [l1.l2ChainId])
  return { batches: Number(batches), elements: Number(elements) }
}

/**
 * Appends a batch, of the blocks after those that are posted. L1 checks neither roots nor last block: who gives wrong ones
 * gets a dishonest batch.
 *
 * @param {L1} l1
 * @param {Hex[]} stateRoots
 * @param {{ number: number, hash: Hex }} lastBlock of the batch
 * @returns {Promise<Batch>}
 */
export async function append(l1, stateRoots, lastBlock) {
  const { elements } = await totals(l1)
  if (elements + stateRoots.length !== Number(lastBlock.number)) {
    throw new Error(`${stateRoots.length} state roots after block ${elements} do not end at block ${lastBlock.number}`)
  }
  return appendAt(l1, elements, stateRoots, lastBlock)
}

/**
 * Appends a batch as it is given, without a look at it.
 *
 * @param {L1} l1
 * @param {number} startAt how many elements there are, by the caller
 * @param {Hex[]} stateRoots
 * @param {{ number: number, hash: Hex }} lastBlock
 * @returns {Promise<Batch>}
 */
export async function appendAt(l1, startAt, stateRoots, { number, hash }) {
  const scc = stateCommitmentChain(l1)
  const proposerName = `${l1.l2ChainId}_MVM_Proposer`
  const args = [l1.l2ChainId, stateRoots, startAt, proposerName, hash, number]
  const [receipt] = await transact(l1.chain, [scc.call(actors.proposer, 'appendStateBatchByChainId', args)])
  const [{ chainId, ...header }] = scc.events(receipt, 'StateBatchAppended')
  const { timestamp } = await l1.chain.rpc('eth_getBlockByNumber', [receipt.blockNumber, false])
  return { header, headerHash: headerHash(header), stateRoots, timestamp: Number(timestamp), receipt }
}

/**
 * Appends the blocks of an L2 that are not posted, up to `last`.
 *
 * @param {L1} l1
 * @param {{ head: Function, block: Function, stateRoots: Function }} l2
 * @param {number} [last] by default L2's newest
 * @returns {Promise<Batch>}
 */
export async function appendFrom(l1, l2, last) {
  const { elements } = await totals(l1)
  const number = last ?? Number((await l2.head()).number)
  const { hash } = await l2.block(number)
  return append(l1, await l2.stateRoots(elements + 1, number), { number, hash })
}
