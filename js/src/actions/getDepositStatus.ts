import { misuse } from '../errors.js'
import type { ActionOptions, DepositStatus, Hash } from '../types.js'
import type { Core } from './core.js'
import { getDeposits } from './getDeposits.js'

/**
 * Where a deposit stands: one that `getDeposits` gave, or the one of a transaction. `messageHash` is needed where a
 * transaction made several.
 *
 * @throws {MisuseError} the transaction made several and none is named, or it did not make that one
 * @throws {NotYetError} the transaction's block is not finalized yet
 * @example
 * const { phase } = await client.getDepositStatus({ hash: '0x…' })
 */
export async function getDepositStatus(
  core: Core,
  { hash, messageHash, signal }: { hash: Hash; messageHash?: Hash } & ActionOptions,
): Promise<DepositStatus> {
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
