import { misuse } from '../errors.js'
import type { DepositStatus } from '../types.js'
import type { DepositOptions } from '../light-client.js'
import type { Core } from './core.js'
import { getDeposits } from './getDeposits.js'

/** Where a deposit stands. */
export async function getDepositStatus(core: Core, { hash, messageHash, signal }: DepositOptions): Promise<DepositStatus> {
  const deposits = await getDeposits(core, { hash, signal })
  const found = deposits.filter((one) => messageHash === undefined || one.messageHash === messageHash.toLowerCase())
  const [one, ...others] = found
  if (one && others.length === 0) return one.status
  throw misuse(
    one
      ? `transaction ${hash} made ${found.length} deposits: name one by its messageHash`
      : `transaction ${hash} made no deposit${messageHash ? ` ${messageHash}` : ''}`,
  )
}
