// What those in power may do at once: another window, a dispute, names that point elsewhere, other code.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { actors } from '../../src/rollup/index.mjs'
import { startWorld } from '../../src/world.mjs'
import { clientOf, headOf, holds, refused } from './support/client.mjs'

const WINDOW = 300

describe('with a withdrawal that is ready', () => {
  let world, client, sent, batch
  before(async () => {
    world = await startWorld({ window: WINDOW })
    client = clientOf(world)
    sent = await world.withdraw()
    batch = await world.postBatch()
    await world.finalizeUntil(batch.timestamp + WINDOW)
    assert.deepEqual(await phase(), ['ready', batch.timestamp + WINDOW])
  })
  after(() => world.stop())
  const phase = async () => {
    const { phase, readyAt } = holds(await client('withdrawal', sent.transactionHash))
    return [phase, readyAt]
  }
  const effect = async ({ header }) => {
    const { withdrawals, deletion } = holds(await client('disputes', '--batch', header.batchIndex))
    return [withdrawals, deletion.possible, deletion.by]
  }

  it('a window that is raised opens again, for old batches too', async () => {
    await world.setWindow(100_000)
    await world.finalize()
    assert.deepEqual(await phase(), ['in-window', batch.timestamp + 100_000])
  })

  it('a window that is lowered counts for L1 alone: no batch is final before the promised one is over', async () => {
    await world.setWindow(1)
    const { transactionHash } = await world.withdraw()
    const { timestamp } = await world.postBatch()
    await world.finalize()
    const { facts, report, ...run } = await client('withdrawal', transactionHash)
    holds({ facts, report, ...run })
    assert.equal(facts.phase, 'ready', 'the contract relays it')
    assert.equal(facts.finality, `posted, its window closes at ${timestamp + WINDOW} (l1 time)`)
    const { fraudProofWindow, contractWindow } = headOf(await client('head'))
    assert.deepEqual([fraudProofWindow, contractWindow], [WINDOW, 1])
  })

  it('a disputed batch is disputed, and so is what was sent in it; those before it are not', async () => {
    await world.setWindow(WINDOW)
    const { transactionHash } = await world.withdraw()
    const late = await world.postBatch()
    await world.dispute(late)
    await world.finalize()
    assert.equal(headOf(await client('head')).lastBatch, 'disputed')
    assert.equal(holds(await client('withdrawal', transactionHash)).phase, 'disputed')
    assert.deepEqual(await phase(), ['ready', batch.timestamp + WINDOW])
    assert.deepEqual(await effect(late), ['blocked', 'now', actors.fraudVerifier.address.toLowerCase()])
    assert.deepEqual(await effect(batch), ['not-affected', 'no', undefined])
  })

  it('who may delete a batch is whoever the name leads to', async () => {
    const name = `${world.rollup.l2ChainId}_MVM_FraudVerifier`
    await world.setName(name, actors.bob.address)
    await world.finalize()
    assert.deepEqual(await effect(world.batches.at(-1)), ['blocked', 'now', actors.bob.address.toLowerCase()])
    await world.setName(name, actors.fraudVerifier.address)
  })

  for (const [what, change, undo] of [
    [
      'a name that points elsewhere',
      () => world.setName('StateCommitmentChain', actors.bob.address),
      () => world.setName('StateCommitmentChain', world.rollup.addresses.stateCommitmentChain),
    ],
    [
      'other code of the messenger',
      () => world.upgradeMessenger(),
      () => world.setName('OVM_L1CrossDomainMessenger', world.rollup.addresses.l1CrossDomainMessengerImplementation),
    ],
    ['other code of the state commitment chain', () => world.upgradeStateCommitmentChain()],
  ]) {
    it(`${what} is refused, and both values are named`, async () => {
      await change()
      await world.finalize()
      const { rule, got, expected } = refused(await client('withdrawal', sent.transactionHash), 'UNSUPPORTED')
      assert.equal(rule, 'rollup.changed')
      assert.notEqual(got, expected)
      if (!undo) return
      await undo()
      await world.finalize()
      assert.deepEqual(await phase(), ['ready', batch.timestamp + WINDOW])
    })
  }
})
