// The pool of sequencers, who are the verifiers too: who joins, who leaves, and who locks more or less.

import { slice } from 'viem'
import { actors } from './actors.mjs'
import { contractAt } from './contract.mjs'
import { transact } from './transact.mjs'

/** @typedef {import('./deploy.mjs').L1} L1 */
/** @typedef {import('viem').LocalAccount} Account */

/** The pool behind its proxy. */
export const lockingPool = (l1) => contractAt('LockingPool', l1.addresses.lockingPool)

/**
 * Accounts join, each as its own owner.
 *
 * @param {L1} l1
 * @param {{ account: Account, amount: bigint }[]} members `amount` in wei of METIS
 * @returns {Promise<number[]>} their ids, in order
 */
export async function join(l1, members) {
  const pool = lockingPool(l1)
  const calls = members.map(({ account: { address, publicKey }, amount }) =>
    pool.call(actors.council, 'lockFor', [address, amount, slice(publicKey, 1)]))
  const receipts = await transact(l1.chain, calls)
  return receipts.map((receipt) => Number(pool.events(receipt, 'Locked')[0].id))
}

/** A member has locked so much from now on, in wei of METIS. @param {L1} l1 */
export const setAmount = (l1, id, amount) => send(l1, 'setAmount', [id, amount])

/** A member leaves; its id is given to nobody else. @param {L1} l1 */
export const leave = (l1, id) => send(l1, 'unlock', [id])

async function send(l1, functionName, args) {
  const [receipt] = await transact(l1.chain, [lockingPool(l1).call(actors.council, functionName, args)])
  return receipt
}
