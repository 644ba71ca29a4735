// Deposits and messages from L1: queued, then executed in a block that is posted.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { actors } from '../../src/rollup/index.mjs'
import { startWorld } from '../../src/world.mjs'
import { clientOf, ended, holds } from './support/client.mjs'

const AMOUNT = 7n

describe('a deposit', () => {
  let world, client, deposit
  before(async () => {
    world = await startWorld()
    client = clientOf(world)
    await world.addL2Blocks(1)
    await world.postBatch()
    deposit = await world.deposit({ from: actors.alice, to: actors.bob.address, amount: AMOUNT })
  })
  after(() => world.stop())
  const transaction = () => deposit.element.l1TransactionHash

  it('is nowhere before its L1 block is final', async () => {
    const { code, report } = await client('deposit', transaction())
    assert.deepEqual([code, report.holds], [2, false])
    assert.equal(report.error.code, 'NOT_YET')
  })

  it('waits in the queue until the block that it became is posted', async () => {
    await world.finalize()
    const { phase, queueIndex, l2Block, token } = holds(await client('deposit', transaction()))
    assert.deepEqual([phase, queueIndex, l2Block], ['queued', deposit.element.queueIndex, null])
    assert.deepEqual([token.to, BigInt(token.amount)], [actors.bob.address.toLowerCase(), AMOUNT])
  })

  it('is credited then', async () => {
    await world.postBatch()
    await world.finalize()
    const facts = holds(await client('deposit', transaction()))
    assert.deepEqual([facts.phase, facts.l2Block], ['credited', deposit.block.number])
    assert.equal(facts.l2TransactionHash, deposit.transactionHash)
  })

  it('is told from a message that pays nobody', async () => {
    const { element } = await world.sendToL2({ target: actors.bob.address, message: '0x1234' })
    await world.postBatch()
    await world.finalize()
    const { phase, token } = holds(await client('deposit', element.l1TransactionHash))
    assert.deepEqual([phase, token], ['called', null])
  })

  it('is not found in an L1 transaction that made none', async () => {
    const { transactionHash } = world.batches.at(-1).receipt
    const { message } = ended(await client('deposit', transactionHash), 'MISUSE')
    assert.match(message, /no message to l2/)
  })
})
