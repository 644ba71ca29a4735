// Records what a light client asks and what it is answered: proxies in front of the sources, and a transcript in the end.
//
// A transcript is a list of `{ phase, source, request, response }`. Within a phase every question has one answer, so the
// world has to stand still while a phase is recorded.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { json, serveHttp } from './http.mjs'

/**
 * Starts a proxy in front of each source.
 *
 * @example
 * const recorder = await startRecorder({ beacon: world.urls.beacon, l1: world.urls.l1, l2: world.urls.l2 })
 * recorder.begin('ready')
 * // … a client asks recorder.urls …
 * await recorder.write('recording', { network: world.network(), scenario: 'a withdrawal' })
 * await recorder.close()
 *
 * @param {{ beacon: string, l1: string, l2: string }} sources their URLs
 */
export async function startRecorder(sources) {
  const phases = []
  const calls = new Map()
  const changed = []

  const note = (source, request, response) => {
    const call = { phase: phases.at(-1), source, request, response }
    const question = JSON.stringify([call.phase, source, request])
    if (!calls.has(question)) calls.set(question, call)
    else if (!isDeepStrictEqual(calls.get(question).response, response)) changed.push(question)
  }

  const proxies = {
    beacon: await serveHttp(forwardGet(sources.beacon, (...call) => note('beacon', ...call))),
    l1: await serveHttp(forwardRpc(sources.l1, (...call) => note('l1', ...call))),
    l2: await serveHttp(forwardRpc(sources.l2, (...call) => note('l2', ...call))),
  }

  return {
    /** The proxies' URLs, by source. */
    urls: { beacon: proxies.beacon.url, l1: proxies.l1.url, l2: proxies.l2.url },

    /** The transcript as it is. */
    calls: () => [...calls.values()],

    /** What is asked from now on belongs to this phase. */
    begin: (phase) => void phases.push(phase),

    /** Writes `calls.json` and `network.json` into a directory. */
    async write(directory, { network, scenario }) {
      if (changed.length) throw new Error(`the answer to ${changed[0]} has changed`)
      await mkdir(directory, { recursive: true })
      const described = { format: 'metis-golden-1', scenario, phases, ...network }
      await writeFile(join(directory, 'network.json'), `${JSON.stringify(described, null, 1)}\n`)
      const lines = [...calls.values()].map((call) => JSON.stringify(call)).join(',\n')
      await writeFile(join(directory, 'calls.json'), `[\n${lines}\n]\n`)
    },

    async close() {
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()))
    },
  }
}

/** Forwards a GET. Transcripts hold JSON, so nothing else is asked for. */
function forwardGet(target, note) {
  return async ({ method, path }) => {
    const response = await fetch(target + path, { method, headers: { accept: 'application/json' } })
    const { status } = response
    const body = await response.json()
    note({ method, path }, { status, body })
    const version = response.headers.get('eth-consensus-version')
    return json(body, { status, headers: version ? { 'eth-consensus-version': version } : {} })
  }
}

/** Forwards a call, or a batch of calls, each of which is noted by itself. */
function forwardRpc(target, note) {
  return async ({ body }) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(target, { method: 'POST', headers, body })
    const answer = await response.json()
    const answers = [answer].flat()
    for (const { id, method, params } of [JSON.parse(body)].flat()) {
      const one = answers.find((each) => each.id === id)
      if (one) note({ method, params }, 'error' in one ? { error: one.error } : { result: one.result })
    }
    return json(answer, { status: response.status })
  }
}
