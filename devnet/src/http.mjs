// A server on 127.0.0.1 for pages of any origin.

import { createServer } from 'node:http'

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': '*',
}

/**
 * Serves until it is closed.
 *
 * @param {(request: { method: string, path: string, headers: object, body: string }) => Promise<Reply> | Reply} answer
 * @param {number} [port] 0 for a free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 *
 * @typedef {{ status: number, headers?: Record<string, string>, body?: string | Uint8Array }} Reply
 */
export async function serveHttp(answer, port = 0) {
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await reply(answer, request)
    response.writeHead(status, { ...cors, ...headers })
    response.end(body)
  })
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

async function reply(answer, request) {
  const { method, url: path, headers } = request
  if (method === 'OPTIONS') return { status: 204 }
  try {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    return await answer({ method, path, headers, body: Buffer.concat(chunks).toString() })
  } catch (error) {
    const status = error.status ?? 500
    return json({ code: status, message: error.message }, { status })
  }
}

/** A reply in JSON. */
export const json = (value, { status = 200, headers } = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

/** Thrown instead of a reply where the status is another than 200. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}
