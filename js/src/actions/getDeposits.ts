import type { ActionOptions, Deposit, Hash } from '../types.js'
import { hash } from '../convert.js'
import { deposit } from '../messages.js'
import type { Core } from './core.js'

/**
 * The deposits that an L1 transaction made, each proven to be in L1's queue, with what became of it on L2.
 *
 * @throws {NotYetError} the transaction's block is not finalized yet
 * @throws {UnavailableError} no node knows the transaction
 * @throws {InvalidProofError} no source's answers hold
 * @example
 * const [deposit] = await client.getDeposits({ hash: '0x…' })
 */
export async function getDeposits(
  core: Core,
  { hash: of, ...options }: { hash: Hash } & ActionOptions,
): Promise<readonly Deposit[]> {
  const told = await core.ask({ ask: 'deposits', transaction: hash(of) }, options)
  return told.map((one) => deposit(of, one))
}
