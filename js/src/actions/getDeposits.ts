import type { Deposit } from '../types.js'
import { hash } from '../convert.js'
import { deposit } from '../messages.js'
import type { Core } from './core.js'
import type { TransactionOptions } from './getBlock.js'

/** The deposits that an L1 transaction made, each proven to be in L1's queue, with what became of it on L2. */
export async function getDeposits(core: Core, { hash: of, ...options }: TransactionOptions): Promise<readonly Deposit[]> {
  const told = await core.ask({ ask: 'deposits', transaction: hash(of) }, options)
  return told.map((one) => deposit(of, one))
}
