import type { Heads } from '../types.js'
import type { Core } from './core.js'
import { ready } from './head.js'
import { standing } from './standing.js'
import { repeatedly } from './repeatedly.js'

/** What is watched, and how often. */
export interface WatchHeads {
  /** Is told when a head has moved or stands firmer, as verifiers sign it, and of the first. */
  readonly onHeads: (heads: Heads) => void
  /** Is told of looks that failed; they are taken again. */
  readonly onError?: (error: unknown) => void
  /** Milliseconds between two looks; 60,000 by default, some five slots of L1. */
  readonly interval?: number
}

/** Looks for new heads again and again, and tells of each that differs, what verifiers say of it included. */
export function watchHeads(core: Core, { onHeads, onError, interval = 60_000 }: WatchHeads): () => void {
  let last = ''
  const look = async (signal: AbortSignal): Promise<number> => {
    const heads = await ready(core, { signal })
    const now = `${heads.l1.finalized.hash} ${heads.l1.optimistic?.hash} ${standing(heads.verification)}`
    if (now !== last) onHeads(heads)
    last = now
    return interval
  }
  return repeatedly({ look, interval, onError: (error) => onError?.(error), until: [core.gone] })
}
