// A withdrawal that is watched while its world goes on: the recordings' phases one after the other, in a page that sleeps
// while it is hidden. Nothing here waits for a time to pass: each look is asked for by the page being seen again.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { createLightClient, MisuseError } from '../dist/index.js'
import { keys, signed, source, statement, verifiers } from './support/attestations.mjs'
import { functionsOf, world } from './support/golden.mjs'
import { inCi, vectors } from './support/paths.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

describe('watching', { skip }, () => {
  const page = Object.assign(new EventTarget(), { hidden: false })
  before(() => (globalThis.document = page))
  after(() => delete globalThis.document)

  const look = () => page.dispatchEvent(new Event('visibilitychange'))

  /** A scenario that goes on from phase to phase when it is told to. */
  function moving(scenario, phases) {
    const worlds = phases.map((phase) => world(scenario, phase))
    let place = 0
    const now = () => worlds[place]
    const functions = worlds.map(({ recording }) => functionsOf(recording))
    const rpc = (source) => ({ request: (args) => (state.asked += 1, state.answer(() => functions[place].rpc(source).request(args))) })
    const state = {
      asked: 0,
      answer: (honestly) => honestly(),
      /** Goes on to the next phase, with the page seen again. */
      go: async () => {
        // What has just been told is not told at the very end of a look.
        await settled()
        place += 1
        look()
      },
      hash: (tag) => worlds[0].expected.messages.find((message) => message.tag === tag),
      options: {
        ...worlds[0].options,
        clock: () => now().at.suggestedWallClock,
        l1: { beacon: (path) => functions[place].beacon(path), execution: rpc('l1') },
        l2: rpc('l2'),
      },
    }
    return state
  }

  /** What is told, and a promise of each. */
  function listener() {
    const told = []
    let heard = () => undefined
    return {
      told,
      hear: (value) => (told.push(value), heard()),
      until: async (count) => {
        while (told.length < count) await new Promise((resolve) => (heard = resolve))
        return told[count - 1]
      },
    }
  }

  it('tells each phase once, from unverified to relayed, and then ends', async () => {
    const chain = moving('1-happy', ['in-window', 'ready', 'relayed'])
    const client = await createLightClient(chain.options)
    const { txHash, messageHash } = chain.hash('W1-metis')
    const { told, hear, until } = listener()
    client.watchWithdrawal({ hash: txHash, messageHash, onStatus: hear, onError: assert.fail })
    await until(2)
    await chain.go()
    await until(3)
    await chain.go()
    await until(4)
    assert.deepEqual(told.map(({ phase }) => phase), ['unverified', 'in-challenge-period', 'ready-to-relay', 'relayed'])
    assert.equal(told[0].verification, undefined)
    assert.ok(told.slice(1).every(({ verification }) => verification))
    await settled()
    const { asked } = chain
    look()
    await settled()
    assert.equal(chain.asked, asked, 'it goes on after its end')
    await client.close()
  })

  it('follows a batch that is disputed, deleted and replaced', async () => {
    const chain = moving('3-deleted', ['flagged', 'deleted', 'replaced', 'replaced-ready'])
    const client = await createLightClient(chain.options)
    const { txHash, messageHash } = chain.hash('W4-metis-late')
    const { told, hear, until } = listener()
    const unwatch = client.watchWithdrawal({ hash: txHash, messageHash, onStatus: hear, onError: assert.fail })
    for (const count of [2, 3, 4]) {
      await until(count)
      await chain.go()
    }
    await until(5)
    unwatch()
    const phases = ['unverified', 'disputed', 'waiting-for-state-root', 'in-challenge-period', 'ready-to-relay']
    assert.deepEqual(told.map(({ phase }) => phase), phases)
    assert.deepEqual(told.map(({ reason }) => reason), [undefined, undefined, 'state-root-deleted', undefined, undefined])
    await client.close()
  })

  it('sleeps while the page is hidden, and looks at once when it is seen again', async () => {
    const chain = moving('1-happy', ['in-window'])
    const client = await createLightClient(chain.options)
    const { txHash, messageHash } = chain.hash('W1-metis')
    const { told, hear, until } = listener()
    page.hidden = true
    const unwatch = client.watchWithdrawal({ hash: txHash, messageHash, onStatus: hear, onError: assert.fail, interval: 1 })
    await settled()
    assert.deepEqual([told, chain.asked], [[], 0])
    page.hidden = false
    look()
    assert.equal((await until(2)).phase, 'in-challenge-period')
    unwatch()
    await client.close()
  })

  it('does not ask again under the same l1 block, and tells of a source that fails', async () => {
    const chain = moving('1-happy', ['ready'])
    const client = await createLightClient({ ...chain.options, limits: { ...chain.options.limits, retries: 0 } })
    const { txHash, messageHash } = chain.hash('W1-metis')
    const statuses = listener()
    const errors = listener()
    chain.answer = () => Promise.reject(Object.assign(new Error('no'), { code: -32601 }))
    const watch = { hash: txHash, messageHash, onStatus: statuses.hear, onError: errors.hear, interval: 1 }
    const unwatch = client.watchWithdrawal(watch)
    assert.equal((await errors.until(1)).code, 'UNAVAILABLE')
    let receipts = 0
    chain.answer = (honestly) => honestly()
    const { l2 } = chain.options
    const request = l2.request
    l2.request = (args) => ((receipts += args.method === 'eth_getTransactionReceipt' ? 1 : 0), request(args))
    assert.equal((await statuses.until(2)).phase, 'ready-to-relay')
    const before = chain.asked
    while (chain.asked < before + 20) await settled()
    unwatch()
    assert.deepEqual(statuses.told.map(({ phase }) => phase), ['unverified', 'ready-to-relay'])
    assert.equal(receipts, 1)
    await client.close()
  })

  it('ends by its signal, by its function and with the client', async () => {
    const chain = moving('1-happy', ['ready'])
    const { txHash: hash, messageHash } = chain.hash('W1-metis')
    const ends = [
      (client, { abort }) => abort(),
      (client, { unwatch }) => unwatch(),
      (client) => client.close(),
    ]
    for (const end of ends) {
      const client = await createLightClient(chain.options)
      const { hear, until, told } = listener()
      const given = new AbortController()
      const unwatch = client.watchWithdrawal({ hash, messageHash, onStatus: hear, onError: assert.fail, signal: given.signal })
      await until(2)
      await end(client, { unwatch, abort: () => given.abort() })
      const { asked } = chain
      look()
      await settled()
      assert.deepEqual([told.length, chain.asked], [2, asked])
      await client.close()
    }
  })

  it('waits for a phase', async () => {
    const chain = moving('1-happy', ['in-window', 'ready', 'relayed'])
    const client = await createLightClient(chain.options)
    const { txHash: hash, messageHash } = chain.hash('W1-metis')
    const passed = []
    const { hear, until } = listener()
    const ready = client.waitForWithdrawal({ hash, messageHash, onStatus: (status) => (passed.push(status.phase), hear(status)) })
    const posted = await client.waitForWithdrawal({ hash, messageHash, phase: 'in-challenge-period' })
    assert.equal(posted.phase, 'in-challenge-period')
    await until(2)
    await chain.go()
    assert.equal((await ready).phase, 'ready-to-relay')
    assert.deepEqual(passed, ['unverified', 'in-challenge-period', 'ready-to-relay'])
    await chain.go()
    // What is past the phase has been at it.
    assert.equal((await client.waitForWithdrawal({ hash, messageHash })).phase, 'relayed')
    await client.close()
  })

  it('tells what verifiers say as it comes, under the same l1 block, and waits for a quorum', async () => {
    const chain = moving('1-happy', ['in-window', 'ready'])
    const attestations = source({})
    // Whoever is honest is not too slow, on a machine that does much else.
    const limits = { ...chain.options.limits, hedge: 10_000 }
    const client = await createLightClient({ ...chain.options, limits, verifiers, attestations })
    const { txHash: hash, messageHash } = chain.hash('W1-metis')
    const statuses = listener()
    const heads = listener()
    client.watchWithdrawal({ hash, messageHash, onStatus: statuses.hear, onError: assert.fail })
    const unwatchHeads = client.watchHeads({ onHeads: heads.hear, onError: assert.fail })
    const attested = client.waitForWithdrawal({ hash, messageHash, phase: 'in-challenge-period', finality: 'attested' })
    const final = client.waitForWithdrawal({ hash, messageHash, finality: 'final' })
    await statuses.until(2)
    await heads.until(1)
    const say = async (count) => {
      attestations.told = {
        2: await signed(world('1-happy', 'in-window'), keys.slice(0, count), statement(world('1-happy', 'in-window'), 2)),
        3: await signed(world('1-happy', 'in-window'), keys.slice(0, count), statement(world('1-happy', 'in-window'), 3)),
      }
      await settled()
      look()
    }
    await say(3)
    await statuses.until(3)
    await heads.until(2)
    await say(4)
    await statuses.until(4)
    await heads.until(3)
    const { phase, verification } = await attested
    assert.deepEqual([phase, verification.finality, verification.attestation.weight], ['in-challenge-period', 'attested', 400n])
    unwatchHeads()
    // Nothing new is said: nobody is told.
    look()
    await settled()
    await chain.go()
    await statuses.until(5)
    assert.deepEqual(
      statuses.told.map(({ phase, verification: of }) => [phase, of?.finality, of?.attestation?.weight]),
      [
        ['unverified', undefined, undefined],
        ['in-challenge-period', 'posted', 0n],
        ['in-challenge-period', 'posted', 300n],
        ['in-challenge-period', 'attested', 400n],
        ['ready-to-relay', 'final', undefined],
      ],
    )
    assert.deepEqual(heads.told.map(({ verification: of }) => [of.finality, of.attestation.weight]), [['posted', 0n], ['posted', 300n], ['attested', 400n]])
    assert.equal((await final).verification.finality, 'final')
    await client.close()
  })

  it('waits for no verifiers where there are none to ask', async () => {
    const chain = moving('1-happy', ['in-window'])
    const client = await createLightClient(chain.options)
    const { txHash: hash, messageHash } = chain.hash('W1-metis')
    const phase = 'in-challenge-period'
    await assert.rejects(client.waitForWithdrawal({ hash, messageHash, phase, finality: 'attested' }), MisuseError)
    await assert.rejects(client.waitForWithdrawal({ hash, messageHash, phase, finality: 'disputed' }), MisuseError)
    await client.close()
  })

  it('waits no longer for what cannot come', async () => {
    const chain = moving('1-happy', ['in-window'])
    const client = await createLightClient(chain.options)
    const { txHash: hash, messageHash } = chain.hash('W1-metis')
    await assert.rejects(client.waitForWithdrawal({ hash, messageHash, phase: 'disputed' }), MisuseError)
    await assert.rejects(client.waitForWithdrawal({ hash, messageHash: `0x${'11'.repeat(32)}` }), MisuseError)
    await assert.rejects(client.waitForWithdrawal({ hash, signal: AbortSignal.abort(new Error('before')) }), /before/)
    const given = new AbortController()
    const aborted = client.waitForWithdrawal({ hash, messageHash, signal: given.signal })
    given.abort(new Error('enough'))
    await assert.rejects(aborted, /enough/)
    const left = client.waitForWithdrawal({ hash, messageHash })
    await client.close()
    await assert.rejects(left, MisuseError)
    await assert.rejects(client.waitForWithdrawal({ hash, messageHash }), MisuseError)
  })

  it('a lie ends the wait, and an honest second source mends it', async () => {
    const chain = moving('1-happy', ['ready'])
    const lying = functionsOf(world('1-happy', 'ready', 'p01').recording).rpc('l1')
    const { txHash: hash, messageHash } = chain.hash('W1-metis')
    const { beacon, execution } = chain.options.l1
    const deceived = await createLightClient({ ...chain.options, l1: { beacon, execution: lying } })
    await assert.rejects(deceived.waitForWithdrawal({ hash, messageHash }), { code: 'INVALID_PROOF' })
    const client = await createLightClient({ ...chain.options, l1: { beacon, execution: [lying, execution] } })
    assert.equal((await client.waitForWithdrawal({ hash, messageHash })).phase, 'ready-to-relay')
    await Promise.all([client.close(), deceived.close()])
  })
})

/** What is under way without waiting for a timer has come to its end. */
async function settled() {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
