// The proposer posts a wrong state root, and what becomes of it: alarms, dissent, a dispute, a deletion and a batch in its
// place. Each step leads to the next. On EthereumJS, because a deletion leaves slots of zero.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { actors } from '../../src/rollup/index.mjs'
import { eventually, metis } from './support/attested.mjs'
import { ended, holds } from './support/client.mjs'
import { startPlay } from './support/verifiers.mjs'

const { address } = actors.alice
const HONEST = ['steady', 'laggard', 'leaver']

describe('a wrong state root', () => {
  let play, world, client, batch, last
  before(async () => {
    play = await startPlay({ execution: 'ethereumjs' })
    ;({ world, client } = play)
    last = world.postedBlock
    await world.addL2Blocks(2)
    batch = await world.postDishonestBatch()
    await play.settle()
  })
  after(() => play?.stop())

  const balance = (...options) => client('balance', address, '--min-finality', 'attested', ...options)

  /** What disputes mean for the batch at that index. */
  async function disputes() {
    const run = await client('disputes', '--batch', Number(batch.header.batchIndex))
    const { flagged, headerHash } = holds(run)
    const { earliestDisputedBlock: earliest } = run.report.checked.find((facts) => 'earliestDisputedBlock' in facts)
    return { earliest: earliest && Number(earliest), flagged, headerHash }
  }

  it('is contested by each honest verifier, and has no quorum', async () => {
    const { finality, dissenting, agreeing } = await play.settled(metis(80_000), metis(220_000))
    assert.equal(finality, 'posted')
    assert.deepEqual(dissenting, play.addressesOf(...HONEST))
    assert.deepEqual(agreeing, play.addressesOf('liar', 'equivocator'))
  })

  it('is reported by each of them, with both roots and the signed dissent', async () => {
    const alarms = () => play.webhook.reports.filter(({ batchHeaderHash }) => batchHeaderHash === batch.headerHash)
    for (const { difference, attestation } of await eventually(alarms, (found) => found.length === HONEST.length)) {
      assert.equal(difference.block, world.postedBlock)
      assert.equal(difference.posted, batch.stateRoots.at(-1))
      assert.equal(difference.own, world.l2.head().header.stateRoot)
      assert.deepEqual([attestation.message.verdict, attestation.message.l2StateRoot], [0, difference.own])
    }
  })

  it('is not enough for who asks for a quorum', async () => {
    ended(await balance('--block', world.postedBlock), 'NOT_YET')
    assert.equal(holds(await balance()).l2Block, last)
  })

  it('is disputed, whatever was signed', async () => {
    await world.dispute(batch)
    await play.settle()
    const { finality, contested } = await play.tally()
    assert.deepEqual([finality, contested], ['disputed', metis(220_000)])
    const { earliest, flagged, headerHash } = await disputes()
    assert.deepEqual([earliest, flagged, headerHash], [last + 1, true, batch.headerHash])
  })

  it('is gone once its batch is deleted', async () => {
    await world.deleteBatch(batch)
    await play.settle()
    const index = Number(batch.header.batchIndex)
    const { code, report } = await client('attestations', index)
    assert.deepEqual([code, report.error?.code], [2, 'NOT_YET'])
    assert.match(report.error.message, new RegExp(`^batch ${index} is not posted yet`))
    assert.equal(holds(await balance()).l2Block, last)
  })

  it('is replaced under the same index, of which each speaks anew without an offence', async () => {
    const honest = await world.postBatch()
    assert.equal(honest.header.batchIndex, batch.header.batchIndex)
    await play.settle()
    const { finality, equivocators, falsifiers } = await play.settled(metis(300_000))
    assert.deepEqual([finality, equivocators, falsifiers], ['attested', [], []])
    const { earliest, flagged, headerHash } = await disputes()
    assert.deepEqual([earliest, flagged, headerHash], [null, false, honest.headerHash])
    assert.equal(holds(await balance()).l2Block, world.postedBlock)
  })
})
