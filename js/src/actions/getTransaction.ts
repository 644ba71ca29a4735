import type { Proven, Transaction } from '../types.js'
import { hash, proven } from '../convert.js'
import { transaction } from '../chain.js'
import type { Core } from './core.js'
import type { TransactionOptions } from './getBlock.js'

/**
 * A transaction of a posted block, under the block hash that its batch names, as `getBlock` has it. That there is none of a
 * hash cannot be proven: a hash that nobody knows rejects.
 *
 * @throws {NotYetError} its block is not posted, or does not meet the floor
 * @throws {MisuseError} its batch is of before May 2025 and names no block hash
 * @throws {UnavailableError} no node knows it
 * @throws {InvalidProofError} no source's answers hold
 * @example
 * const { value } = await client.getTransaction({ hash: '0x…' })
 */
export async function getTransaction(core: Core, { hash: of, ...options }: TransactionOptions): Promise<Proven<Transaction>> {
  return proven(await core.ask({ ask: 'transaction', transaction: hash(of) }, options), transaction)
}
