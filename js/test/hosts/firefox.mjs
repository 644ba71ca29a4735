// Firefox: the same as in Chromium, of the package as it lies in node_modules, without a bundler.

import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import path from 'node:path'
import { listen, tree } from '../support/browser.mjs'
import { version, withFirefox } from './support/firefox.mjs'
import { plain, withWorker } from './support/page.mjs'

const dist = '/project/node_modules/metis-light/dist'
// A worker and a page without inline scripts have no import map, so there the package is named by its path.
const byPath = (source) => source.replace(/'metis-light(\/\w+)?'/g, (_, entry = '/index') => `'${dist}${entry}.js'`)

const slim = byPath(plain.replace(`'metis-light'`, `'metis-light/slim'`)).replace(
  'globalThis',
  `lightClient.initWasm({ page: '/project/core.wasm', full: async () => (await import('${dist}/full.js')).fullModule() })
  globalThis`,
)
const keeping = byPath(`
  import * as lightClient from 'metis-light'
  import given from './given.mjs'
  import { kept } from './smoke.mjs'
  globalThis.keep = (isFirst) => kept(lightClient, given, lightClient.indexedDbStorage(), isFirst)
`)

const page = (script, head = '') =>
  `<!doctype html><meta charset="utf-8"><title>metis-light</title>${head}<script type="module" src="/project/${script}"></script>`
const map = `<script type="importmap">{ "imports": { "metis-light": "${dist}/index.js" } }</script>`
const files = {
  'plain.mjs': plain,
  'with-worker.mjs': byPath(withWorker),
  'worker.mjs': `import { serve } from '${dist}/worker.js'\nserve()\n`,
  'slim.mjs': slim,
  'kept.mjs': keeping,
}
const strict = (script) => `default-src 'none'; script-src 'self' ${script}; connect-src 'self' http://127.0.0.1:*`
const html = (body, policy) => () => ({
  body,
  type: 'text/html',
  headers: policy && { 'content-security-policy': policy },
})

/** Calls `use(tab, origin)` with the pages served. */
async function inFirefox(places, use) {
  const place = places.make(files)
  cpSync(path.join(place, 'node_modules/metis-light/dist/core.wasm'), path.join(place, 'core.wasm'))
  const server = await listen({
    '/project/': tree(place),
    '/plain': html(page('plain.mjs', map)),
    '/with-worker': html(page('with-worker.mjs')),
    '/strict': html(page('slim.mjs'), strict("'wasm-unsafe-eval'")),
    '/forbidden': html(page('slim.mjs'), strict('')),
    '/kept': html(page('kept.mjs')),
  })
  try {
    return await withFirefox(place, (tab) => use(tab, `http://127.0.0.1:${server.address().port}`))
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const answerOf = (name) => (places) =>
  inFirefox(places, async (tab, origin) => {
    await tab.goto(`${origin}/${name}`)
    return tab.text('globalThis.answer')
  })

export default [
  { name: 'Firefox, page', version, attempt: answerOf('plain') },
  { name: 'Firefox, worker', version, attempt: answerOf('with-worker') },
  { name: 'Firefox, strict policy, `/slim`', version, attempt: answerOf('strict') },
  {
    name: 'Firefox goes on from IndexedDB after a reload',
    check: (places) =>
      inFirefox(places, async (tab, origin) => {
        await tab.goto(`${origin}/kept`)
        const first = await tab.text('keep(true)')
        await tab.goto(`${origin}/kept`)
        assert.deepEqual([first, await tab.text('keep(false)')], [places.expected.balance, places.expected.balance])
      }),
  },
  {
    name: 'Firefox does not compile where the policy does not allow it',
    check: async (places) => assert.match(JSON.parse(await answerOf('forbidden')(places)).error, /^MisuseError: the host does not compile/),
  },
]
