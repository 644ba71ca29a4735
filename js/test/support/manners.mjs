// How servers behave that say nothing false: what `metis-light lie` does natively (src/lies/http.rs), for the hosts of the
// package, whose `fetch` is another one.

import { gzipSync } from 'node:zlib'

const status = (code) => (_, response) => response.writeHead(code).end('{"error":"no"}')
const filler = Buffer.alloc(1 << 20, 0x20)

/** Writes spaces until it is stopped or so many MiB are written, no faster than they are taken. */
function pour(response, mebibytes) {
  let left = mebibytes
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1
      if (!response.write(filler)) return response.once('drain', more)
    }
    if (!response.destroyed) response.end()
  }
  more()
}

/** Each takes the request, the response and what the honest answer is, as text. */
export const manners = {
  oversized: (_, response) => pour(response, 40),
  endless: (_, response) => pour(response, Infinity),
  slow: (_, response, honest) => {
    const bytes = Buffer.from(honest)
    let at = 0
    const timer = setInterval(() => response.write(bytes.subarray(at, (at += 1))), 100)
    response.on('close', () => clearInterval(timer))
  },
  stall: () => undefined,
  truncated: (_, response, honest) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(honest) })
    response.write(honest.slice(0, honest.length >> 1), () => response.destroy())
  },
  'http-400': status(400),
  'http-403': status(403),
  'http-404': status(404),
  'http-429': status(429),
  'http-500': status(500),
  'http-503': status(503),
  redirect: (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
  'garbage-gzip': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('this unpacks to nothing'),
  'gzip-bomb': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb()),
  'web-page': (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('<!doctype html><title>Sign in</title>'),
  'wrong-content-type': (_, response, honest) => response.writeHead(200, { 'content-type': 'image/png' }).end(honest),
  'error-replies': (request, response, honest) =>
    request.method === 'GET'
      ? response.writeHead(500).end('{"code":500}')
      : response.end(mapped(honest, ({ id }) => ({ jsonrpc: '2.0', id, error: { code: -32000, message: 'no' } }))),
  'call-left-out': (_, response, honest) => {
    const answers = JSON.parse(honest)
    response.end(Array.isArray(answers) && answers[0]?.jsonrpc ? JSON.stringify(answers.slice(0, -1)) : honest)
  },
  'other-ids': (request, response, honest) =>
    response.end(request.method === 'GET' ? honest : mapped(honest, (answer) => ({ ...answer, id: answer.id + 1000 }))),
}

function mapped(text, change) {
  const answers = JSON.parse(text)
  return JSON.stringify(Array.isArray(answers) ? answers.map(change) : change(answers))
}

let packed
const bomb = () => (packed ??= gzipSync(Buffer.alloc(200 << 20, 0x20)))
