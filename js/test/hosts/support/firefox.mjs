// Firefox over WebDriver BiDi, which it speaks itself over a WebSocket: https://w3c.github.io/webdriver-bidi/
//
// What can go wrong: a browser that does not start, and a command that is never answered. Both end by a deadline.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { WebSocket } from 'ws'
import { run } from './place.mjs'

const deadline = 90_000
const program = process.env.FIREFOX ?? 'firefox-esr'

export const version = async () => (await run(program, ['--version'])).match(/[\d.]+/)[0]

/** Calls `use(tab)` with a tab of a Firefox that keeps all it writes in `folder`. */
export async function withFirefox(folder, use) {
  const profile = path.join(folder, '.firefox')
  mkdirSync(profile, { recursive: true })
  const args = ['--headless', '--no-remote', '--remote-debugging-port', '0', '--profile', profile, 'about:blank']
  const firefox = spawn(program, args, { env: { ...process.env, HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'] })
  const gone = once(firefox, 'exit').catch(() => undefined)
  try {
    const session = await Session.open(await inTime('the browser does not start', address(firefox)))
    try {
      return await use(await session.tab())
    } finally {
      await session.close()
    }
  } finally {
    const timer = setTimeout(() => firefox.kill('SIGKILL'), 10_000)
    firefox.kill()
    await gone
    clearTimeout(timer)
  }
}

/** Where it listens, which it says when it does. */
function address(firefox) {
  return new Promise((resolve, reject) => {
    let said = ''
    firefox.stderr.on('data', (text) => {
      said += text
      const found = said.match(/WebDriver BiDi listening on (ws:\/\/\S+)/)
      if (found) resolve(found[1])
    })
    firefox.once('error', reject).once('exit', () => reject(new Error(`Firefox has ended: ${said.slice(-1000)}`)))
  })
}

class Session {
  #socket
  #last = 0
  #waiting = new Map()

  static async open(url) {
    const session = new Session()
    session.#socket = new WebSocket(`${url}/session`)
    await inTime('the browser does not answer', once(session.#socket, 'open'))
    session.#socket.on('message', (text) => session.#take(JSON.parse(text)))
    await session.send('session.new', { capabilities: {} })
    return session
  }

  send(method, params) {
    this.#last += 1
    const id = this.#last
    const answered = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#socket.send(JSON.stringify({ id, method, params }))
    return inTime(`no answer to ${method}`, answered)
  }

  #take({ id, type, result, error, message }) {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (type === 'error') waiting?.reject(new Error(`${error}: ${message}`))
    else waiting?.resolve(result)
  }

  async tab() {
    const { contexts } = await this.send('browsingContext.getTree', {})
    return new Tab(this, contexts[0].context)
  }

  async close() {
    await this.send('browser.close', {}).catch(() => undefined)
    this.#socket.close()
  }
}

class Tab {
  constructor(session, context) {
    this.session = session
    this.context = context
  }

  /** Goes to a page and waits until it is loaded, its modules included. */
  goto(url) {
    return this.session.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' })
  }

  /** The text that an expression, or the promise it gives, comes to. */
  async text(expression) {
    const params = { expression, target: { context: this.context }, awaitPromise: true }
    const { type, result, exceptionDetails } = await this.session.send('script.evaluate', params)
    if (type === 'exception') throw new Error(`in the page: ${exceptionDetails.text}`)
    if (result.type !== 'string') throw new Error(`in the page: ${result.type} in place of a text`)
    return result.value
  }
}

function inTime(what, promise) {
  let timer
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(what)), deadline)))
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
