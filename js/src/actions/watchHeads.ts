import type { Heads } from '../types.js'
import type { Core } from './core.js'
import { ready } from './head.js'

/** What is watched, and how often. */
export interface WatchHeads {
  readonly onHeads: (heads: Heads) => void
  readonly onError?: (error: unknown) => void
  /** Milliseconds between two looks; 60,000 by default, some five slots of L1. */
  readonly interval?: number
}

/**
 * Looks for new heads again and again, and tells of each that differs. In a hidden tab it sleeps, and looks at once when the
 * tab is seen again. Gives a function that ends it.
 *
 * @example
 * const unwatch = client.watchHeads({ onHeads: ({ postedBlock }) => console.log(postedBlock) })
 */
export function watchHeads(core: Core, { onHeads, onError, interval = 60_000 }: WatchHeads): () => void {
  const ended = new AbortController()
  const { signal } = ended
  const page = typeof document === 'undefined' ? undefined : document
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = ''
  let isLooking = false

  const look = async (): Promise<void> => {
    clearTimeout(timer)
    if (isLooking || page?.hidden) return
    isLooking = true
    try {
      const heads = await ready(core, { signal })
      const now = `${heads.l1.finalized.hash} ${heads.l1.optimistic?.hash}`
      if (now !== last) onHeads(heads)
      last = now
    } catch (error) {
      if (!signal.aborted) onError?.(error)
    } finally {
      isLooking = false
      if (!signal.aborted) timer = setTimeout(() => void look(), interval)
    }
  }

  page?.addEventListener('visibilitychange', () => void look(), { signal })
  void look()
  return () => {
    ended.abort()
    clearTimeout(timer)
  }
}
