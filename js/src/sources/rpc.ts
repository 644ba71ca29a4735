// Sources of JSON-RPC: urls, EIP-1193 objects, viem transports. The engine itself fetches urls.

import { misuse } from '../errors.js'
import type { EngineRequest, EngineSource } from '../engine/protocol.js'

/** Whatever has EIP-1193's `request`: a wallet, a client, one's own function in an object. */
export interface Requester {
  request(args: { method: string; params?: unknown }, options?: { signal?: AbortSignal }): Promise<unknown>
}

/** A viem transport, such as `http(url)`; only its shape is asked for. */
export type TransportLike = (options: { retryCount: number }) => Requester

/** A source of JSON-RPC. */
export type Rpc = string | Requester | TransportLike

/** A source of the Beacon API: a url, or a function that answers a path with a body, JSON or SSZ. */
export type Beacon = string | ((path: string, options: { signal?: AbortSignal }) => Promise<string | Uint8Array>)

/** A source of attestations: a url, or a function that answers a path with a body, empty where it knows of nothing. */
export type AttestationSource = Beacon

/** One or several, the first of which is asked first. */
export type OneOrMore<T> = T | readonly T[]

export function rpcSources(sources: OneOrMore<Rpc>, name: string): EngineSource[] {
  return listed(sources, name).map((source) => (typeof source === 'string' ? source : asking(requester(source, name))))
}

/** Sources that are asked by paths. */
export function pathSources(sources: OneOrMore<Beacon>, name: string): EngineSource[] {
  return listed(sources, name).map((source) => {
    if (typeof source === 'string') return source
    if (typeof source !== 'function') throw misuse(`${name} must be a url or a function, or a list of them`)
    return (_kind, _index, requests, signal) =>
      Promise.all(requests.map((request) => ('path' in request ? source(request.path, given(signal)) : noPath())))
  })
}

/** Sources as a list, with something in it. */
export function listed<T>(sources: OneOrMore<T>, name: string): readonly T[] {
  const list = Array.isArray(sources) ? (sources as readonly T[]) : [sources as T]
  if (list.length === 0 || list.some((source) => source === undefined || source === null)) {
    throw misuse(`${name} is missing: name at least one source`)
  }
  return list
}

export function requester(source: Requester | TransportLike, name: string): Requester {
  const found = typeof source === 'function' ? source({ retryCount: 0 }) : source
  if (typeof found?.request !== 'function') throw misuse(`${name} must be a url, a viem transport, or have a request function`)
  return found
}

/** Each call by itself: whoever batches does so beneath. */
function asking(source: Requester): EngineSource {
  return (_kind, _index, requests, signal) => Promise.all(requests.map((request) => answered(source, request, signal)))
}

async function answered(source: Requester, request: EngineRequest, signal?: AbortSignal): Promise<string | Error> {
  if ('path' in request) return noPath()
  try {
    const result = await source.request({ method: request.method, params: request.params }, given(signal))
    return JSON.stringify(result ?? null)
  } catch (thrown) {
    if (isAnswer(thrown)) return thrown
    throw thrown
  }
}

/** Codes that say "later": limits, internal errors, and a provider that is not connected. */
const later: readonly unknown[] = [-32005, -32603, 429, 4900, 4901]

/** Whether a node has answered with an error, which asking again does not mend; else it counts as silence. */
function isAnswer(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number' && !later.includes(thrown.code)
}

function given(signal?: AbortSignal): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}

function noPath(): never {
  throw misuse('a request went to a source of another kind')
}
