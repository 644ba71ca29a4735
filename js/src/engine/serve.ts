// The worker's side: an engine for each client that a page opens.

import { openLocal } from './local.js'
import type { Modules } from './module.js'
import type { EngineSource, Host, Opening, Sources } from './protocol.js'
import { MARK, plain, type FromWorker, type Port, type RemoteOpening, type ToWorker } from './remote.js'

/** Answers the pages behind a port. */
export function serveOver(modules: () => Modules, port: Port): void {
  const served = new Map<string, Served>()
  port.addEventListener('message', ({ data }) => {
    if (!isToWorker(data)) return
    const known = served.get(data.client) ?? new Served(modules, port, data.client)
    served.set(data.client, known)
    if (data.type === 'close') served.delete(data.client)
    known.take(data)
  })
  port.start?.()
}

class Served {
  #host: Promise<Host> | undefined
  readonly #under = new Map<number, AbortController>()
  readonly #asked = new Map<number, (answer: Extract<ToWorker, { type: 'answered' }>) => void>()
  #last = 0

  constructor(
    readonly modules: () => Modules,
    readonly port: Port,
    readonly client: string,
  ) {}

  take(message: ToWorker): void {
    switch (message.type) {
      case 'answered':
        return this.#asked.get(message.id)?.(message)
      case 'abort':
        return this.#under.get(message.id)?.abort()
      case 'close':
        return void this.#host?.then((host) => host.close())
      default:
        return void this.#answer(message)
    }
  }

  async #answer(message: Exclude<ToWorker, { type: 'answered' | 'abort' | 'close' }>): Promise<void> {
    const { id } = message
    try {
      this.#post({ type: 'done', id, value: await this.#value(message) })
    } catch (error) {
      this.#post({ type: 'failed', id, error: plain(error) })
    }
  }

  async #value(message: Exclude<ToWorker, { type: 'answered' | 'abort' | 'close' }>): Promise<unknown> {
    if (message.type === 'open') {
      this.#host = this.#open(message.opening, message.ahead)
      return (await this.#host).chainId
    }
    if (!this.#host) throw new Error('nothing was opened')
    const host = await this.#host
    switch (message.type) {
      case 'ask': {
        const under = new AbortController()
        this.#under.set(message.id, under)
        return host.ask(message.question, under.signal).finally(() => this.#under.delete(message.id))
      }
      case 'save':
        return host.save()
      case 'takeBlamed':
        return host.takeBlamed()
      case 'verifyBundle':
        return host.verifyBundle(message.bundle, message.trusted)
    }
  }

  #open({ sources, ...opening }: RemoteOpening, ahead: number | undefined): Promise<Host> {
    const of = (kind: keyof Sources) => sources[kind]?.map((url, place) => url ?? this.#overThere(kind, place)) ?? []
    const attestations = sources.attestations && { attestations: of('attestations') }
    const all: Opening = { ...opening, sources: { beacon: of('beacon'), l1: of('l1'), l2: of('l2'), ...attestations } }
    const progress = (what: string, done: number, of: number): void => this.#post({ type: 'progress', what, done, of })
    const clock = ahead === undefined ? undefined : () => Date.now() / 1000 + ahead
    return openLocal(this.modules(), all, { progress }, clock)
  }

  /** A source that is a function of the page. */
  #overThere(kind: keyof Sources, place: number): EngineSource {
    return (_kind, _index, requests, signal) => {
      this.#last += 1
      const id = this.#last
      const onAbort = (): void => this.#post({ type: 'called off', id })
      signal?.addEventListener('abort', onAbort, { once: true })
      return new Promise<(string | Uint8Array | Error)[]>((resolve, reject) => {
        this.#asked.set(id, ({ replies, error }) => {
          if (error) return reject(Object.assign(new Error(error.message), error))
          const revived = (reply: Exclude<typeof replies, undefined>[number]) =>
            typeof reply === 'string' || reply instanceof Uint8Array ? reply : new Error(reply.message)
          resolve(replies?.map(revived) ?? [])
        })
        this.#post({ type: 'asked', id, kind, place, requests })
      }).finally(() => {
        this.#asked.delete(id)
        signal?.removeEventListener('abort', onAbort)
      })
    }
  }

  #post(body: Body): void {
    this.port.postMessage({ metisLight: MARK, client: this.client, ...body })
  }
}

type Body = FromWorker extends infer M ? (M extends FromWorker ? Omit<M, 'metisLight' | 'client'> : never) : never

function isToWorker(data: unknown): data is ToWorker {
  return typeof data === 'object' && data !== null && 'metisLight' in data && data.metisLight === MARK && 'client' in data
}
