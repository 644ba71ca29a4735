// Sources that are down, back, or lie: each kind alone, and with another of its kind.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { serveHttp } from '../../src/http.mjs'
import { actors } from '../../src/rollup/index.mjs'
import { startProxy } from '../../src/proxy.mjs'
import { startWorld } from '../../src/world.mjs'
import { clientOf, ended, holds, refused } from './support/client.mjs'
import { metisOf } from './support/l2.mjs'

const { address } = actors.alice

/** How a source of each kind lies: one byte of one proof. */
const lies = {
  beacon: ({ path }, reply) => (path.endsWith('finality_update') ? withByte(reply, FINALITY_BRANCH) : reply),
  l1: lieOfProofs,
  l2: lieOfProofs,
}

/** Where the branch begins in the SSZ of a finality update: after the offsets of two headers. */
const FINALITY_BRANCH = 8

/** How long a flow may take in which one source of a kind never answers, in seconds: less than one request may. */
const PATIENCE = 15

describe('sources', () => {
  let world, balance
  const proxies = {}
  before(async () => {
    world = await startWorld()
    await world.addL2Blocks(2)
    await world.postBatch()
    await world.finalize()
    balance = { l2Block: 2, wei: await metisOf(world, address, 2) }
    for (const [kind, lie] of Object.entries(lies)) {
      const target = world.urls[kind]
      proxies[kind] = { unsteady: await startProxy(target), lying: await startProxy(target, { alter: lie }) }
    }
  })
  after(async () => {
    for (const { unsteady, lying } of Object.values(proxies)) await Promise.all([unsteady.stop(), lying.stop()])
    await world.stop()
  })

  /** Asks for the balance, with other sources of one kind. */
  const ask = (kind, ...urls) => clientOf(world, { [kind]: urls.join(',') })('balance', address)

  /** The run gave the balance. */
  function gives(run) {
    const { l2Block, wei } = holds(run)
    assert.deepEqual({ l2Block, wei }, balance)
  }

  const blames = ({ notes }, kind, url) =>
    assert.ok(notes.some((note) => note.startsWith(`${kind} source ${url}: `)), `${kind} ${url} in ${notes.join('; ')}`)

  for (const kind of Object.keys(lies)) {
    describe(`of ${kind}`, () => {
      const unsteady = () => proxies[kind].unsteady
      const lying = () => proxies[kind].lying
      const honest = () => world.urls[kind]

      it('serve through what stands between', async () => {
        const run = await ask(kind, unsteady().url)
        gives(run)
        assert.deepEqual(run.notes, [])
      })

      it('that are down make the balance unavailable, until one is back', async () => {
        await unsteady().stop()
        const run = await ask(kind, unsteady().url)
        ended(run, 'UNAVAILABLE')
        blames(run, kind, unsteady().url)
        await unsteady().start()
        gives(await ask(kind, unsteady().url))
      })

      it('take over from one that is down, which is named', async () => {
        await unsteady().stop()
        const run = await ask(kind, unsteady().url, honest())
        gives(run)
        blames(run, kind, unsteady().url)
        await unsteady().start()
      })

      it('that lie are refused', async () => {
        const run = await ask(kind, lying().url)
        refused(run, 'INVALID_PROOF')
        blames(run, kind, lying().url)
      })

      it('take over from one that lies, which is named', async () => {
        const run = await ask(kind, lying().url, honest())
        gives(run)
        blames(run, kind, lying().url)
      })

      it('that lie are refused, though another one is down', async () => {
        await unsteady().stop()
        refused(await ask(kind, unsteady().url, lying().url), 'INVALID_PROOF')
        await unsteady().start()
      })
    })
  }

  it('that never answer are overtaken by others', async () => {
    const silent = await serveHttp(() => new Promise(() => {}))
    for (const kind of Object.keys(lies)) {
      const start = performance.now()
      gives(await ask(kind, silent.url, world.urls[kind]))
      const seconds = (performance.now() - start) / 1000
      assert.ok(seconds < PATIENCE, `${kind}: ${seconds.toFixed(1)} s`)
    }
    await silent.close()
  })

  it('are needed of each kind', async () => {
    for (const kind of Object.keys(lies)) {
      ended(await clientOf(world, { [kind]: undefined })('balance', address), 'UNAVAILABLE')
    }
  })
})

/** The same with another byte at a place. */
function withByte(reply, place) {
  const other = Buffer.from(reply)
  other[place] ^= 1
  return other
}

/** Another last byte of the first node of every account proof. */
function lieOfProofs({ body }, reply) {
  if (!body.includes('eth_getProof')) return reply
  const answers = JSON.parse(reply)
  for (const { result } of [answers].flat()) {
    if (!result?.accountProof) continue
    const [root] = result.accountProof
    result.accountProof[0] = root.slice(0, -1) + (root.endsWith('0') ? '1' : '0')
  }
  return JSON.stringify(answers)
}
