import type { Withdrawal } from '../types.js'
import { hash } from '../convert.js'
import { withdrawal } from '../messages.js'
import type { Core } from './core.js'
import type { TransactionOptions } from './getBlock.js'

/** The withdrawals that an L2 transaction sent, each proven with where it stands. */
export async function getWithdrawals(
  core: Core,
  { hash: of, ...options }: TransactionOptions,
): Promise<readonly Withdrawal[]> {
  const { withdrawals } = await core.ask({ ask: 'withdrawals', transaction: hash(of) }, options)
  return withdrawals.map((told) => withdrawal(of, told))
}
