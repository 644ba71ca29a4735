// A proxy in front of a source: it counts what passes, can be stopped and started again at its place, and can be made to lie.

import { serveHttp } from './http.mjs'

/**
 * Starts a proxy.
 *
 * @example
 * const proxy = await startProxy(world.urls.beacon)
 * // … a client asks proxy.url …
 * proxy.count // { requests: 4, calls: 0, asked: 0, answered: 2711 }
 * await proxy.stop()
 *
 * @param {string} target a source's URL
 * @param {object} [options]
 * @param {Record<string, string>} [options.headers] sent in the place of the client's own
 * @param {(question: { path: string, body: string }, reply: Buffer) => Buffer | string} [options.alter] makes the replies
 * @returns {Promise<Proxy>}
 *
 * @typedef {object} Count
 * @property {number} requests over HTTP
 * @property {number} calls of JSON-RPC in them
 * @property {number} asked bytes of the requests' bodies
 * @property {number} answered bytes of the replies' bodies, as they are before any compression
 *
 * @typedef {object} Proxy
 * @property {string} url the same after a stop and a start
 * @property {Count} count
 * @property {() => Promise<void>} stop nobody answers at `url` from now on
 * @property {() => Promise<void>} start
 */
export async function startProxy(target, { headers = {}, alter = (_, reply) => reply } = {}) {
  const count = { requests: 0, calls: 0, asked: 0, answered: 0 }

  async function answer({ method, path, headers: { accept, 'content-type': type }, body }) {
    const own = { ...(accept && { accept }), ...(type && { 'content-type': type }), ...headers }
    const response = await fetch(target + path, { method, headers: own, ...(method === 'POST' && { body }) })
    const reply = Buffer.from(alter({ path, body }, Buffer.from(await response.arrayBuffer())))
    count.requests += 1
    count.calls += method === 'POST' ? [JSON.parse(body)].flat().length : 0
    count.asked += Buffer.byteLength(body)
    count.answered += reply.length
    return { status: response.status, headers: kept(response.headers), body: reply }
  }

  let server = await serveHttp(answer)
  const { url } = server
  return {
    url,
    count,
    stop: () => server.close(),
    async start() {
      server = await serveHttp(answer, Number(new URL(url).port))
    },
  }
}

/** The headers that clients look at. */
function kept(headers) {
  const names = ['content-type', 'eth-consensus-version'].filter((name) => headers.has(name))
  return Object.fromEntries(names.map((name) => [name, headers.get(name)]))
}
