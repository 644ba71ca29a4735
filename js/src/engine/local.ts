// An engine in this thread. It begins with the small module and goes on with the full one when more is asked; one that has
// crashed is begun anew, from what it had last reached.

import { closed, errorOf, fromEngine } from '../errors.js'
import { instantiate, type Engine, type FullInstance } from './instance.js'
import type { Modules } from './module.js'
import {
  pageQuestions,
  wantsFull,
  type Answers,
  type Blamed,
  type Host,
  type Listeners,
  type Opening,
  type Question,
  type Trusted,
} from './protocol.js'

interface Running {
  readonly instance: FullInstance
  readonly engine: Engine
  readonly which: 'page' | 'full'
  readonly life: Life
}

/** Comes to an end, with an error, when an engine crashes or is closed. */
class Life {
  readonly ended: Promise<never>
  readonly end: (error: unknown) => void
  /** Why it ended. Whatever else is thrown afterwards follows from that. */
  error: unknown

  constructor() {
    const { promise, reject } = withResolvers<never>()
    this.ended = promise
    this.end = (error) => {
      this.error ??= error
      reject(this.error)
    }
  }
}

/** Opens an engine in this thread. */
export async function openLocal(
  modules: Modules,
  opening: Opening,
  listeners: Listeners,
  clock?: () => number,
): Promise<Host> {
  const host = new Local(modules, opening, listeners, clock)
  await host.begin()
  return host
}

class Local implements Host {
  chainId = 0
  #running: Promise<Running> | undefined
  #store: Uint8Array | undefined
  #isClosed = false
  /** The smallest module that serves. */
  readonly #least: 'page' | 'full'
  /** Gives up what is under way. */
  readonly #under = new Set<() => void>()

  constructor(
    readonly modules: Modules,
    readonly opening: Opening,
    readonly listeners: Listeners,
    readonly clock: (() => number) | undefined,
  ) {
    this.#store = opening.store
    this.#least = wantsFull(opening) ? 'full' : 'page'
  }

  async begin(): Promise<void> {
    this.chainId = (await this.#engine(this.#least)).engine.chainId
  }

  async ask<Q extends Question>(question: Q, signal?: AbortSignal): Promise<Answers[Q['ask']]> {
    signal?.throwIfAborted()
    const which = pageQuestions.includes(question.ask) ? this.#least : 'full'
    const running = await this.#engine(which)
    // It may have been closed meanwhile, and its engine with it; or nobody waits any more.
    if (this.#isClosed) throw closed()
    signal?.throwIfAborted()
    const { promise: givenUp, resolve: giveUp } = withResolvers<void>()
    const aborted = withResolvers<never>()
    const onAbort = (): void => {
      giveUp()
      aborted.reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#under.add(giveUp)
    try {
      const answer = running.engine.ask(JSON.stringify(question), givenUp)
      // Out of what the engine said in the shape that its own build gives.
      return (await Promise.race([answer, running.life.ended, aborted.promise])) as Answers[Q['ask']]
    } catch (thrown) {
      throw running.life.error ?? fromEngine(thrown)
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#under.delete(giveUp)
      giveUp()
    }
  }

  async save(): Promise<Uint8Array | undefined> {
    const running = await this.#running
    if (this.#isClosed) return this.#store
    this.#store = running?.engine.save() ?? this.#store
    return this.#store
  }

  async takeBlamed(): Promise<readonly Blamed[]> {
    const running = await this.#running
    return this.#isClosed ? [] : (running?.engine.takeBlamed() ?? [])
  }

  async verifyBundle(bundle: string | Uint8Array, trusted: Trusted): Promise<unknown> {
    const { instance, life } = await this.#engine('full')
    try {
      const verified = instance.verifyBundle(bundle, trusted)
      if (life.error) throw life.error
      return verified
    } catch (thrown) {
      throw life.error ?? fromEngine(thrown)
    }
  }

  close(): void {
    this.#isClosed = true
    void this.#running?.then(({ engine, life }) => {
      life.end(closed())
      for (const giveUp of this.#under) giveUp()
      engine.free()
    })
    this.#running = undefined
  }

  /** The engine that is there if it can answer, else a new one that goes on from where that was. */
  async #engine(which: 'page' | 'full'): Promise<Running> {
    if (this.#isClosed) throw closed()
    const known = this.#running
    const wanted = known ? known.then((running) => (which === 'full' && running.which === 'page' ? undefined : running)) : undefined
    const found = await wanted?.catch(() => undefined)
    if (found) return found
    // Others may have asked meanwhile.
    if (this.#running !== known) return this.#engine(which)
    const before = await known?.catch(() => undefined)
    this.#store = before?.engine.save() ?? this.#store
    const running = this.#begin(which)
    this.#running = running
    running.catch(() => this.#drop(running))
    return running
  }

  async #begin(which: 'page' | 'full'): Promise<Running> {
    const life = new Life()
    const instance = await instantiate(this.modules, which, (trap) => {
      this.#drop(this.#running)
      life.end(errorOf('ENGINE_CRASHED', 'the engine stopped, and is begun anew when it is next asked', {}, { cause: trap }))
    })
    const { network, ...opening } = this.opening
    const options = {
      ...opening,
      store: this.#store,
      clock: this.clock,
      onProgress: this.listeners.progress,
    }
    try {
      return { instance, engine: new instance.Engine(network, options), which, life }
    } catch (thrown) {
      throw life.error ?? fromEngine(thrown)
    }
  }

  #drop(running: Promise<Running> | undefined): void {
    if (this.#running === running) this.#running = undefined
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<T>((...both) => ([resolve, reject] = both))
  // Nobody may be waiting for it.
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}
