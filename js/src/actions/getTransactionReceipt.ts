import type { Proven, TransactionReceipt } from '../types.js'
import { hash, proven } from '../convert.js'
import { receipt } from '../chain.js'
import type { Core } from './core.js'
import type { TransactionOptions } from './getBlock.js'

/** What a transaction of a posted block did, under the block hash that its batch names, as `getBlock` has it. */
export async function getTransactionReceipt(
  core: Core,
  { hash: of, ...options }: TransactionOptions,
): Promise<Proven<TransactionReceipt>> {
  return proven(await core.ask({ ask: 'receipt', transaction: hash(of) }, options), receipt)
}
