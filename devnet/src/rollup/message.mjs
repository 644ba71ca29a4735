// Messages between the chains: how they are encoded and hashed, where they are looked up, and the call that relays one.

import { concat, encodeFunctionData, keccak256, toRlp } from 'viem'
import { compile } from '../contracts.mjs'
import { PREDEPLOYS } from './addresses.mjs'
import { entry } from './slots.mjs'

/** @typedef {`0x${string}`} Hex */

/**
 * @typedef {object} Message
 * @property {import('viem').Address} target
 * @property {import('viem').Address} sender
 * @property {Hex} message
 * @property {bigint} messageNonce
 */

/** A message is hashed as the call that would run it on L2. */
const encoding = () => compile().L2CrossDomainMessenger.abi

const args = ({ target, sender, message, messageNonce }) => [target, sender, message, BigInt(messageNonce)]

/**
 * A message as it is hashed, in either direction.
 *
 * @param {Message} message
 * @returns {Hex}
 */
export const xDomainCalldata = (message) =>
  encodeFunctionData({ abi: encoding(), functionName: 'relayMessage', args: args(message) })

/** @param {Message} message */
export const messageHash = (message) => keccak256(xDomainCalldata(message))

/**
 * The slot of a message to L1 in the message passer, which holds 1 once it was sent.
 *
 * @param {Message} message
 */
export const passerSlot = (message) =>
  entry(keccak256(concat([xDomainCalldata(message), PREDEPLOYS.l2CrossDomainMessenger])), 0)

/**
 * The nodes of a proof as the L1 messenger takes them.
 *
 * @param {Hex[]} nodes
 * @returns {Hex}
 */
export const witness = (nodes) => toRlp(nodes)

/**
 * The call of the L1 messenger that relays a message.
 *
 * @param {object} parts
 * @param {number | bigint} parts.chainId of L2
 * @param {Message} parts.message
 * @param {import('./batch.mjs').BatchHeader} parts.header
 * @param {Hex} parts.stateRoot one of the batch's
 * @param {number} parts.index its place in the batch
 * @param {Hex[]} parts.siblings its branch
 * @param {{ accountProof: Hex[], storageProof: { proof: Hex[] }[] }} parts.proof `eth_getProof` of the message passer and
 *   the message's slot, at the block with that state root
 * @returns {Hex}
 */
export function relayCalldata({ chainId, message, header, stateRoot, index, siblings, proof }) {
  const inclusion = {
    stateRoot,
    stateRootBatchHeader: header,
    stateRootProof: { index: BigInt(index), siblings },
    stateTrieWitness: witness(proof.accountProof),
    storageTrieWitness: witness(proof.storageProof[0].proof),
  }
  const { abi } = compile().L1CrossDomainMessenger
  const functionName = 'relayMessageViaChainId'
  return encodeFunctionData({ abi, functionName, args: [BigInt(chainId), ...args(message), inclusion] })
}
