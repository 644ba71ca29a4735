// Verifiers for a recording, which has none: statements about its batches, signed with the field's own libraries, so that
// what the client recovers is their digest and not only ours.

import { createServer } from 'node:http'
import { Wallet } from 'ethers'
import { privateKeyToAccount } from 'viem/accounts'

const types = {
  StateAttestation: [
    { name: 'l2ChainId', type: 'uint256' },
    { name: 'batchIndex', type: 'uint256' },
    { name: 'batchHeaderHash', type: 'bytes32' },
    { name: 'batchRoot', type: 'bytes32' },
    { name: 'l2BlockNumber', type: 'uint256' },
    { name: 'l2StateRoot', type: 'bytes32' },
    { name: 'l2BlockHash', type: 'bytes32' },
    { name: 'verdict', type: 'uint8' },
    { name: 'issuedAt', type: 'uint64' },
  ],
}

/** Five verifiers, each of weight 100, of whom the last signs by ethers and the others by viem. */
export const keys = [1, 2, 3, 4, 5].map((byte) => `0x${`0${byte}`.repeat(32)}`)
/** Nobody's. */
export const stranger = `0x${'77'.repeat(32)}`
export const addressOf = (key) => privateKeyToAccount(key).address
export const verifiers = keys.map((key) => ({ address: addressOf(key), weight: 100n }))

export const zero = `0x${'00'.repeat(32)}`

/** What an honest verifier says of a batch of a recorded world, but for what is changed. */
export function statement({ expected, options }, index, changed = {}) {
  const batch = expected.batches.find((batch) => batch.index === index)
  const last = expected.l2Headers.find(({ number }) => number === batch.lastL2Block)
  return {
    l2ChainId: String(options.network.l2.chainId),
    batchIndex: String(index),
    batchHeaderHash: batch.headerHash,
    batchRoot: batch.batchRoot,
    l2BlockNumber: String(batch.lastL2Block),
    l2StateRoot: last.stateRoot,
    l2BlockHash: batch.lastL2BlockHash ?? zero,
    verdict: 1,
    issuedAt: String(batch.timestamp + 30),
    ...changed,
  }
}

/** One who dissents from the batch's first block on. */
export function dissent(world, index, changed = {}) {
  const { firstL2Block } = world.expected.batches.find((batch) => batch.index === index)
  return statement(world, index, { verdict: 0, l2BlockNumber: String(firstL2Block), l2StateRoot: `0x${'ab'.repeat(32)}`, ...changed })
}

/** Signs a statement as `{ message, signature }`. */
export async function sign({ options: { network } }, key, message) {
  const domain = {
    name: 'Metis State Attestation',
    version: '1',
    chainId: network.l1.chainId,
    verifyingContract: network.contracts.stateCommitmentChain,
  }
  if (key === keys[4]) return { message, signature: await new Wallet(key).signTypedData(domain, types, message) }
  const numbers = ['l2ChainId', 'batchIndex', 'l2BlockNumber', 'issuedAt'].map((name) => [name, BigInt(message[name])])
  const typed = { ...message, ...Object.fromEntries(numbers) }
  const account = privateKeyToAccount(key)
  return { message, signature: await account.signTypedData({ domain, types, primaryType: 'StateAttestation', message: typed }) }
}

/** What these keys say of a batch, all the same. */
export function signed(world, signers, message) {
  return Promise.all(signers.map((key) => sign(world, key, message)))
}

/** A source as a function: what is told of a batch, by its index; empty of the others. */
export function source(told) {
  const asked = []
  const answer = async (path) => {
    asked.push(path)
    const list = answer.told[Number(path.split('/').at(-1))]
    return list ? JSON.stringify({ attestations: list }) : ''
  }
  return Object.assign(answer, { asked, told })
}

/** The same over HTTP; `manner` may answer in its place. */
export async function serveAttestations(told, manner) {
  const asked = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.setHeader('access-control-allow-origin', '*')
    if (manner) return manner(request, response)
    const list = told[Number(request.url.split('/').at(-1))]
    response.writeHead(list ? 200 : 404).end(list ? JSON.stringify({ attestations: list }) : 'nothing')
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const close = () => (server.closeAllConnections(), server.close())
  return { url: `http://127.0.0.1:${server.address().port}/`, asked, told, close }
}
