import { accessSync, constants, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { chromium } from 'playwright-core'

const flags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
]

/**
 * Calls `use(page, origin)` with an empty page of a server that answers `routes`, a map of path prefixes to handlers. What the
 * page says of an error fails it, but for what `isExpected`.
 */
export async function withPage(routes, use, isExpected = () => false) {
  const server = await listen(routes)
  const browser = await chromium.launch({ executablePath: executable(), args: flags })
  try {
    const origin = `http://127.0.0.1:${server.address().port}`
    const page = await (await browser.newContext()).newPage()
    const errors = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !isExpected(message.text())) errors.push(message.text())
    })
    page.on('pageerror', (error) => errors.push(String(error)))
    await page.goto(`${origin}/`)
    const result = await use(page, origin)
    if (errors.length > 0) throw new Error(`errors in the page:\n${errors.join('\n')}`)
    return result
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
  }
}

/** A handler that serves the files of a directory. */
export function directory(base) {
  return (rest) => ({ body: readFileSync(path.join(base, path.basename(rest))), type: types[path.extname(rest)] })
}

/** A handler that serves a directory with what is below it. */
export function tree(base) {
  return (rest) => {
    const file = path.join(base, path.normalize(`/${rest}`))
    return { body: readFileSync(file), type: types[path.extname(file)] }
  }
}

const types = { '.js': 'text/javascript', '.json': 'application/json', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }

export async function listen(routes) {
  const all = { ...routes, '/favicon.ico': () => ({ body: '' }) }
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1')
    const prefix = Object.keys(all).find((prefix) => url.pathname.startsWith(prefix))
    try {
      const { body, type, headers } = prefix
        ? all[prefix](url.pathname.slice(prefix.length), url.searchParams)
        : { body: '<!doctype html><meta charset="utf-8"><title>metis-light</title>', type: 'text/html' }
      response.writeHead(200, { 'content-type': type ?? 'application/octet-stream', ...headers }).end(body)
    } catch (error) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end(String(error))
    }
  })
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return server
}

export function executable() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
      const file = path.join(folder, name)
      try {
        accessSync(file, constants.X_OK)
        return file
      } catch {
        // Not in this folder.
      }
    }
  }
  throw new Error('no Chromium: install it as chromium, chromium-browser or google-chrome, or name its binary in CHROMIUM')
}
