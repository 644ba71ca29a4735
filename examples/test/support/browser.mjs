// Chromium over an example's page, which Vite builds and serves.

import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build, preview } from 'vite'

const flags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
]

const rootOf = (example) => fileURLToPath(new URL(`../../${example}/`, import.meta.url))

/** Builds an example and serves it; `open` gives a new page of it, whose errors `close` throws. */
export async function startPage(example) {
  const root = rootOf(example)
  await build({ root, logLevel: 'error' })
  return pagesOf(await preview({ root, logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } }))
}

/** The same of an example that needs no building. */
export async function startFolder(example) {
  const root = rootOf(example)
  return pagesOf(await preview({ root, logLevel: 'error', build: { outDir: '.' }, preview: { host: '127.0.0.1', port: 0 } }))
}

async function pagesOf(server) {
  const browser = await chromium.launch({ executablePath: executable(), args: flags })
  const errors = []
  return {
    async open({ query = '', before, ...options } = {}) {
      const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
      page.on('pageerror', (error) => errors.push(String(error)))
      await before?.(page, context)
      await page.goto(`${server.resolvedUrls.local[0]}${query}`)
      return page
    },
    async close() {
      await browser.close()
      await server.close()
      if (errors.length > 0) throw new Error(`errors in the page:\n${errors.join('\n')}`)
    },
  }
}

function executable() {
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
