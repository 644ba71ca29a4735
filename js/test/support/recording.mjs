// A recording of golden/ as a source: what was recorded is looked up as the Rust transcript does, and served over HTTP.

import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { readVector } from './paths.mjs'

/** A JSON file of the vectors, gzipped or not. */
export function readGolden(name) {
  const bytes = readVector(`golden/${name}`)
  return JSON.parse(Buffer.from(name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString())
}

export class Recording {
  /** `lie` is a list of calls that take the place of recorded ones. */
  constructor(calls, phase, lie = []) {
    this.phase = phase
    const told = new Set(lie.map((call) => group(call)))
    this.calls = [...lie, ...calls.filter((call) => !told.has(group(call)))].filter(({ phase: of }) => of === phase || of === 'any')
  }

  /** A reply as an engine's source gives it: bytes or text, or an Error. */
  reply(source, { method, path, params }) {
    const calls = this.calls.filter((call) => call.source === source)
    if (path !== undefined) {
      const found = this.pick(calls.filter(({ request }) => request.path === path))
      return found?.response.status === 200 ? JSON.stringify(found.response.body) : new Error(`${path} was not recorded`)
    }
    const result = this.result(calls.filter(({ request }) => request.method === method), method, params)
    return result === undefined ? new Error(`${method} was not recorded`) : JSON.stringify(result)
  }

  result(calls, method, params) {
    const exact = this.pick(calls.filter(({ request }) => same(request.params, params)))
    if (exact) return exact.response.result
    if (method === 'eth_getProof') return this.proof(calls, params)
    if (method === 'eth_getLogs') return this.logs(calls, params[0])
  }

  proof(calls, [account, slots, block]) {
    const answers = calls
      .filter(({ request: { params } }) => same(params[0], account) && same(block_of(params[2]), block_of(block)))
      .map(({ response }) => response.result)
      .filter(Boolean)
    const of = (slot) => answers.flatMap(({ storageProof }) => storageProof).find(({ key }) => BigInt(key) === BigInt(slot))
    const storageProof = slots.map(of)
    if (answers.length > 0 && storageProof.every(Boolean)) return { ...answers[0], storageProof }
  }

  logs(calls, wanted) {
    const addresses = ({ address }) => [address].flat().map((one) => one.toLowerCase())
    const topic = ({ topics }) => topics?.[0]?.toLowerCase()
    const covers = ({ request: { params: [filter] } }) =>
      filter.fromBlock !== undefined &&
      BigInt(filter.fromBlock) <= (BigInt(wanted.fromBlock) || 1n) &&
      BigInt(wanted.toBlock) <= BigInt(filter.toBlock) &&
      addresses(wanted).every((one) => addresses(filter).includes(one)) &&
      (!topic(filter) || topic(filter) === topic(wanted))
    const found = calls.find(covers)
    return found?.response.result.filter(
      (log) =>
        BigInt(wanted.fromBlock) <= BigInt(log.blockNumber) &&
        BigInt(log.blockNumber) <= BigInt(wanted.toBlock) &&
        addresses(wanted).includes(log.address.toLowerCase()) &&
        (!topic(wanted) || log.topics[0].toLowerCase() === topic(wanted)),
    )
  }

  pick(calls) {
    return calls.find(({ phase }) => phase === this.phase) ?? calls[0]
  }

  /** As a function that an engine takes for a source. */
  get callback() {
    return async (source, _index, requests) => requests.map((request) => this.reply(source, request))
  }
}

/** Serves a recording under `/beacon`, `/l1` and `/l2`; `manners` may answer in its place. */
export async function serve(recording, manners = () => false) {
  const requests = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    // A page asks from another origin.
    response.setHeader('access-control-allow-origin', '*').setHeader('access-control-allow-headers', '*')
    if (request.method === 'OPTIONS') return response.end()
    requests.push(request.url)
    if (manners(request, response, body)) return
    const honest = answer(request, body)
    response.writeHead(honest === undefined ? 404 : 200).end(honest ?? 'it was not recorded')
  })
  /** What is honestly answered, as text; nothing where it was not recorded. */
  const answer = (request, body) => {
    const [, source, path] = request.url.match(/^\/(\w+)(.*)$/)
    const one = ({ id, ...call }) => {
      const reply = recording.reply(source, call)
      const error = { code: -32000, message: String(reply) }
      return reply instanceof Error ? { jsonrpc: '2.0', id, error } : { jsonrpc: '2.0', id, result: JSON.parse(reply) }
    }
    if (source === 'beacon') {
      const reply = recording.reply(source, { path })
      return reply instanceof Error ? undefined : reply
    }
    const asked = JSON.parse(body)
    return JSON.stringify(Array.isArray(asked) ? asked.map(one) : one(asked))
  }
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const base = `http://127.0.0.1:${server.address().port}`
  return {
    requests,
    answer,
    url: (source) => `${base}/${source}`,
    sources: { beacon: [`${base}/beacon`], l1: [`${base}/l1`], l2: [`${base}/l2`] },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const same = (a, b) => JSON.stringify(a).toLowerCase() === JSON.stringify(b).toLowerCase()

const block_of = (block) => block?.blockHash ?? block?.blockNumber ?? block

/** What a told call replaces: the same request, or all proofs of an account at a block. */
function group({ phase, source, request: { method, path, params } }) {
  const what = method === 'eth_getProof' ? [params[0], block_of(params[2])] : method === 'eth_getLogs' ? [] : [path ?? params]
  return JSON.stringify([phase, source, method, what]).toLowerCase()
}
