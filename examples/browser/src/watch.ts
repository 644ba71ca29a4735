// Watches what sources are asked and what they answer, as the client sees it: after whatever lie was told.

import type { Requester } from 'metis-light'
import { Sorter, type RungId } from './rungs.ts'
import type { Sources } from './world.ts'

/** A request with its answer. */
export interface Exchange {
  readonly rung: RungId
  readonly source: keyof Sources
  /** Of several of a kind, which. */
  readonly place: number
  readonly what: string
  /** As text, or why there is none. */
  readonly answer: string
}

/** All that was asked in one climb. */
export class Traffic {
  readonly exchanges: Exchange[] = []
  readonly #sorter = new Sorter()
  readonly #last = new Map<string, RungId>()

  constructor(readonly onAsk: (rung: RungId) => void) {}

  /** The rung that a source was last asked about. */
  lastOf(source: keyof Sources, place: number): RungId | undefined {
    return this.#last.get(`${source} ${place}`)
  }

  /** The newest answer about a rung whose request is named so. */
  newest(rung: RungId, what: string): Exchange | undefined {
    return this.exchanges.findLast((one) => one.rung === rung && one.what.includes(what))
  }

  get bytes(): number {
    return this.exchanges.reduce((sum, { answer }) => sum + answer.length, 0)
  }

  /** The same sources, watched. */
  watched(sources: Sources, place: number): Sources {
    const around = async <T>(
      source: keyof Sources,
      what: string,
      ask: () => Promise<T>,
      text: (answer: T) => string,
    ): Promise<T> => {
      const rung = this.#sorter.rungOf(source, what)
      this.#last.set(`${source} ${place}`, rung)
      this.onAsk(rung)
      const note = (answer: string): number => this.exchanges.push({ rung, source, place, what, answer })
      try {
        const answer = await ask()
        note(text(answer))
        return answer
      } catch (error) {
        note(String(error))
        throw error
      }
    }
    const rpc = (source: 'l1' | 'l2'): Requester => ({
      request: (call, options) =>
        around(
          source,
          call.method,
          () => sources[source].request(call, options),
          (answer) => JSON.stringify(answer),
        ),
    })
    return {
      beacon: (path, options) =>
        around(
          'beacon',
          path,
          () => sources.beacon(path, options),
          (answer) => answer,
        ),
      l1: rpc('l1'),
      l2: rpc('l2'),
    }
  }
}
