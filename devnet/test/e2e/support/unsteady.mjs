// Sources that misbehave as they are told: each stands at a port of its own, and what comes there goes to an honest source, to
// one that lies in its name (`metis-light lie`), or nowhere. Connections are passed on as bytes, with whatever manners they have.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { binary, environment } from './client.mjs'

/** The names of the lies that a kind of source can tell. */
export async function liesOf() {
  const { stdout } = await promisify(execFile)(binary, ['lie', '--list', '--json'], { env: environment() })
  const { lies } = JSON.parse(stdout)
  return (kind) => lies.filter(({ tellers }) => tellers.includes(kind)).map(({ lie }) => lie)
}

/**
 * Starts a source in front of an honest one.
 *
 * @param {string} honest its URL
 * @returns {Promise<Unsteady>}
 *
 * @typedef {object} Unsteady
 * @property {string} url
 * @property {() => Promise<void>} honest passes everything on from now on
 * @property {() => Promise<void>} down hangs up on everybody
 * @property {(lie: string) => Promise<void>} lie tells a lie
 * @property {() => Promise<void>} stop
 */
export async function startUnsteady(honest) {
  const open = new Set()
  let target = honest
  let liar

  const server = createServer((client) => {
    if (target === undefined) return client.destroy()
    const { port, hostname } = new URL(target)
    const upstream = connect({ port: Number(port), host: hostname })
    for (const [from, to] of [[client, upstream], [upstream, client]]) {
      open.add(from)
      from.pipe(to)
      // One that breaks takes the other with it.
      from.on('error', () => {}).on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  /** From now on connections go elsewhere, those that are open too. */
  async function turn(to) {
    target = to
    for (const socket of open) socket.destroy()
    const last = liar
    liar = undefined
    await last?.stop()
  }
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    honest: () => turn(honest),
    down: () => turn(undefined),
    async lie(name) {
      await turn(undefined)
      liar = await startLiar(honest, name)
      target = liar.url
    },
    async stop() {
      await turn(undefined)
      server.close()
      await once(server, 'close')
    },
  }
}

async function startLiar(upstream, name) {
  const args = ['lie', '--upstream', upstream, '--lie', name]
  const child = spawn(binary, args, { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const [url] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
  assert.match(String(url), /^http:/, `the liar ended: ${url}`)
  return {
    url,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
