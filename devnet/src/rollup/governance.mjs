// What those in power can do to the rollup on L1, each at once and most without an event: disputes, deletions, other rules,
// other code.

import { concat } from 'viem'
import { compile } from '../contracts.mjs'
import { actors } from './actors.mjs'
import { contractAt } from './contract.mjs'
import { implementationOf } from './deploy.mjs'
import { stateCommitmentChain } from './proposer.mjs'
import { transact } from './transact.mjs'
import { messenger } from './users.mjs'

/** @typedef {`0x${string}`} Hex */
/** @typedef {import('./deploy.mjs').L1} L1 */
/** @typedef {import('./proposer.mjs').Batch} Batch */

/**
 * Flags a batch as disputed. Nothing from `block` on can be relayed then.
 *
 * @param {L1} l1
 * @param {Batch} batch
 * @param {number} [block] by default the batch's first
 */
export function disputeBatch(l1, { header }, block = Number(header.prevTotalElements) + 1) {
  const args = [l1.l2ChainId, header.batchIndex, block]
  return send(l1, stateCommitmentChain(l1).call(actors.disputeGameFactory, 'saveDisputedBatchTimeout', args))
}

/**
 * Deletes a batch that is flagged and inside its window, and all later batches with it.
 *
 * @param {L1} l1
 * @param {Batch} batch
 */
export function deleteBatch(l1, { header }) {
  const args = [l1.l2ChainId, header]
  return send(l1, stateCommitmentChain(l1).call(actors.fraudVerifier, 'deleteStateBatchByChainId', args))
}

/**
 * Sets the fraud proof window, for batches of the past too.
 *
 * @param {L1} l1
 * @param {number} seconds
 */
export function setWindow(l1, seconds) {
  return send(l1, stateCommitmentChain(l1).call(actors.metisManager, 'setFraudProofWindow', [seconds]))
}

/** Stops all relaying. @param {L1} l1 */
export const pause = (l1) => send(l1, messenger(l1).call(actors.council, 'pause'))

/** Lets relaying go on. @param {L1} l1 */
export const unpause = (l1) => send(l1, messenger(l1).call(actors.council, 'unpause'))

/**
 * Keeps one message from being relayed.
 *
 * @param {L1} l1
 * @param {Hex} messageHash
 */
export function blockMessage(l1, messageHash) {
  return send(l1, messenger(l1).call(actors.council, 'blockMessage', [messageHash]))
}

/**
 * Points a name of the address manager elsewhere.
 *
 * @param {L1} l1
 * @param {string} name
 * @param {import('viem').Address} address
 */
export function setName(l1, name, address) {
  const manager = contractAt('Lib_AddressManager', l1.addresses.libAddressManager)
  return send(l1, manager.call(actors.council, 'setAddress', [name, address]))
}

/**
 * Puts other code behind the state commitment chain's proxy: the same, and a byte that is never reached.
 *
 * @param {L1} l1
 * @returns {Promise<import('viem').Address>} the new implementation
 */
export async function upgradeStateCommitmentChain(l1) {
  const { stateCommitmentChain: proxy } = l1.addresses
  const code = concat([compile().StateCommitmentChain.deployedBytecode, '0x00'])
  await send(l1, contractAt('L1ChugSplashProxy', proxy).call(actors.council, 'setCode', [code]))
  return implementationOf(l1.chain, proxy)
}

/**
 * Puts a new copy of the messenger's code behind its proxy, which finds it by name.
 *
 * @param {L1} l1
 * @returns {Promise<import('viem').Address>} the new implementation
 */
export async function upgradeMessenger(l1) {
  const { contractAddress } = await send(l1, { from: actors.council, data: compile().L1CrossDomainMessenger.bytecode })
  await setName(l1, 'OVM_L1CrossDomainMessenger', contractAddress)
  return contractAddress
}

async function send(l1, call) {
  const [receipt] = await transact(l1.chain, [call])
  return receipt
}
