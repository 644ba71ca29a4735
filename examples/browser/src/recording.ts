// A recorded chain as sources inside the page: what was asked when it was recorded is looked up and answered again. What was
// not recorded is an error, as of a node that does not know.

import type { Sources } from './world.ts'

type Source = 'beacon' | 'l1' | 'l2'

/** What was asked of a source, and answered, at a moment of the story. */
export interface Call {
  readonly phase: string
  readonly source: Source
  readonly request: { readonly method: string; readonly path?: string; readonly params?: readonly unknown[] }
  readonly response: { readonly status?: number; readonly body?: unknown; readonly result?: unknown }
}

interface AccountProof {
  readonly storageProof: readonly { readonly key: string }[]
}

interface Log {
  readonly address: string
  readonly topics: readonly string[]
  readonly blockNumber: string
}

interface LogFilter {
  readonly address: string | readonly string[]
  readonly topics?: readonly string[]
  readonly fromBlock: string
  readonly toBlock: string
}

/** Reads the file of calls, which servers hand out packed or unpacked as they please. */
export async function readCalls(url: string): Promise<readonly Call[]> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`the recording answers ${response.status}`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b
  const stream = new Blob([bytes]).stream()
  return new Response(isPacked ? stream.pipeThrough(new DecompressionStream('gzip')) : stream).json()
}

/** The sources of one moment. Each answer takes `pause` milliseconds, so that one can see what happens. */
export function recordedSources(all: readonly Call[], phase: string, pause: number): Sources {
  const calls = all.filter((call) => call.phase === phase)
  const rpc = (source: 'l1' | 'l2') => ({
    request: async ({ method, params }: { method: string; params?: unknown }) => {
      await later(pause)
      return structuredClone(
        result(
          calls.filter((call) => call.source === source),
          method,
          asList(params),
        ),
      )
    },
  })
  return {
    beacon: async (path) => {
      await later(pause)
      const found = calls.find(
        ({ source, request }) => source === 'beacon' && beforeCount(request.path) === beforeCount(path),
      )
      if (found?.response.status !== 200) throw unknown(path)
      return JSON.stringify(found.response.body)
    },
    l1: rpc('l1'),
    l2: rpc('l2'),
  }
}

/** Who asks for more updates than there are is given those that there are. */
function beforeCount(path: string | undefined): string | undefined {
  return path?.split('&count=')[0]
}

function result(calls: readonly Call[], method: string, params: readonly unknown[]): unknown {
  const ofMethod = calls.filter(({ request }) => request.method === method)
  const exact = ofMethod.find(({ request }) => same(request.params, params))
  if (exact) return exact.response.result
  const cut =
    method === 'eth_getProof' ? proof(ofMethod, params) : method === 'eth_getLogs' ? logs(ofMethod, params) : undefined
  if (cut === undefined) throw unknown(method)
  return cut
}

/** A proof of some slots, out of proofs of more or of each. */
function proof(calls: readonly Call[], [account, slots, block]: readonly unknown[]): unknown {
  const answers = calls
    .filter(({ request: { params = [] } }) => same(params[0], account) && same(params[2], block))
    .map(({ response }) => response.result as AccountProof)
  const found = (slots as string[]).map((slot) =>
    answers.flatMap(({ storageProof }) => storageProof).find(({ key }) => BigInt(key) === BigInt(slot)),
  )
  return answers[0] && found.every(Boolean) ? { ...answers[0], storageProof: found } : undefined
}

/** The logs of some blocks, out of those of more. */
function logs(calls: readonly Call[], [wanted]: readonly unknown[]): unknown {
  const filter = wanted as LogFilter
  const wider = calls.find(({ request: { params = [] } }) => {
    const of = params[0] as LogFilter
    return BigInt(of.fromBlock) <= BigInt(filter.fromBlock) && BigInt(filter.toBlock) <= BigInt(of.toBlock)
  })
  return (wider?.response.result as Log[] | undefined)?.filter(
    (log) =>
      BigInt(filter.fromBlock) <= BigInt(log.blockNumber) &&
      BigInt(log.blockNumber) <= BigInt(filter.toBlock) &&
      [filter.address].flat().some((address) => same(address, log.address)) &&
      (!filter.topics?.[0] || same(filter.topics[0], log.topics[0])),
  )
}

/** A node's answer that it does not know: asking it again does not help. */
function unknown(what: string): Error {
  return Object.assign(new Error(`${what} was not recorded`), { code: -32000 })
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a)?.toLowerCase() === JSON.stringify(b)?.toLowerCase()
}

function asList(params: unknown): readonly unknown[] {
  return Array.isArray(params) ? params : []
}

function later(milliseconds: number): Promise<void> {
  return milliseconds > 0 ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : Promise.resolve()
}
