// A Manifest V3 extension in Chromium: its page, and its service worker.
//
// A service worker may not import when it must, so its bundle is one file. Both compile WebAssembly only where the policy of
// the manifest says so.

import assert from 'node:assert/strict'
import path from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { executable } from '../support/browser.mjs'
import { plain } from './support/page.mjs'

const policy = "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'; connect-src http://127.0.0.1:*"
const manifest = (extension_pages) =>
  JSON.stringify({
    manifest_version: 3,
    name: 'metis-light',
    version: '1.0',
    background: { service_worker: 'background.js', type: 'module' },
    content_security_policy: { extension_pages },
  })

const background = `${plain}
  import { kept } from './smoke.mjs'
  globalThis.keep = (isFirst) => kept(lightClient, given, lightClient.indexedDbStorage(), isFirst)
`

async function made(places, extensionPages) {
  const place = places.make({
    'manifest.json': manifest(extensionPages),
    'page.mjs': plain,
    'background.mjs': background,
    'page.html': '<!doctype html><meta charset="utf-8"><script type="module" src="out/page.js"></script>',
  })
  const common = { bundle: true, format: 'esm', logLevel: 'error' }
  await build({ ...common, entryPoints: [path.join(place, 'page.mjs')], outdir: path.join(place, 'out'), splitting: true })
  await build({ ...common, entryPoints: [path.join(place, 'background.mjs')], outdir: place, splitting: false })
  return place
}

/** Calls `use(context, worker)` with the extension loaded. */
async function loaded(places, extensionPages, use) {
  const place = await made(places, extensionPages)
  const context = await chromium.launchPersistentContext(path.join(place, '.profile'), {
    executablePath: executable(),
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [`--disable-extensions-except=${place}`, `--load-extension=${place}`, '--disable-gpu', '--no-first-run'],
  })
  try {
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker', { timeout: 30_000 }))
    return await use(context, worker)
  } finally {
    await context.close()
  }
}

async function answerOfPage(context, worker) {
  const page = await context.newPage()
  await page.goto(new URL('page.html', worker.url()).href)
  return page.evaluate(() => globalThis.answer)
}

const version = async () => {
  const browser = await chromium.launch({ executablePath: executable() })
  try {
    return browser.version()
  } finally {
    await browser.close()
  }
}

export default [
  {
    name: 'Chromium extension, page',
    version,
    attempt: (places) => loaded(places, policy, answerOfPage),
  },
  {
    name: 'Chromium extension, service worker',
    version,
    attempt: (places) => loaded(places, policy, (_, worker) => worker.evaluate(() => globalThis.answer)),
  },
  {
    name: 'a service worker goes on from IndexedDB',
    check: (places) =>
      loaded(places, policy, async (_, worker) => {
        const both = [await worker.evaluate(() => globalThis.keep(true)), await worker.evaluate(() => globalThis.keep(false))]
        assert.deepEqual(both, [places.expected.balance, places.expected.balance])
      }),
  },
  {
    name: 'an extension whose policy does not allow WebAssembly is told so',
    check: (places) =>
      loaded(places, policy.replace(" 'wasm-unsafe-eval'", ''), async (context, worker) => {
        for (const answer of [await answerOfPage(context, worker), await worker.evaluate(() => globalThis.answer)]) {
          assert.match(JSON.parse(answer).error, /MisuseError: the host does not compile the module/)
        }
      }),
  },
]
