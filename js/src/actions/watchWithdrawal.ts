import { loaded } from '../errors.js'
import type { Hash, Heads, WithdrawalStatus } from '../types.js'
import type { Core } from './core.js'
import type { WithdrawalOptions } from './getWithdrawalStatus.js'
import { ready } from './head.js'
import { repeatedly } from './repeatedly.js'
import { standing } from './standing.js'

/** Which withdrawal is watched, and who is told. */
export interface WatchWithdrawal extends WithdrawalOptions {
  /** Is told of the first status and of each change. */
  readonly onStatus: (status: WithdrawalStatus) => void
  /** Is told of looks that failed. They are taken again, but for a wrong call, which ends it. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Milliseconds that it sleeps at least; 60,000 by default. */
  readonly interval?: number | undefined
}

/** How long it sleeps at most, in milliseconds: a dispute, or somebody else's relay, comes without being announced. */
const LONGEST = 600_000

/** Nothing is proven yet. */
const unverified: WithdrawalStatus = { phase: 'unverified', estimate: { kind: 'none' }, next: 'wait', isAtLastBlock: false }

/** Follows a withdrawal, and tells where it stands. */
export function watchWithdrawal(
  core: Core,
  { onStatus, onError, interval = 60_000, signal: given, ...withdrawal }: WatchWithdrawal,
): () => void {
  let told = ''
  let seen: { readonly l1: Hash; readonly status: WithdrawalStatus } | undefined
  const tell = (status: WithdrawalStatus): void => {
    const { phase, reason, readyAt, failedBefore, verification } = status
    const now = [phase, reason, readyAt, failedBefore?.l1Block, standing(verification)].join()
    if (now !== told) onStatus(status)
    told = now
  }
  const look = async (signal: AbortSignal): Promise<number | undefined> => {
    if (!told) tell(unverified)
    const { getWithdrawalStatus } = await loaded(import('./more.js'))
    const heads = await ready(core, { signal })
    const l1 = heads.l1.finalized.hash
    // Under the same L1 block it stands where it stood, but for what verifiers say while its window is open.
    if (seen?.l1 !== l1 || isHeard(core, seen.status)) seen = { l1, status: await getWithdrawalStatus(core, { ...withdrawal, signal }) }
    signal.throwIfAborted()
    tell(seen.status)
    if (seen.status.phase === 'relayed') return undefined
    return isHeard(core, seen.status) ? interval : sleepAfter(seen.status, heads, interval)
  }
  return repeatedly({ look, interval, onError: (error) => onError?.(error), until: [given, core.gone] })
}

/** Whether verifiers may say something new of it at any time. */
function isHeard(core: Core, { phase }: WithdrawalStatus): boolean {
  return core.hasAttestations && phase === 'in-challenge-period'
}

/** To the time of the estimate, within bounds. L1's time is compared with L1's: the wall clock says nothing here. */
function sleepAfter({ estimate }: WithdrawalStatus, { l1 }: Heads, interval: number): number {
  const left = estimate.kind === 'none' ? 0 : (estimate.at - l1.finalized.timestamp) * 1000
  return Math.max(interval, Math.min(left, LONGEST))
}
