// Child processes that are ready when their port answers, and gone when they are stopped or when this process ends.

import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const running = new Set()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/** A port of 127.0.0.1 that nobody listens on at the moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/**
 * Starts a program and waits until `isReady` holds.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ isReady: () => Promise<unknown>, cwd?: string, env?: object, seconds?: number }} options
 * @returns {Promise<Process>}
 *
 * @typedef {object} Process
 * @property {number} pid
 * @property {() => string} output the last that it printed, on either stream
 * @property {() => Promise<void>} stop kills it: what it holds is of no use afterwards
 * @property {() => Promise<number | null>} end asks it to stop, and answers its exit code; null where a signal ended it
 */
export async function startProcess(command, args, { isReady, cwd, env, seconds = 60 }) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => (output = (output + text).slice(-20_000)))
  }
  const ended = new Promise((resolve) => {
    child.once('error', resolve)
    child.once('close', resolve)
  })
  let alive = true
  running.add(child)
  ended.then(() => {
    alive = false
    running.delete(child)
  })

  const stop = async () => {
    child.kill('SIGKILL')
    await ended
  }
  const end = () => {
    child.kill('SIGTERM')
    return ended
  }
  const deadline = Date.now() + seconds * 1000
  while (!(await isReady().catch(() => false))) {
    if (!alive || Date.now() > deadline) {
      await stop()
      throw new Error(`${command} did not start: ${output}`)
    }
    await sleep(50)
  }
  return { pid: child.pid, output: () => output, stop, end }
}
