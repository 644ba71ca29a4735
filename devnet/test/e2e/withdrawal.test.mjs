// A withdrawal through every phase, and what becomes of batches that are wrong. On EthereumJS, because a relay and a deletion
// leave slots of zero, of which anvil's tries hold proofs that the client refuses.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { actors, Refused } from '../../src/rollup/index.mjs'
import { startWorld } from '../../src/world.mjs'
import { clientOf, ended, headOf, holds, refused } from './support/client.mjs'
import { metisOf } from './support/l2.mjs'

const WINDOW = 360
const AMOUNT = 5n
const { address } = actors.alice

describe('on a network', () => {
  let world, client
  before(async () => {
    world = await startWorld({ execution: 'ethereumjs', window: WINDOW })
    client = clientOf(world)
  })
  after(() => world.stop())

  /** What the client says of the one withdrawal of a transaction. */
  const withdrawal = async (transaction) => holds(await client('withdrawal', transaction))

  const tokensOf = async (owner) => {
    const data = `0x70a08231${owner.slice(2).padStart(64, '0')}`
    return BigInt(await world.l1.rpc('eth_call', [{ to: world.rollup.addresses.metisToken, data }, 'latest']))
  }

  describe('a withdrawal', () => {
    let sent, batch, calldata
    before(async () => {
      sent = await world.withdraw({ amount: AMOUNT })
    })

    it('is not posted at first', async () => {
      ended(await client('withdrawal', sent.transactionHash), 'NOT_YET')
      batch = await world.postBatch()
      const { message } = ended(await client('withdrawal', sent.transactionHash), 'NOT_YET')
      assert.match(message, /not posted yet/, 'what is posted counts once it is final')
    })

    it('is in its window then, and L1 takes no relay', async () => {
      await world.finalize()
      const { phase, readyAt, l2Block, batchIndex, sender } = await withdrawal(sent.transactionHash)
      assert.deepEqual([phase, readyAt], ['in-window', batch.timestamp + WINDOW])
      assert.deepEqual([l2Block, batchIndex], [sent.block.number, 0])
      assert.equal(sender.toLowerCase(), world.network().l2.predeploys.l2StandardBridge.toLowerCase())
      const call = await client('relay-calldata', sent.transactionHash)
      if (call.code === 0) await assert.rejects(world.relayCall(call.facts.calldata), Refused)
    })

    it('is ready when the window is over, and the call is the one that L1 expects', async () => {
      await world.finalizeUntil(batch.timestamp + WINDOW)
      assert.equal((await withdrawal(sent.transactionHash)).phase, 'ready')
      const facts = holds(await client('relay-calldata', sent.transactionHash))
      calldata = facts.calldata
      assert.equal(facts.to.toLowerCase(), world.rollup.addresses.l1CrossDomainMessenger.toLowerCase())
      assert.equal(calldata, await world.relayCalldata(sent.transactionHash))
    })

    it('is blocked while the messenger is paused', async () => {
      await world.pause()
      await world.finalize()
      const { phase, status } = await withdrawal(sent.transactionHash)
      assert.equal(phase, 'blocked')
      assert.match(status, /paused/)
      await assert.rejects(world.relayCall(calldata), Refused)
      await world.unpause()
      await world.finalize()
      assert.equal((await withdrawal(sent.transactionHash)).phase, 'ready')
    })

    it('is paid once, by the call that the client has made', async () => {
      const old = await tokensOf(address)
      await assert.rejects(world.relayCall(spoiled(calldata)), Refused)
      assert.equal((await world.relayCall(calldata)).outcome, 'failed', 'the bridge holds nothing that it could pay')
      await world.deposit({ amount: 2n * AMOUNT, from: actors.bob })
      assert.equal((await world.relayCall(calldata)).outcome, 'relayed')
      assert.equal(await tokensOf(address), old + AMOUNT)
      await assert.rejects(world.relayCall(calldata), Refused)
    })

    it('is relayed then', async () => {
      assert.equal((await withdrawal(sent.transactionHash)).phase, 'ready', 'the relay is not final yet')
      await world.finalize()
      assert.equal((await withdrawal(sent.transactionHash)).phase, 'relayed')
    })
  })

  describe('a dishonest batch', () => {
    let batch, sent
    before(async () => {
      sent = await world.withdraw({ amount: AMOUNT })
      await world.addL2Blocks(1)
      batch = await world.postDishonestBatch()
      await world.finalize()
    })
    const last = () => world.l2.head().number

    it('is posted, and nothing is proven under its false root', async () => {
      const { batches, postedL2Block } = headOf(await client('head'))
      assert.deepEqual([batches, postedL2Block], [2, last()])
      refused(await client('balance', address), 'INVALID_PROOF')
      holds(await client('balance', address, '--block', last() - 1))
    })

    it('is disputed, and so is what was sent in it', async () => {
      await world.dispute(batch)
      await world.finalize()
      assert.equal(headOf(await client('head')).lastBatch, 'disputed')
      assert.equal((await withdrawal(sent.transactionHash)).phase, 'disputed')
    })

    it('is refused once it is deleted, though its element still stands in storage', async () => {
      await world.deleteBatch(batch)
      await world.finalize()
      const { batches, postedL2Block, lastBatch } = headOf(await client('head'))
      assert.deepEqual([batches, postedL2Block], [1, 1])
      assert.match(lastBatch, /^final since/)
      ended(await client('balance', address, '--block', last()), 'NOT_YET')
      ended(await client('withdrawal', sent.transactionHash), 'NOT_YET')
      assert.equal(holds(await client('balance', address)).l2Block, 1)
    })

    it('is replaced by an honest one in the same place, which is accepted', async () => {
      const honest = await world.postBatch()
      assert.equal(honest.header.batchIndex, batch.header.batchIndex)
      await world.finalizeUntil(honest.timestamp + WINDOW)
      const { l2Block, batchIndex, wei, finality } = holds(await client('balance', address))
      assert.deepEqual([l2Block, batchIndex], [last(), Number(batch.header.batchIndex)])
      assert.equal(wei, await metisOf(world, address, last()))
      assert.match(finality, /^final since/)
      assert.equal((await withdrawal(sent.transactionHash)).phase, 'ready')
      const { calldata } = holds(await client('relay-calldata', sent.transactionHash))
      assert.equal((await world.relayCall(calldata)).outcome, 'relayed')
    })
  })
})

/** The same with another digit near the end, in the proof. */
const spoiled = (calldata) => calldata.slice(0, -66) + (calldata.at(-66) === '0' ? '1' : '0') + calldata.slice(-65)
