import { misuse } from '../errors.js'
import type { ActionOptions, Hash, WithdrawalStatus } from '../types.js'
import { hash, verification } from '../convert.js'
import { withdrawalStatus } from '../messages.js'
import type { Core } from './core.js'

/** Which withdrawal. */
export interface WithdrawalOptions extends ActionOptions {
  /** The L2 transaction that sent it. */
  readonly hash: Hash
  /** Needed where the transaction sent several. */
  readonly messageHash?: Hash | undefined
  /** The L1 transaction that tried to relay it, to learn whether it failed however long ago it was. */
  readonly relay?: Hash | undefined
}

/** Where a withdrawal stands. */
export async function getWithdrawalStatus(
  core: Core,
  { hash: of, messageHash, relay, ...options }: WithdrawalOptions,
): Promise<WithdrawalStatus> {
  const tried = relay === undefined ? {} : { relay: hash(relay, 'relay') }
  const question = { ask: 'status', transaction: hash(of), ...tried } as const
  const { withdrawals, unposted } = await core.ask(question, { signal: options.signal })
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
