// Verifiers at work: what comes of it when one lags, one lies, one contradicts itself, one is killed, one is broken and one
// leaves. Each step leads to the next.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, metis } from './support/attested.mjs'
import { startPlay } from './support/verifiers.mjs'

const ALL = metis(300_000)

describe('five verifiers', () => {
  let play, world, members
  before(async () => {
    play = await startPlay()
    ;({ world, members } = play)
  })
  after(() => play?.stop())

  it('attest a batch, and the wait is short beside that for L1', async (t) => {
    const batch = await play.post()
    const { slot } = world.l1.beacon.head
    await play.settle()
    const final = Date.now()
    const { finality, agreeing, isBlockHashAttested } = await play.settled(ALL)
    const seconds = ((Date.now() - final) / 1000).toFixed(1)
    t.diagnostic(`posted to final: ${world.l1.beacon.head.slot - slot} slots of L1; final to attested: ${seconds} s`)
    assert.deepEqual([finality, isBlockHashAttested], ['attested', true])
    assert.deepEqual(agreeing, play.addressesOf(...Object.keys(members)))
    const [{ message }] = await members.steady.said(batch.header.batchIndex)
    assert.equal(message.batchHeaderHash, batch.headerHash)
  })

  it('attest it without the one whose node lags, which says nothing until it has the blocks', async () => {
    members.laggard.lag(100)
    const batch = await play.posted()
    const { finality } = await play.settled(metis(240_000))
    assert.equal(finality, 'attested')
    await eventually(members.laggard.metrics, ({ metis_light_own_node_waits_total: waits }) => waits > 0)
    assert.deepEqual(await members.laggard.said(batch.header.batchIndex), [])
    members.laggard.lag()
    await play.settled(ALL)
  })

  it('attest it beside a lie and a contradiction', async () => {
    members.liar.play('lie')
    members.equivocator.play('equivocate')
    await play.posted()
    const { finality, dissenting, equivocators } = await play.settled(metis(220_000), metis(50_000))
    assert.equal(finality, 'attested')
    assert.deepEqual(dissenting, play.addressesOf('liar'))
    assert.deepEqual(equivocators, play.addressesOf('equivocator'))
  })

  it('do not without the laggard then', async () => {
    members.laggard.lag(100)
    await play.posted()
    assert.equal((await play.settled(metis(160_000), metis(50_000))).finality, 'posted')
    members.laggard.lag()
    assert.equal((await play.settled(metis(220_000), metis(50_000))).finality, 'attested')
    for (const name of ['liar', 'equivocator']) members[name].play('agree')
  })

  it('never contradict themselves, whenever they are killed', async () => {
    const { steady } = members
    const [own] = play.addressesOf('steady')
    const before = await saidBy(steady)
    for (let time = 0; time < 3; time++) {
      await play.posted()
      await sleep(Math.random() * 1500)
      await steady.kill()
      await assert.rejects(steady.said(0))
      await steady.restart()
    }
    for (const batch of world.batches) {
      const { equivocators } = await eventually(() => play.tally(batch), ({ agreeing }) => agreeing.includes(own))
      assert.ok(!equivocators.includes(own))
    }
    const after = await saidBy(steady)
    assert.deepEqual(after.slice(0, before.length), before, 'what was said is said again')
    assert.deepEqual(after.map((said) => said.length), world.batches.map(() => 1))
  })

  it('dissent where the node of one is broken, which takes it back once that is repaired', async () => {
    const { steady } = members
    await world.addL2Blocks(1)
    const broken = world.l2.head().number + 1
    steady.differ(broken)
    const batch = await play.posted()
    await play.settled(metis(200_000), metis(100_000))
    const index = Number(batch.header.batchIndex)
    const report = await eventually(
      () => play.webhook.reports.find(({ batchIndex }) => batchIndex === index),
      (found) => found !== undefined,
    )
    assert.equal(report.difference.block, broken)
    assert.equal(report.difference.posted, world.l2.block(broken).header.stateRoot)
    steady.differ()
    await steady.kill()
    await steady.restart()
    const { retracted, equivocators } = await play.settled(ALL)
    assert.deepEqual([retracted, equivocators], [play.addressesOf('steady'), []])
  })

  it('are fewer once one has left, whose later word is refused', async () => {
    await world.leavePool(members.leaver.id)
    const batch = await play.posted()
    await eventually(() => members.leaver.said(batch.header.batchIndex), (said) => said.length > 0)
    const { finality, total, refused } = await play.settled(metis(240_000))
    assert.deepEqual([finality, total], ['attested', metis(240_000)])
    const [word] = refused.filter(({ signer }) => play.addressesOf('leaver').includes(signer))
    assert.equal(word.rule, 'attestation.not-member')
  })

  it('stop when they are asked to', async () => {
    const codes = await Promise.all(['steady', 'laggard', 'leaver'].map((name) => members[name].end()))
    assert.deepEqual(codes, [0, 0, 0])
  })

  /** All that one has said, batch by batch. */
  const saidBy = ({ said }) => Promise.all(world.batches.map(({ header }) => said(header.batchIndex)))
})
