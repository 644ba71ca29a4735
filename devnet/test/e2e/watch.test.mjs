// A client that goes on: a line for each change, through a source that is down and back.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { startProxy } from '../../src/proxy.mjs'
import { startWorld } from '../../src/world.mjs'
import { argumentsOf, binary, environment } from './support/client.mjs'

const WINDOW = 200

/**
 * How long ago genesis is, in seconds. The client follows the clock, so every slot of this test has to be in the past, but none
 * by half an hour; and the clock must not be a sync committee's period ahead, whose updates would be late.
 */
const AGE = 115 * 12

describe('a client that watches', () => {
  let world, proxy, watch, sent
  before(async () => {
    world = await startWorld({ genesisTime: Math.floor(Date.now() / 1000) - AGE, secondsPerSlot: 12, window: WINDOW })
    proxy = await startProxy(world.urls.l1)
    sent = await world.withdraw()
    watch = startWatch(argumentsOf(world, { l1: proxy.url, now: undefined }), sent.transactionHash)
  })
  after(async () => {
    await watch?.stop()
    await proxy?.stop()
    await world.stop()
  })

  it('tells where everything is at first', async () => {
    assert.equal((await watch.line('batches')).facts, 0)
    assert.equal((await watch.line('window')).facts, WINDOW)
    const { facts } = await watch.line(`withdrawals of ${sent.transactionHash}`)
    assert.equal(facts.code, 'NOT_YET')
  })

  it('tells of a batch once it is final on L1, and of the withdrawal in it', async () => {
    await world.postBatch()
    await world.finalize()
    assert.equal((await watch.line('batches')).facts, 1)
    assert.equal((await watch.line('last batch')).facts.lastL2Block, sent.block.number)
    assert.match((await watch.line(/^withdrawal 0x/)).is, /window is open/)
  })

  it('tells of a source that is down, and of its return', async () => {
    await proxy.stop()
    assert.equal((await watch.line('trouble')).facts.code, 'UNAVAILABLE')
    await proxy.start()
    assert.equal((await watch.line('trouble')).is, 'over')
  })

  it('tells of a dispute, and of the end of the window before it', async () => {
    await world.addL2Blocks(1)
    await world.dispute(await world.postBatch())
    await world.finalizeUntil(world.batches[0].timestamp + WINDOW)
    await world.finalize()
    assert.equal((await watch.line('final')).facts, sent.block.number)
    assert.equal((await watch.line(/^withdrawal 0x/)).is, 'it is ready')
    const none = await watch.line('disputes')
    const some = await watch.line('disputes')
    assert.deepEqual([none.facts, some.facts], [null, String(world.postedBlock)])
  })
})

/** Starts the client; `line` waits for the next line about something. */
function startWatch(flags, transaction) {
  const args = ['--json', 'watch', transaction, '--every', '1', ...flags]
  const child = spawn(binary, args, { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const told = []
  const news = new EventEmitter()
  createInterface({ input: child.stdout }).on('line', (text) => {
    told.push(JSON.parse(text))
    news.emit('line')
  })

  /** The next line about `what`, of those that nobody has asked for yet. */
  async function line(what) {
    const isMeant = ({ what: name }) => (what instanceof RegExp ? what.test(name) : what === name)
    const signal = AbortSignal.timeout(20_000)
    for (;;) {
      const place = told.findIndex(isMeant)
      if (place >= 0) return told.splice(place, 1)[0]
      await once(news, 'line', { signal }).catch(() => assert.fail(`nothing of ${what} in ${JSON.stringify(told)}`))
    }
  }

  return {
    line,
    async stop() {
      child.kill()
      await ended
    },
  }
}
