// A minimal page of each contender, as Vite builds it, in headless Chromium: what it loads, and when it is ready.

import path from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { executable, listen, tree } from '../../test/support/browser.mjs'

/** Builds a page for each module `NAME.page.mjs` of `place` and gives a `Pages` over them. */
export async function openPages(place, names) {
  for (const name of names) {
    await build({
      configFile: false,
      // Of who looks for modules of Node in a browser.
      logLevel: 'error',
      root: place,
      base: `/${fileName(name)}/`,
      build: {
        outDir: `pages/${fileName(name)}`,
        target: 'es2022',
        modulePreload: false,
        rollupOptions: {
          input: path.join(place, `${fileName(name)}.page.mjs`),
          // As in a page of an app, whose entry is where all lies that is there from the start.
          preserveEntrySignatures: 'allow-extension',
          output: { entryFileNames: 'entry.js' },
        },
      },
    })
  }
  const loaded = []
  const routes = names.map((name) => {
    const serve = tree(path.join(place, 'pages', fileName(name)))
    const counted = (rest) => {
      const answer = serve(rest)
      loaded.push({ rest, body: answer.body })
      return { ...answer, headers: { 'cache-control': 'no-store' } }
    }
    return [`/${fileName(name)}/`, counted]
  })
  const server = await listen(Object.fromEntries(routes))
  const browser = await chromium.launch({ executablePath: executable(), args: ['--disable-gpu', '--no-first-run'] })
  return new Pages(browser, server, loaded)
}

export const fileName = (name) => name.replaceAll('/', '-')

class Pages {
  constructor(browser, server, loaded) {
    Object.assign(this, { browser, server, loaded })
  }

  /** The milliseconds from import to ready in a page that has seen nothing before. */
  async milliseconds(name, given) {
    return this.#inPage(async (page) => {
      const { milliseconds } = await page.evaluate(becomeReady, [`/${fileName(name)}/entry.js`, given])
      return milliseconds
    })
  }

  /** What is loaded until it is ready, and until it has given a balance where it can be asked for one. */
  async bytes(name, given, question) {
    return this.#inPage(async (page) => {
      this.loaded.length = 0
      const { balance } = await page.evaluate(becomeReady, [`/${fileName(name)}/entry.js`, given, question])
      const files = [...this.loaded]
      const sum = (wanted) => files.filter(wanted).reduce((sum, { body }) => sum + brotli(body), 0)
      const isWasm = ({ rest }) => rest.endsWith('.wasm')
      return { balance, files: files.length, js: sum((file) => !isWasm(file)), wasm: sum(isWasm) }
    })
  }

  async #inPage(use) {
    const context = await this.browser.newContext()
    try {
      const page = await context.newPage()
      await page.goto(`http://127.0.0.1:${this.server.address().port}/`)
      return await use(page)
    } finally {
      await context.close()
    }
  }

  async close() {
    await this.browser.close()
    this.server.closeAllConnections()
    this.server.close()
  }
}

// Sent to the page as source, so it refers to nothing outside itself.
async function becomeReady([url, given, question]) {
  const start = performance.now()
  const { ready } = await import(url)
  const client = await ready(given)
  const milliseconds = performance.now() - start
  if (!question) return { milliseconds }
  const { value } = await client.getBalance({ address: question.address, block: BigInt(question.block) })
  return { milliseconds, balance: String(value) }
}

function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS }
  return brotliCompressSync(bytes, { params }).length
}
