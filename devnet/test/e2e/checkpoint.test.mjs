// From a checkpoint, or from what was stored, to a balance: over two committee periods and a fork.

import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { actors } from '../../src/rollup/index.mjs'
import { startProxy } from '../../src/proxy.mjs'
import { startWorld } from '../../src/world.mjs'
import { clientOf, ended, holds, refused } from './support/client.mjs'
import { metisOf } from './support/l2.mjs'

const { address } = actors.alice

/** Of the minimal preset. */
const SLOTS_PER_EPOCH = 8
const SLOTS_PER_PERIOD = 64

/** The epoch of the fork, in the third period. */
const FULU = 20

describe('from a checkpoint', () => {
  let world, client, directory, old
  before(async () => {
    world = await startWorld({ forks: { electra: 0, fulu: FULU } })
    directory = await mkdtemp(join(tmpdir(), 'metis-light-e2e-'))
    client = clientOf(world)
  })
  after(async () => {
    await world.stop()
    await rm(directory, { recursive: true })
  })
  const path = (name) => join(directory, name)

  it('no balance is to be had before a batch is posted', async () => {
    const { message } = ended(await client('balance', address), 'NOT_YET')
    assert.match(message, /not posted yet/)
  })

  it('a balance is proven at the last posted block, and the store is saved', async () => {
    await world.addL2Blocks(2)
    await world.postBatch()
    await world.finalize()
    const facts = holds(await clientOf(world, { store: path('store') })('balance', address))
    old = { l2Block: 2, wei: await metisOf(world, address, 2) }
    assert.deepEqual({ l2Block: facts.l2Block, wei: facts.wei }, old)
    assert.equal(facts.batchIndex, 0)
    assert.ok(world.l1.beacon.finalized.slot < SLOTS_PER_PERIOD, 'the store is of the first period')
  })

  it('another balance is proven after two committee periods and a fork', async () => {
    await world.deposit({ amount: 7n })
    await world.postBatch()
    await world.advance(FULU * SLOTS_PER_EPOCH - world.l1.beacon.head.slot)
    await world.finalize()
    assert.ok(world.l1.beacon.finalized.slot >= FULU * SLOTS_PER_EPOCH, 'the fork is final')

    const { report, facts, ...run } = await client('balance', address)
    holds({ report, facts, ...run })
    const wei = await metisOf(world, address, 3)
    assert.deepEqual([facts.l2Block, facts.wei], [3, wei])
    assert.equal(BigInt(wei), BigInt(old.wei) + 7n)
    const [{ finalized }] = report.checked
    const { executionPayload } = world.l1.beacon.finalized.signedBlock.message.body
    assert.equal(finalized.number, executionPayload.blockNumber)
  })

  it('the balance before is still proven, at its own block', async () => {
    const facts = holds(await client('balance', address, '--block', old.l2Block))
    assert.deepEqual({ l2Block: facts.l2Block, wei: facts.wei }, old)
    ended(await client('balance', address, '--block', 4), 'NOT_YET')
  })

  describe('another network file', () => {
    let json
    before(async () => {
      json = await startProxy(world.urls.beacon, { headers: { accept: 'application/json' } })
      const withoutFulu = world.network()
      delete withoutFulu.l1.forks.FULU_FORK_EPOCH
      delete withoutFulu.l1.forks.FULU_FORK_VERSION
      delete withoutFulu.l1.weakSubjectivityEpochs.FULU
      await writeFile(path('without-fulu.json'), JSON.stringify(withoutFulu))
      const another = world.network()
      another.l1.genesisValidatorsRoot = `0x${'11'.repeat(32)}`
      await writeFile(path('another-chain.json'), JSON.stringify(another))
    })
    after(() => json.stop())
    const withNetwork = (name, instead) => clientOf(world, { network: path(name), ...instead })('sync')

    it('without the fork fails closed, and says what is needed', async () => {
      refused(await withNetwork('without-fulu.json', { beacon: json.url }), 'UNSUPPORTED')
    })

    const reason = 'SSZ outside lists names no fork, and the header that does is not looked at: it seems a false signature'
    it('without the fork fails closed over SSZ as well', { todo: reason }, async () => {
      refused(await withNetwork('without-fulu.json'), 'UNSUPPORTED')
    })

    it('of another chain has no signature that holds', async () => {
      const { rule } = refused(await withNetwork('another-chain.json', { beacon: json.url }), 'INVALID_PROOF')
      assert.equal(rule, 'bls.mismatch')
      assert.notEqual((await withNetwork('another-chain.json')).code, 0)
    })
  })

  it('a checkpoint that no source has leads nowhere', async () => {
    ended(await clientOf(world, { checkpoint: `0x${'22'.repeat(32)}` })('sync'), 'UNAVAILABLE')
  })

  describe('a stored state', () => {
    it('is gone on from without a checkpoint, over the periods and the fork', async () => {
      const resumed = clientOf(world, { checkpoint: undefined, store: path('store') })
      const before = await readFile(path('store'))
      const { report, facts, notes, code } = await resumed('balance', address)
      assert.deepEqual(facts, holds(await client('balance', address)))
      assert.deepEqual(report.checked[0], (await client('sync')).facts)
      assert.deepEqual([code, notes], [0, []])
      assert.notDeepEqual(await readFile(path('store')), before, 'what was verified meanwhile is stored')
      // Again, from what that has stored.
      assert.deepEqual(holds(await resumed('balance', address)), facts)
    })

    it('that was damaged is set aside, and said so; a checkpoint begins another', async () => {
      await copyFile(path('store'), path('damaged'))
      await spoil(path('damaged'))
      const { code, notes } = await clientOf(world, { store: path('damaged') })('sync')
      assert.equal(code, 0)
      assert.match(notes.join(), /is set aside/)
      // What was set aside is kept, and the one in its place serves.
      assert.notDeepEqual(await readFile(path('damaged.set-aside')), await readFile(path('damaged')))
      holds(await clientOf(world, { checkpoint: undefined, store: path('damaged') })('sync'))
    })

    it('that was damaged is no start without a checkpoint', async () => {
      await copyFile(path('store'), path('alone'))
      await spoil(path('alone'))
      ended(await clientOf(world, { checkpoint: undefined, store: path('alone') })('sync'), 'MISUSE')
    })
  })
})

/** Changes one byte in the middle of a file. */
async function spoil(file) {
  const bytes = await readFile(file)
  bytes[Math.floor(bytes.length / 2)] ^= 1
  await writeFile(file, bytes)
}
