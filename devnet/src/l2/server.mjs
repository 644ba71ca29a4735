// JSON-RPC over HTTP: one call or a batch in a body, as geth answers it.

import { json, serveHttp } from '../http.mjs'
import { RpcError } from './methods.mjs'

/**
 * Serves methods on 127.0.0.1.
 * @param {object} options
 * @param {Record<string, (...params: any[]) => unknown>} options.methods
 * @param {{ batchLimit: number }} options.settings read at each request; a batch of more calls is refused as a whole
 * @param {number} options.port 0 for a free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export function serveRpc({ methods, settings, port }) {
  return serveHttp(async ({ method, body }) => {
    if (method !== 'POST') return { status: 405, body: 'method not allowed' }
    if (body.length > MAX_BODY) return { status: 413, body: `content length too large (${body.length}>${MAX_BODY})` }
    return json(await answerBody(body, methods, settings.batchLimit))
  }, port)
}

async function answerBody(body, methods, batchLimit) {
  let calls
  try {
    calls = JSON.parse(body)
  } catch (error) {
    return failure(null, new RpcError(error.message, -32700))
  }
  if (!Array.isArray(calls)) return answer(calls, methods)
  if (calls.length === 0) return failure(null, new RpcError('empty batch', -32600))
  if (calls.length > batchLimit) return failure(null, new RpcError('batch too large', -32600))
  return Promise.all(calls.map((call) => answer(call, methods)))
}

async function answer(call, methods) {
  const { id = null, method, params = [] } = call ?? {}
  try {
    if (typeof method !== 'string') throw new RpcError('invalid request', -32600)
    if (!Object.hasOwn(methods, method)) throw new RpcError(`the method ${method} does not exist/is not available`, -32601)
    if (!Array.isArray(params)) throw new RpcError('non-array args', -32602)
    if (params.length < methods[method].length) {
      throw new RpcError(`missing value for required argument ${params.length}`, -32602)
    }
    return { jsonrpc: '2.0', id, result: await methods[method](...params) }
  } catch (error) {
    return failure(id, error)
  }
}

/** What is no refusal is a mistake of ours, or a parameter of a kind that nobody sends. */
const failure = (id, { code = -32603, message }) => ({ jsonrpc: '2.0', id, error: { code, message } })

/** Geth's limit. */
const MAX_BODY = 5 * 1024 * 1024
