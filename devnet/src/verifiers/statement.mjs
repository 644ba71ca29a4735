// What a verifier signs about a batch, made apart from the client that checks it: EIP-712 by viem, out of the definition.

import { decodeAbiParameters, keccak256 } from 'viem'

/** @typedef {`0x${string}`} Hex */
/** @typedef {import('../rollup/proposer.mjs').Batch} Batch */

/** The type that is signed. */
export const types = Object.freeze({
  StateAttestation: [
    ['uint256', 'l2ChainId'],
    ['uint256', 'batchIndex'],
    ['bytes32', 'batchHeaderHash'],
    ['bytes32', 'batchRoot'],
    ['uint256', 'l2BlockNumber'],
    ['bytes32', 'l2StateRoot'],
    ['bytes32', 'l2BlockHash'],
    ['uint8', 'verdict'],
    ['uint64', 'issuedAt'],
  ].map(([type, name]) => ({ type, name })),
})

/**
 * The domain of a rollup.
 *
 * @param {import('../rollup/deploy.mjs').L1} l1
 */
export const domainOf = ({ chain, addresses }) => ({
  name: 'Metis State Attestation',
  version: '1',
  chainId: chain.chainId,
  verifyingContract: addresses.stateCommitmentChain,
})

/**
 * That every state root of a batch is the signer's own: the last one says so, with the hash of its block as it was posted.
 *
 * @param {number} l2ChainId
 * @param {Batch} batch
 * @param {number} issuedAt Unix seconds
 */
export function agreement(l2ChainId, batch, issuedAt) {
  const { header, stateRoots } = batch
  const [, , l2BlockHash, l2BlockNumber] = lastBlock(header)
  return { ...about(l2ChainId, batch), l2BlockNumber, l2StateRoot: stateRoots.at(-1), l2BlockHash, verdict: 1, issuedAt }
}

/**
 * That the state root of a block in the batch is another one: by default one that nobody has.
 *
 * @param {number} l2ChainId
 * @param {Batch} batch
 * @param {number} issuedAt Unix seconds
 * @param {{ place?: number, stateRoot?: Hex, blockHash?: Hex }} [own] `place` is the block's in the batch, from 0 on
 */
export function dissent(l2ChainId, batch, issuedAt, { place = 0, stateRoot, blockHash } = {}) {
  const posted = batch.stateRoots[place]
  return {
    ...about(l2ChainId, batch),
    l2BlockNumber: batch.header.prevTotalElements + BigInt(place + 1),
    l2StateRoot: stateRoot ?? keccak256(posted),
    l2BlockHash: blockHash ?? keccak256(keccak256(posted)),
    verdict: 0,
    issuedAt,
  }
}

/**
 * Signs, and puts it into the form in which it travels.
 *
 * @param {import('viem').LocalAccount} account
 * @param {ReturnType<typeof domainOf>} domain
 * @param {ReturnType<typeof agreement>} message
 * @returns {Promise<{ message: object, signature: Hex }>} numbers are decimal strings, but for the verdict
 */
export async function attest(account, domain, message) {
  const signature = await account.signTypedData({
    domain,
    types,
    primaryType: 'StateAttestation',
    message: { ...message, issuedAt: BigInt(message.issuedAt) },
  })
  const text = (value) => (typeof value === 'bigint' ? String(value) : value)
  const members = Object.entries({ ...message, issuedAt: String(message.issuedAt) })
  return { message: Object.fromEntries(members.map(([name, value]) => [name, text(value)])), signature }
}

const about = (l2ChainId, { header, headerHash }) => ({
  l2ChainId: BigInt(l2ChainId),
  batchIndex: header.batchIndex,
  batchHeaderHash: headerHash,
  batchRoot: header.batchRoot,
})

const lastBlock = ({ extraData }) =>
  decodeAbiParameters(['uint256', 'address', 'bytes32', 'uint256'].map((type) => ({ type })), extraData)
