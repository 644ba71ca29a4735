// A look that is taken again and again. In a hidden tab, where timers are throttled anyway, it sleeps; it is taken at once when
// the tab is seen again, and when a computer that slept wakes up. Each look says how long to sleep after it.
//
// What can go wrong: a look that fails is told and taken again; a wrong call, or a client that is closed, ends it.

import { LightClientError } from '../errors.js'

/** How a look is repeated. */
export interface Repeated {
  /** Takes a look. Gives the milliseconds to the next one, or none to end. */
  readonly look: (signal: AbortSignal) => Promise<number | undefined>
  /** Is told of a look that failed. */
  readonly onError: (error: unknown) => void
  /** Milliseconds to sleep after a look that failed. */
  readonly interval: number
  /** Whichever is aborted first ends it. */
  readonly until: readonly (AbortSignal | undefined)[]
}

/** What a timer can hold. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Looks until it is ended, by the function that it gives or by a signal. */
export function repeatedly({ look, onError, interval, until }: Repeated): () => void {
  const ended = new AbortController()
  const { signal } = ended
  const page = typeof document === 'undefined' ? undefined : document
  let timer: ReturnType<typeof setTimeout> | undefined
  let isLooking = false

  const end = (): void => {
    clearTimeout(timer)
    ended.abort()
  }
  const again = async (): Promise<void> => {
    clearTimeout(timer)
    if (isLooking || signal.aborted || page?.hidden) return
    isLooking = true
    let sleep: number | undefined = interval
    try {
      sleep = await look(signal)
    } catch (error) {
      if (signal.aborted) return
      onError(error)
      if (error instanceof LightClientError && error.code === 'MISUSE') sleep = undefined
    } finally {
      isLooking = false
    }
    if (sleep === undefined) return end()
    if (!signal.aborted) timer = setTimeout(() => void again(), Math.min(sleep, LONGEST_TIMER))
  }

  for (const other of until) {
    if (other?.aborted) end()
    other?.addEventListener('abort', end, { once: true, signal })
  }
  page?.addEventListener('visibilitychange', () => void again(), { signal })
  // Not before the caller has the function that ends it.
  queueMicrotask(() => void again())
  return end
}
