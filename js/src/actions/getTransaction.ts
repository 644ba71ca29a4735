import type { Proven, Transaction } from '../types.js'
import { hash, proven } from '../convert.js'
import { transaction } from '../chain.js'
import type { Core } from './core.js'
import type { TransactionOptions } from './getBlock.js'

/** A transaction of a posted block, under the block hash that its batch names, as `getBlock` has it. */
export async function getTransaction(core: Core, { hash: of, ...options }: TransactionOptions): Promise<Proven<Transaction>> {
  return proven(await core.ask({ ask: 'transaction', transaction: hash(of) }, options), transaction)
}
