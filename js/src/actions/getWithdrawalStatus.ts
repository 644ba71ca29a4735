import { misuse } from '../errors.js'
import type { ActionOptions, Hash, WithdrawalStatus } from '../types.js'
import { hash, verification, withdrawalStatus } from '../convert.js'
import type { Core } from './core.js'

/**
 * Where a withdrawal stands: one that `getWithdrawals` gave, or the one of a transaction. `messageHash` is needed where a
 * transaction sent several.
 *
 * @throws {MisuseError} the transaction sent several and none is named, or it did not send that one
 * @throws {UnavailableError} no node knows the transaction
 * @throws {InvalidProofError} no source's answers hold
 * @example
 * const { phase, readyAt, estimate } = await client.getWithdrawalStatus({ hash: '0x…' })
 */
export async function getWithdrawalStatus(
  core: Core,
  { hash: of, messageHash, ...options }: { hash: Hash; messageHash?: Hash | undefined } & ActionOptions,
): Promise<WithdrawalStatus> {
  const { withdrawals, unposted } = await core.ask({ ask: 'status', transaction: hash(of) }, { signal: options.signal })
  if (unposted) {
    const waits = { phase: 'waiting-for-state-root', next: 'wait', isAtLastBlock: false } as const
    return { ...waits, ...unposted, verification: verification(unposted.verification) }
  }
  const found = withdrawals.filter((told) => messageHash === undefined || told.messageHash === messageHash.toLowerCase())
  const [one, ...others] = found
  if (one && others.length === 0) return withdrawalStatus(one)
  throw misuse(
    one
      ? `transaction ${of} sent ${found.length} withdrawals: name one by its messageHash`
      : `transaction ${of} sent no withdrawal${messageHash ? ` ${messageHash}` : ''}`,
  )
}
