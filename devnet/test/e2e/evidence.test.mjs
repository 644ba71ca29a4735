// Evidence against verifiers, from what their servers say to a check without a network. On EthereumJS, because a deletion
// leaves slots of zero.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startCast } from '../../src/verifiers/cast.mjs'
import { startWorld } from '../../src/world.mjs'
import { tallyOf } from './support/attested.mjs'
import { clientOf, ended, holds, run } from './support/client.mjs'

const WINDOW = 300

describe('of five verifiers', () => {
  let world, cast, members, folder
  before(async () => {
    world = await startWorld({ execution: 'ethereumjs', window: WINDOW })
    cast = await startCast(world)
    members = cast.members
    folder = await mkdtemp(join(tmpdir(), 'metis-light-evidence-'))
  })
  after(async () => {
    await rm(folder, { recursive: true, force: true })
    await cast?.stop()
    await world.stop()
  })

  /** What the client finds in a batch's statements, and the files that it writes. */
  async function examine(batch) {
    const into = await mkdtemp(join(folder, 'found-'))
    const client = clientOf(world, { attestations: cast.urls.join(',') })
    const tally = tallyOf(await client('attestations', Number(batch.header.batchIndex), '--evidence', into))
    return { tally, files: (await readdir(into)).sort().map((name) => join(into, name)) }
  }

  const verify = (file, flags = {}) => {
    const all = { network: world.networkFile, now: world.l1.now(), ...flags }
    const given = Object.entries(all).filter(([, value]) => value !== undefined)
    return run(['verify', 'evidence', ...given.flatMap(([name, value]) => [`--${name}`, String(value)]), file])
  }

  /** The same file with something changed in its JSON. */
  async function spoiled(file, change) {
    const evidence = JSON.parse(await readFile(file, 'utf8'))
    change(evidence)
    const path = join(folder, 'spoiled.json')
    await writeFile(path, JSON.stringify(evidence))
    return path
  }

  const showsNothing = ({ code, report }) =>
    assert.deepEqual([code, report.refusal?.rule], [1, 'attestation.no-offence'], JSON.stringify(report.error))

  const address = (name) => members[name].address.toLowerCase()

  describe('one that contradicts itself', () => {
    let file
    before(async () => {
      members.equivocator.play('equivocate')
      await world.addL2Blocks(2)
      const batch = await world.postBatch()
      await world.finalize()
      const { tally, files } = await examine(batch)
      assert.deepEqual(tally.equivocators, [address('equivocator')])
      assert.equal(files.length, 1)
      file = files[0]
      members.equivocator.play('agree')
    })

    it('is shown by its two signatures alone', async () => {
      const { offence, signer, statements } = holds(await verify(file))
      assert.deepEqual([offence, signer.toLowerCase()], ['equivocation', address('equivocator')])
      assert.deepEqual(statements.map(({ message }) => message.verdict).sort(), [0, 1])
    })

    it('is not shown where one word was changed', async () => {
      const change = ({ statements: [first] }) => (first.message.issuedAt = String(Number(first.message.issuedAt) + 1))
      showsNothing(await verify(await spoiled(file, change)))
    })

    it('is not shown by one statement twice', async () => {
      const change = ({ statements }) => (statements[1] = statements[0])
      showsNothing(await verify(await spoiled(file, change)))
    })

    it('is not shown on another network', async () => {
      const { code, report } = await verify(file, { network: 'andromeda' })
      assert.deepEqual([code, report.refusal.rule], [1, 'attestation.other-domain'])
    })
  })

  describe('those that agreed with a wrong state root', () => {
    let honest
    before(async () => {
      for (const name of ['steady', 'laggard', 'leaver']) members[name].play('lie')
      await world.addL2Blocks(2)
      const dishonest = await world.postDishonestBatch()
      await world.dispute(dishonest)
      await world.deleteBatch(dishonest)
      for (const { play } of Object.values(members)) play('agree')
      honest = await world.postBatch()
      assert.equal(honest.header.batchIndex, dishonest.header.batchIndex)
      await world.finalize()
    })

    it('have done no wrong that is known as long as the window of the right one is open', async () => {
      const { tally, files } = await examine(honest)
      assert.deepEqual([tally.finality, tally.equivocators, tally.falsifiers, files], ['attested', [], [], []])
    })

    it('are shown to have signed what is false once it is over, and who attested both is not', async () => {
      await world.finalizeUntil(honest.timestamp + WINDOW)
      const { tally, files } = await examine(honest)
      assert.deepEqual([tally.finality, tally.equivocators], ['final', []])
      assert.deepEqual(tally.falsifiers, [address('liar'), address('equivocator')].sort())
      assert.equal(files.length, 2)
      for (const file of files) {
        ended(await verify(file), 'MISUSE')
        const { offence, signer, l2Block } = holds(await verify(file, { checkpoint: world.checkpoint }))
        assert.deepEqual([offence, l2Block], ['false-attestation', world.l2.head().number])
        assert.ok(tally.falsifiers.includes(signer.toLowerCase()))
      }
    })
  })
})
