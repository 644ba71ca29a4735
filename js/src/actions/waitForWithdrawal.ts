import { closed, LightClientError, misuse } from '../errors.js'
import type { WithdrawalPhase, WithdrawalStatus } from '../types.js'
import type { Core } from './core.js'
import { watchWithdrawal, type WatchWithdrawal } from './watchWithdrawal.js'

/** What is waited for. */
export interface WaitForWithdrawal extends Omit<WatchWithdrawal, 'onStatus'> {
  /** The phase; `ready-to-relay` by default. */
  readonly phase?: (typeof order)[number] | undefined
  /**
   * How firm its batch must be besides; by default whatever the phase brings. With `attested` and the phase
   * `in-challenge-period` it waits for a quorum of verifiers, which L1 does not: it relays nothing the earlier for it.
   */
  readonly finality?: 'attested' | 'final' | undefined
  /** Is told of what comes before. */
  readonly onStatus?: ((status: WithdrawalStatus) => void) | undefined
}

/** The way of a withdrawal that nobody disputes or blocks. */
const order = ['in-challenge-period', 'ready-to-relay', 'relayed'] as const satisfies readonly WithdrawalPhase[]

/** Waits until a withdrawal is at a phase, or past it, and gives its status. */
export function waitForWithdrawal(
  core: Core,
  { phase: wanted = 'ready-to-relay', finality, onStatus, onError, signal, ...rest }: WaitForWithdrawal,
): Promise<WithdrawalStatus> {
  return new Promise((resolve, reject) => {
    if (!order.includes(wanted)) throw misuse(`phase must be one of ${order.join(', ')}, and is ${String(wanted)}`)
    const onAbort = (): void => reject(signal?.aborted ? signal.reason : closed())
    if (finality !== undefined && finality !== 'attested' && finality !== 'final') {
      throw misuse(`finality must be attested or final, and is ${String(finality)}`)
    }
    if (finality === 'attested' && !core.hasAttestations) throw misuse('there is no source of attestations to wait for')
    if (signal?.aborted || core.gone.aborted) return onAbort()
    const unwatch = watchWithdrawal(core, {
      ...rest,
      onStatus: (status) => {
        onStatus?.(status)
        if (isAt(status.phase, wanted) && isFirm(status, finality)) finish(() => resolve(status))
      },
      onError: (error) => {
        onError?.(error)
        if (!(error instanceof LightClientError && error.retryable)) finish(() => reject(error))
      },
    })
    const ends = [signal, core.gone]
    const finish = (settle: () => void): void => {
      unwatch()
      for (const end of ends) end?.removeEventListener('abort', stop)
      settle()
    }
    const stop = (): void => finish(onAbort)
    for (const end of ends) end?.addEventListener('abort', stop, { once: true })
  })
}

/** One that was relayed was final once, and whatever its batch is now does not matter. */
function isFirm({ phase, verification }: WithdrawalStatus, wanted: WaitForWithdrawal['finality']): boolean {
  if (wanted === undefined || phase === 'relayed') return true
  return verification?.finality === 'final' || verification?.finality === wanted
}

function isAt(phase: WithdrawalPhase, wanted: (typeof order)[number]): boolean {
  const phases: readonly WithdrawalPhase[] = order
  return phases.indexOf(phase) >= phases.indexOf(wanted)
}
