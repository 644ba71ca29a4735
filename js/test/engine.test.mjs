// The engine over fetch and over functions: a recording of golden/ is served in this process, honestly or not.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { engineDirectory, loadPackage } from './support/package.mjs'
import { inCi, readVector, vectors } from './support/paths.mjs'
import { Recording, readGolden, serve } from './support/recording.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`
const limits = { whole: 20_000, answer: 5_000, hedge: 200, retries: 1 }

describe('Engine', { skip }, () => {
  let Engine, honest, lying, network, expected, checkpoint, now
  const servers = []
  const start = async (...args) => {
    const server = await serve(...args)
    servers.push(server)
    return server
  }
  const engine = (sources, more = {}) => new Engine(network, { checkpoint, sources, now, limits, ...more })

  before(async () => {
    ;({ Engine } = await loadPackage(engineDirectory))
    network = new TextDecoder().decode(readVector('golden/1-happy/network.json'))
    checkpoint = JSON.parse(network).l1.checkpointRoot
    expected = readGolden('1-happy/expected.json')
    now = expected.phases.find(({ name }) => name === 'ready').suggestedWallClock
    const calls = readGolden('1-happy/calls.json.gz')
    const lie = readGolden('5-lies/lies.json.gz').find(({ id }) => id === 'p01')
    honest = new Recording(calls, 'ready')
    lying = new Recording(calls, 'ready', lie.replacements)
  })
  after(() => servers.forEach((server) => server.close()))

  const assertTrue = async (engine) => {
    const phase = expected.phases.find(({ name }) => name === 'ready')
    const l1 = await engine.sync()
    assert.equal(l1.finalized.hash, phase.finalized.blockHash)
    assert.equal(l1.fromOldCheckpoint, false)
    const head = await engine.head()
    assert.equal(head.batches, phase.scc.batchCount)
    assert.equal(head.postedL2Block, phase.scc.totalElements)
    assert.equal(head.basis.l1Block.hash, phase.finalized.blockHash)
    assert.ok(head.notChecked.length > 0)

    const { account, metis, metisSlot } = expected.balances.find(({ l2Block, who }) => l2Block === 55 && who === 'user1')
    const balance = await engine.balance(account)
    assert.deepEqual([balance.wei, balance.at.l2Block], [metis, 55])
    const metisToken = JSON.parse(network).l2.predeploys.metis
    const words = await engine.storage(metisToken, [metisSlot], 55)
    assert.equal(BigInt(words.slots[0].word), BigInt(metis))
    assert.equal((await engine.storage(metisToken, [])).slots.length, 0)

    const message = expected.messages.find(({ tag }) => tag === 'W1-metis')
    const { withdrawals, notChecked } = await engine.withdrawals(message.txHash)
    const found = withdrawals.find(({ messageHash }) => messageHash === message.messageHash)
    assert.equal(found.status, 'ready-to-relay')
    assert.ok(found.relay.calldata === message.relay.calldata, 'another call')
    assert.equal(found.at.batch.finality.status, 'final')
    assert.equal(notChecked.length, 2)
    assert.deepEqual(engine.takeBlamed(), [])
  }

  it('proves what was true, over fetch', async () => {
    await assertTrue(engine((await start(honest)).sources))
  })

  it('proves what was true, over functions', async () => {
    await assertTrue(engine({ beacon: [honest.callback], l1: [honest.callback], l2: [honest.callback] }))
  })

  it('answers several questions at once', async () => {
    const one = engine((await start(honest)).sources)
    const token = JSON.parse(network).l2.predeploys.metis
    const told = expected.balances.filter(({ metisSlot, l2Block }) => metisSlot && l2Block <= 55)
    assert.ok(new Set(told.map(({ l2Block }) => l2Block)).size > 1)
    const found = await Promise.all(told.map(({ metisSlot, l2Block }) => one.storage(token, [metisSlot], l2Block)))
    const wei = ({ slots: [{ word }] }) => BigInt(word).toString()
    assert.deepEqual(found.map((words) => [wei(words), words.at.l2Block]), told.map(({ metis, l2Block }) => [metis, l2Block]))
  })

  it('refuses a lie, and an honest second source mends it', async () => {
    for (const name of ['fetch', 'function']) {
      const [good, bad] = name === 'fetch' ? [await start(honest), await start(lying)] : []
      const [right, wrong] = good ? [good.url('l1'), bad.url('l1')] : [honest.callback, lying.callback]
      const others = { beacon: [honest.callback], l2: [honest.callback] }
      const alone = engine({ ...others, l1: [wrong] })
      const thrown = await rejects(alone.head(), 'INVALID_PROOF')
      assert.ok(thrown.data.rule)
      const both = engine({ ...others, l1: [wrong, right] })
      await both.head()
      const [blamed, ...rest] = both.takeBlamed()
      assert.deepEqual([blamed.kind, blamed.source, blamed.code, rest], ['l1', 0, 'INVALID_PROOF', []])
      assert.equal(blamed.name, good ? bad.url('l1').replace('/l1', '') : 'a function')
      // It is not asked first again.
      await both.head()
      assert.deepEqual(both.takeBlamed(), [])
    }
  })

  it('goes on from what was saved', async () => {
    const server = await start(honest)
    const first = engine(server.sources)
    assert.equal(first.save(), undefined)
    await first.sync()
    const store = first.save()
    server.requests.length = 0
    await engine(server.sources, { checkpoint: undefined, store }).sync()
    assert.ok(!server.requests.some((path) => path.includes('bootstrap')), 'it began anew')
    const spoiled = store.slice()
    spoiled[spoiled.length >> 1] ^= 1
    assert.throws(() => engine(server.sources, { checkpoint: undefined, store: spoiled }), (thrown) => 'code' in thrown)
    await engine(server.sources, { store: spoiled }).sync()
    assert.ok(server.requests.some((path) => path.includes('bootstrap')), 'with a checkpoint it begins anew')
  })

  it('passes over sources that stall, redirect, never end, or are no sources', async () => {
    const manners = {
      stalls: () => true,
      redirects: (_, response) => response.writeHead(302, { location: '/l1' }).end(),
      'never ends': (_, response) => {
        const more = () => {
          while (!response.destroyed && response.write(' '.repeat(1 << 20)));
        }
        response.on('drain', more)
        more()
        return true
      },
      'is a page': (_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'),
      'is busy': (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
    }
    for (const [name, manner] of Object.entries(manners)) {
      const broken = await start(honest, manner)
      const others = { beacon: [honest.callback], l2: [honest.callback] }
      const short = { limits: { ...limits, whole: 3_000, retries: 0 } }
      await rejects(engine({ ...others, l1: [broken.url('l1')] }, short).head(), 'UNAVAILABLE')
      const mended = engine({ ...others, l1: [broken.url('l1'), honest.callback] })
      await mended.head()
      const blamed = mended.takeBlamed()
      const expected = name === 'stalls' || name === 'never ends' ? [] : ['UNAVAILABLE']
      if (name !== 'never ends') assert.deepEqual(blamed.map(({ code }) => code), expected, name)
      if (name === 'is a page') assert.match(blamed[0].message, /web page/)
    }
  })

  it('copes with what functions do', async () => {
    const others = { beacon: [honest.callback], l2: [honest.callback] }
    const bytes = async (...asked) => (await honest.callback(...asked)).map((reply) => new TextEncoder().encode(reply))
    await engine({ ...others, l1: [bytes] }).head()
    let asked = 0
    const recovers = (...call) => {
      if (asked++ === 0) throw new Error('a bad minute')
      return honest.callback(...call)
    }
    await engine({ ...others, l1: [recovers] }).head()
    const broken = [() => 7, () => Promise.reject('no'), async () => [], async (_, __, asked) => asked.map(() => 7), () => undefined]
    for (const source of broken) await rejects(engine({ ...others, l1: [source] }).head(), 'UNAVAILABLE')
    const signals = []
    const stalls = (_, __, ___, signal) => new Promise(() => signals.push(signal))
    await engine({ ...others, l1: [stalls, honest.callback] }).head()
    assert.ok(signals.length > 0 && signals.every(({ aborted }) => aborted), 'who lost is called off')
  })

  it('a wrong call is the mistake of the caller', async () => {
    const misuse = (call) => assert.throws(call, ({ code }) => code === 'MISUSE')
    const sources = { beacon: [honest.callback] }
    for (const options of [undefined, {}, { sources }, { checkpoint: '0x1', sources }, { checkpoint, sources: { l3: [] } }, { checkpoint, sources: { l1: ['l1.example'] } }, { checkpoint, sources: { l1: [7] } }, { checkpoint, sources, when: 7 }, { checkpoint, sources, now: 1.5 }, { checkpoint, sources, limits: { hedge: -1 } }]) {
      misuse(() => new Engine(network, options))
    }
    misuse(() => new Engine('atlantis', { checkpoint, sources }))
    const one = engine(sources)
    misuse(() => one.balance('0x12'))
    misuse(() => one.balance(`0x${'11'.repeat(20)}`, -1))
    misuse(() => one.storage(`0x${'11'.repeat(20)}`, ['x']))
    misuse(() => one.withdrawals('0x'))
    await rejects(one.head(), 'UNAVAILABLE')
    await rejects(engine({ beacon: [honest.callback], l1: [honest.callback], l2: [honest.callback] }).balance(`0x${'11'.repeat(20)}`, 99_999), 'NOT_YET')
  })
})

async function rejects(promise, code) {
  const thrown = await promise.then(
    (value) => assert.fail(`nothing was thrown, the answer was ${JSON.stringify(value)}`),
    (error) => error,
  )
  assert.equal(thrown.code, code, thrown.message)
  return thrown
}
