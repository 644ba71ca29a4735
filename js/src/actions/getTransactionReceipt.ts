import type { Proven, TransactionReceipt } from '../types.js'
import { hash, proven } from '../convert.js'
import { receipt } from '../chain.js'
import type { Core } from './core.js'
import type { TransactionOptions } from './getBlock.js'

/**
 * What a transaction of a posted block did, under the block hash that its batch names, as `getBlock` has it. What the node
 * adds to receipts of its own word, such as the fee for L1, is left out.
 *
 * @throws {NotYetError} its block is not posted, or does not meet the floor
 * @throws {MisuseError} its batch is of before May 2025 and names no block hash
 * @throws {UnavailableError} no node knows it
 * @throws {InvalidProofError} no source's answers hold
 * @example
 * const { value } = await client.getTransactionReceipt({ hash: '0x…' })
 * if (value.status === 'success') console.log(value.logs)
 */
export async function getTransactionReceipt(
  core: Core,
  { hash: of, ...options }: TransactionOptions,
): Promise<Proven<TransactionReceipt>> {
  return proven(await core.ask({ ask: 'receipt', transaction: hash(of) }, options), receipt)
}
