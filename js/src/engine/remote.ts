// An engine in a worker: the same questions over messages. Sources that are functions stay here, and are asked from there.

import { closed, errorOf, fromEngine } from '../errors.js'
import type { Answers, Blamed, EngineRequest, EngineSource, Host, Listeners, Opening, Question, Sources, Trusted } from './protocol.js'

/** A worker, or a port that leads to one. */
export interface Port {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  removeEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  /** Of a `MessagePort`. */
  start?(): void
}

/** What the page says. */
export type ToWorker = { metisLight: string; client: string } & (
  | { type: 'open'; id: number; opening: RemoteOpening; ahead?: number }
  | { type: 'ask'; id: number; question: Question }
  | { type: 'abort'; id: number }
  | { type: 'save' | 'takeBlamed'; id: number }
  | { type: 'verifyBundle'; id: number; bundle: string | Uint8Array; trusted: Trusted }
  | { type: 'answered'; id: number; replies?: (string | Uint8Array | RemoteError)[]; error?: RemoteError }
  | { type: 'close' }
)

/** What the worker says. */
export type FromWorker = { metisLight: string; client: string } & (
  | { type: 'done'; id: number; value: unknown }
  | { type: 'failed'; id: number; error: RemoteError }
  | { type: 'progress'; what: string; done: number; of: number }
  | { type: 'asked'; id: number; kind: keyof Sources; place: number; requests: EngineRequest[] }
  | { type: 'called off'; id: number }
)

/** An error as it crosses: the class is made again on the other side. */
export interface RemoteError {
  code?: string
  message: string
  data?: object
  retryAfter?: number
}

/** Sources by their urls; `null` where one is a function over here. */
export type RemoteOpening = Omit<Opening, 'sources'> & { sources: { [kind in keyof Sources]: (string | null)[] } }

/** What both sides look for in a message. */
export const MARK = 'metis-light-1'

/** Opens an engine in a worker. `failure` is what was heard of it since its client was asked for. */
export async function openRemote(
  port: Port,
  failure: Promise<Event>,
  opening: Opening,
  listeners: Listeners,
  clock?: () => number,
): Promise<Host> {
  const remote = new Remote(port, opening.sources, listeners)
  const urls = (sources: EngineSource[]) => sources.map((source) => (typeof source === 'string' ? source : null))
  const { beacon, l1, l2, attestations } = opening.sources
  const sources = { beacon: urls(beacon), l1: urls(l1), l2: urls(l2), ...(attestations && { attestations: urls(attestations) }) }
  // A function cannot go there: how far its clock is ahead can.
  const ahead = clock && { ahead: Math.round(clock() - Date.now() / 1000) }
  await remote.begin({ ...opening, sources }, ahead, failure)
  return remote
}

class Remote implements Host {
  chainId = 0
  readonly #client = Math.random().toString(36).slice(2)
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  readonly #asked = new Map<number, AbortController>()
  #last = 0

  constructor(
    readonly port: Port,
    readonly sources: Sources,
    readonly listeners: Listeners,
  ) {}

  async begin(opening: RemoteOpening, ahead: { ahead: number } | undefined, failure: Promise<Event>): Promise<void> {
    this.port.addEventListener('message', this.#listen)
    this.port.start?.()
    // A worker that cannot be loaded, or that died, answers nothing any more.
    if (this.port instanceof EventTarget) this.port.addEventListener('error', this.#fail)
    const opened = this.#send((id) => ({ type: 'open', id, opening, ...ahead }))
    // It may have failed before anybody listened here.
    void failure.then(this.#fail)
    this.chainId = Number(await opened)
  }

  async ask<Q extends Question>(question: Q, signal?: AbortSignal): Promise<Answers[Q['ask']]> {
    signal?.throwIfAborted()
    let of = 0
    const answer = this.#send((id) => {
      of = id
      return { type: 'ask', id, question }
    })
    const onAbort = (): void => {
      this.#post({ type: 'abort', id: of })
      this.#waiting.get(of)?.reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      return (await answer) as Answers[Q['ask']]
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async save(): Promise<Uint8Array | undefined> {
    return (await this.#send((id) => ({ type: 'save', id }))) as Uint8Array | undefined
  }

  async takeBlamed(): Promise<readonly Blamed[]> {
    return (await this.#send((id) => ({ type: 'takeBlamed', id }))) as Blamed[]
  }

  verifyBundle(bundle: string | Uint8Array, trusted: Trusted): Promise<unknown> {
    return this.#send((id) => ({ type: 'verifyBundle', id, bundle, trusted }))
  }

  close(): void {
    this.#post({ type: 'close' })
    this.port.removeEventListener('message', this.#listen)
    if (this.port instanceof EventTarget) this.port.removeEventListener('error', this.#fail)
    for (const { reject } of this.#waiting.values()) reject(closed())
    for (const asked of this.#asked.values()) asked.abort()
    this.#waiting.clear()
  }

  #send(message: (id: number) => Body): Promise<unknown> {
    this.#last += 1
    const id = this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#post(message(id))
    }).finally(() => this.#waiting.delete(id))
  }

  #post(body: Body): void {
    this.port.postMessage({ metisLight: MARK, client: this.#client, ...body })
  }

  readonly #listen = ({ data }: { data: unknown }): void => {
    if (!isFromWorker(data) || data.client !== this.#client) return
    switch (data.type) {
      case 'done':
        return this.#waiting.get(data.id)?.resolve(data.value)
      case 'failed':
        return this.#waiting.get(data.id)?.reject(revived(data.error))
      case 'progress':
        return this.listeners.progress(data.what, data.done, data.of)
      case 'asked':
        return void this.#answer(data)
      case 'called off':
        return this.#asked.get(data.id)?.abort()
    }
  }

  readonly #fail = (event: Event): void => {
    const message = 'message' in event && event.message ? String(event.message) : 'it could not be loaded'
    for (const { reject } of this.#waiting.values()) reject(errorOf('ENGINE_CRASHED', `the worker failed: ${message}`))
  }

  /** Asks a function of this side for the worker. */
  async #answer({ id, kind, place, requests }: Extract<FromWorker, { type: 'asked' }>): Promise<void> {
    const source = this.sources[kind]?.[place]
    const calledOff = new AbortController()
    this.#asked.set(id, calledOff)
    try {
      if (typeof source !== 'function') throw new Error('there is no such source')
      const replies = await source(kind, place, requests, calledOff.signal)
      this.#post({ type: 'answered', id, replies: replies.map((reply) => (reply instanceof Error ? plain(reply) : reply)) })
    } catch (error) {
      this.#post({ type: 'answered', id, error: plain(error) })
    } finally {
      this.#asked.delete(id)
    }
  }
}

type Body = ToWorker extends infer M ? (M extends ToWorker ? Omit<M, 'metisLight' | 'client'> : never) : never

/** An error without its class, as it can cross. */
export function plain(error: unknown): RemoteError {
  const message = error instanceof Error ? error.message : String(error)
  const { code, details, retryAfter } = error as { code?: unknown; details?: object; retryAfter?: unknown }
  return {
    message,
    ...(typeof code === 'string' && { code }),
    ...(details && { data: details }),
    ...(typeof retryAfter === 'number' && { retryAfter }),
  }
}

function revived(error: RemoteError): unknown {
  const known = fromEngine(error)
  return known instanceof Error ? known : errorOf('ENGINE_CRASHED', `the worker failed: ${error.message}`)
}

function isFromWorker(data: unknown): data is FromWorker {
  return typeof data === 'object' && data !== null && 'metisLight' in data && data.metisLight === MARK && 'type' in data
}
