// Servers that stall, break off, pour or refuse, met over the `fetch` of Node and of Chromium: the same comes of each as natively,
// by the table in docs/lies.md.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tree, withPage } from './support/browser.mjs'
import { urlsOf, world } from './support/golden.mjs'
import { manners } from './support/manners.mjs'
import { inCi, vectors } from './support/paths.mjs'
import { serve } from './support/recording.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`
const kinds = ['beacon', 'l1', 'l2']
const table = tableOf(readFileSync(new URL('../../docs/lies.md', import.meta.url), 'utf8'))
const routes = { '/dist/': tree(fileURLToPath(new URL('../dist/', import.meta.url))) }

describe('servers with bad manners', { skip }, () => {
  let honest, given
  const servers = []
  before(async () => {
    honest = world('1-happy', 'ready')
    const { clock, l1, l2, ...plain } = honest.options
    const told = honest.expected.balances.find(({ l2Block, who }) => l2Block === 55 && who === 'user1')
    // As patient as a machine that does much else needs, and no longer.
    const limits = { whole: 60_000, answer: 6_000, hedge: 6_000, retries: 0 }
    given = { ...plain, limits, now: clock(), address: told.account, balance: told.metis }
  })
  after(() => servers.forEach((server) => server.close()))

  it('the table is that of the command line', () => {
    assert.deepEqual(Object.keys(table), Object.keys(manners))
  })

  for (const [host, ask] of [
    ['Node', (options) => outcome({ ...options, from: new URL('../dist/index.js', import.meta.url).href })],
    ['Chromium', null],
  ]) {
    it(`in ${host} each comes to what it comes to natively`, { timeout: 400_000 }, async () => {
      const cases = await Promise.all(Object.keys(manners).flatMap((name) => kinds.map((kind) => prepare(name, kind))))
      const found = ask
        ? await inTurn(cases, (one) => ask({ ...given, ...one.urls }))
        : await withPage(
            routes,
            (page) => inTurn(cases, (one) => page.evaluate(outcome, { ...given, ...one.urls, from: '/dist/index.js' })),
            // Chromium itself tells of every status and every broken connection.
            (message) => message.startsWith('Failed to load resource') || message.includes('has been blocked by CORS policy'),
          )
      const words = cases.map(({ name, kind }, place) => `${name} of ${kind}: ${found[place]}`)
      assert.deepEqual(words, cases.map(({ name, kind }) => `${name} of ${kind}: ${table[name][kind]}`))
    })
  }

  /** Sources of which one kind behaves so, and only that. */
  async function prepare(name, kind) {
    const server = await serve(honest.recording, (request, response, body) => {
      if (!request.url.startsWith(`/${kind}`)) return false
      manners[name](request, response, server.answer(request, body))
      return true
    })
    servers.push(server)
    return { name, kind, urls: urlsOf(server) }
  }
})

/** Six at a time. */
async function inTurn(cases, ask) {
  const results = []
  const next = cases.entries()
  const run = async () => {
    for (const [place, one] of next) results[place] = await ask(one)
  }
  await Promise.all(Array.from({ length: 6 }, run))
  return results
}

/** The table of manners, as the native tests wrote it. */
function tableOf(document) {
  const rows = document.slice(document.indexOf('<!-- over http -->'), document.indexOf('## What sources say'))
  const cells = [...rows.matchAll(/^\| `([\w-]+)` \| (\w+) \| (\w+) \| (\w+) \|$/gm)]
  return Object.fromEntries(cells.map(([, name, ...words]) => [name, Object.fromEntries(kinds.map((kind, i) => [kind, words[i]]))]))
}

// Sent to the page as source, so it refers to nothing outside itself.
async function outcome({ from, now, address, balance, ...options }) {
  const { createLightClient } = await import(from)
  const client = await createLightClient({ ...options, clock: () => now })
  try {
    const { value } = await client.getBalance({ address })
    return String(value) === balance ? 'harmless' : `another value: ${value}`
  } catch (error) {
    return { UNAVAILABLE: 'unavailable', MALFORMED_REPLY: 'malformed', INVALID_PROOF: 'invalid' }[error.code] ?? String(error)
  } finally {
    await client.close()
  }
}
