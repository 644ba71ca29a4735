import type { ActionOptions, Hash, Withdrawal } from '../types.js'
import { hash } from '../convert.js'
import { withdrawal } from '../messages.js'
import type { Core } from './core.js'

/**
 * The withdrawals that an L2 transaction sent, each proven with where it stands. A list, for one transaction can send several.
 *
 * Under the head that is known, which may be half an hour old: `getWithdrawalStatus` looks anew each time.
 *
 * @throws {NotYetError} the transaction's block is not posted: `getWithdrawalStatus` says when it may be
 * @throws {UnavailableError} no node knows the transaction
 * @throws {InvalidProofError} no source's answers hold
 * @example
 * const [withdrawal] = await client.getWithdrawals({ hash: '0x…' })
 */
export async function getWithdrawals(
  core: Core,
  { hash: of, ...options }: { hash: Hash } & ActionOptions,
): Promise<readonly Withdrawal[]> {
  const { withdrawals } = await core.ask({ ask: 'withdrawals', transaction: hash(of) }, options)
  return withdrawals.map((told) => withdrawal(of, told))
}
