// What the client makes of verifiers' word: a quorum, a dissent, a contradiction, a set that changes, and sources that are
// of no help. The verifiers check nothing here and say what they are told.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { serveHttp } from '../../src/http.mjs'
import { accountOf, actors } from '../../src/rollup/index.mjs'
import { stakes, startCast } from '../../src/verifiers/cast.mjs'
import { serveAttestations } from '../../src/verifiers/server.mjs'
import { agreement, attest, dissent, domainOf } from '../../src/verifiers/statement.mjs'
import { startWorld } from '../../src/world.mjs'
import { metis, tallyOf, verifiersOf } from './support/attested.mjs'
import { clientOf, ended, holds } from './support/client.mjs'

const ALL = 300_000
/** Far longer than these tests: no window closes. */
const WINDOW = 100_000
const { address } = actors.alice

describe('five verifiers', () => {
  let world, cast, members
  before(async () => {
    world = await startWorld({ window: WINDOW })
    cast = await startCast(world)
    members = cast.members
  })
  after(async () => {
    await cast?.stop()
    await world.stop()
  })

  /** The client, with all verifiers' servers or others. */
  const client = (attestations = cast.urls) => clientOf(world, { attestations: attestations.join(',') || undefined })

  /** A batch that is final on L1, of which each verifier has said what it is to say: else it agrees. */
  async function posted(sayings = {}) {
    for (const [name, { play }] of Object.entries(members)) play(sayings[name] ?? 'agree')
    await world.addL2Blocks(2)
    const batch = await world.postBatch()
    await world.finalize()
    return batch
  }

  const tally = async (...sources) => tallyOf(await client(...sources)('attestations'))
  const addressesOf = (...names) => names.map((name) => members[name].address.toLowerCase()).sort()

  it('weigh what the pool says they have locked', async () => {
    const { members: known, total, required } = verifiersOf(await client()('verifiers'))
    const expected = Object.entries(stakes).map(([name, locked]) => [members[name].address.toLowerCase(), metis(locked)])
    assert.deepEqual(known, Object.fromEntries(expected))
    assert.deepEqual([total, required], [metis(ALL), metis(200_000) + 1n])
  })

  it('attest a batch together', async () => {
    await posted()
    const { finality, weight, contested, agreeing, isBlockHashAttested } = await tally()
    assert.deepEqual([finality, weight, contested, isBlockHashAttested], ['attested', metis(ALL), 0n, true])
    assert.deepEqual(agreeing, addressesOf(...Object.keys(stakes)))
  })

  it('attest it without one of them, and each counts once however many say so', async () => {
    await posted({ laggard: 'say-nothing' })
    assert.deepEqual(await standing(), ['attested', 240_000])
    assert.deepEqual(await standing([...cast.urls, ...cast.urls]), ['attested', 240_000])
    assert.deepEqual(await standing([members.steady.url]), ['posted', 100_000])
    ended(await client([])('attestations'), 'MISUSE')
  })

  it('do not attest it with two thirds exactly', async () => {
    const batch = await posted({ steady: 'say-nothing' })
    assert.deepEqual(await standing(), ['posted', 200_000])
    await members.steady.attest(batch)
    assert.deepEqual(await standing(), ['posted', 200_000], 'it says nothing still')
    members.steady.play('agree')
    await members.steady.attest(batch)
    assert.deepEqual(await standing(), ['attested', ALL])
  })

  it('do not attest it when they are two, whatever they weigh', async () => {
    const { steady, leaver } = members
    await world.setLocked(steady.id, metis(1_000_000))
    await posted({ leaver: 'say-nothing', liar: 'say-nothing', equivocator: 'say-nothing' })
    const { finality, weight, required } = await tally()
    assert.deepEqual([finality, weight > required], ['posted', true])
    leaver.play('agree')
    await leaver.attest(world.batches.at(-1))
    assert.equal((await tally()).finality, 'attested')
    assert.deepEqual((await tally()).agreeing, addressesOf('steady', 'laggard', 'leaver'))
    await world.setLocked(steady.id, steady.amount)
  })

  describe('of whom one lies', () => {
    it('show a dissent, and attest the batch all the same', async () => {
      await posted({ liar: 'lie' })
      const { finality, weight, contested, dissenting } = await tally()
      assert.deepEqual([finality, weight, contested], ['attested', metis(250_000), metis(50_000)])
      assert.deepEqual(dissenting, addressesOf('liar'))
    })

    it('are not contested by a lie that names the posted root', async () => {
      await posted({ liar: 'lie-badly' })
      const { finality, contested, refused } = await tally()
      assert.deepEqual([finality, contested], ['attested', 0n])
      assert.deepEqual(refused.map(({ signer }) => signer), addressesOf('liar'))
      assert.equal(refused[0].rule, 'attestation.dissent-agrees')
    })

    it('take it back, and are counted then', async () => {
      const batch = await posted({ liar: 'lie' })
      await members.liar.say(agreement(1088, batch, batch.timestamp + 1))
      const { weight, contested, retracted } = await tally()
      assert.deepEqual([weight, contested], [metis(ALL), 0n])
      assert.deepEqual(retracted, addressesOf('liar'))
    })
  })

  describe('of whom one contradicts itself', () => {
    it('count without it, and have evidence', async () => {
      await posted({ equivocator: 'equivocate' })
      const { finality, weight, contested, equivocators } = await tally()
      assert.deepEqual([finality, weight, contested], ['attested', metis(270_000), 0n])
      assert.deepEqual(equivocators, addressesOf('equivocator'))
    })
  })

  describe('below a quorum', () => {
    let batch
    before(async () => {
      batch = await posted({ laggard: 'say-nothing', liar: 'lie', equivocator: 'equivocate' })
    })

    it('leave the batch posted', async () => {
      const { finality, weight, contested } = await tally()
      assert.deepEqual([finality, weight, contested], ['posted', metis(160_000), metis(50_000)])
    })

    it('are not enough for who asks for a quorum', async () => {
      const { l2Block } = holds(await client()('balance', address))
      assert.equal(l2Block, world.postedBlock)
      const run = await client()('balance', address, '--block', l2Block, '--min-finality', 'attested')
      ended(run, 'NOT_YET')
      const older = holds(await client()('balance', address, '--min-finality', 'attested'))
      assert.equal(older.l2Block, Number(batch.header.prevTotalElements), 'the batch before has a quorum')
    })

    it('are enough as soon as one more agrees', async () => {
      await members.laggard.say(agreement(1088, batch, batch.timestamp))
      assert.equal((await tally()).finality, 'attested')
      const { l2Block } = holds(await client()('balance', address, '--min-finality', 'attested'))
      assert.equal(l2Block, world.postedBlock)
    })
  })

  describe('whose word is none', () => {
    const domains = {
      'another L1': (domain) => ({ ...domain, chainId: 1 }),
      'another rollup on it': (domain) => ({ ...domain, verifyingContract: actors.bob.address }),
    }
    const statements = {
      'is from before its batch': [(batch) => agreement(1088, batch, batch.timestamp - 1), 'before-batch'],
      'is from the future': [(batch) => agreement(1088, batch, world.l1.now() + 120), 'from-future'],
      'is about another L2': [(batch) => agreement(1089, batch, batch.timestamp), 'other-batch'],
      'is about a block in the midst': [
        (batch) => ({ ...agreement(1088, batch, batch.timestamp), l2BlockNumber: 1n }),
        'not-last-block',
      ],
      'dissents about a block of another batch': [
        (batch) => ({ ...dissent(1088, batch, batch.timestamp), l2BlockNumber: 1n }),
        'other-block',
      ],
    }
    for (const [what, [make, rule]] of Object.entries(statements)) {
      it(what, async () => {
        const batch = await posted({ steady: 'say-nothing' })
        await members.steady.say(make(batch))
        const { weight, contested, refused } = await tally()
        assert.deepEqual([weight, contested], [metis(200_000), 0n])
        assert.deepEqual(refused.map(({ rule }) => rule), [`attestation.${rule}`])
      })
    }

    for (const [what, change] of Object.entries(domains)) {
      it(`is signed for ${what}`, async (t) => {
        const batch = await posted({ steady: 'say-nothing' })
        const server = await serveAttestations(1088)
        t.after(server.close)
        const domain = change(domainOf(world.rollup))
        const account = accountOf('verifier steady')
        server.add(await attest(account, domain, agreement(1088, batch, batch.timestamp)))
        const { weight, refused } = await tally([...cast.urls, server.url])
        assert.equal(weight, metis(200_000))
        assert.deepEqual(refused.map(({ rule }) => rule), ['attestation.not-member'])
      })
    }
  })

  describe('beside sources that are of no help', () => {
    before(() => posted())
    const sources = {
      'are down': () => {
        throw new Error('a mistake')
      },
      'say what is no JSON': () => ({ status: 200, body: '<html>' }),
      'never stop': () => ({ status: 200, body: '['.repeat(2 ** 20) }),
      'say a million things': () => ({ status: 200, body: `{"attestations":[${'0,'.repeat(10 ** 6)}0]}` }),
    }
    for (const [what, answer] of Object.entries(sources)) {
      it(`that ${what}`, async (t) => {
        const server = await serveHttp(answer)
        t.after(server.close)
        const run = await client([server.url, ...cast.urls])('attestations')
        const { finality, weight } = tallyOf(run)
        assert.deepEqual([finality, weight], ['attested', metis(ALL)])
        assert.ok(run.notes.some((note) => note.includes(new URL(server.url).port)), JSON.stringify(run.notes))
      })
    }
  })

  describe('of whom one leaves', () => {
    it('are fewer, and its later word is refused', async () => {
      await world.leavePool(members.leaver.id)
      await posted()
      const { weight, total, refused } = await tally()
      assert.deepEqual([weight, total], [metis(240_000), metis(240_000)])
      assert.deepEqual(refused.map(({ signer }) => signer), addressesOf('leaver'))
      assert.deepEqual(refused.map(({ rule }) => rule), ['attestation.not-member'])
    })

    it('need more than two thirds of the rest', async () => {
      await posted({ liar: 'say-nothing', equivocator: 'say-nothing' })
      assert.deepEqual(await standing(), ['posted', 160_000])
    })
  })

  async function standing(sources) {
    const { finality, weight } = await tally(sources)
    return [finality, Number(weight / metis(1))]
  }
})
