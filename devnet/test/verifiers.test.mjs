// The verifiers' own parts: statements against the worked ones of the definition, and what a puppet says and serves.

import assert from 'node:assert/strict'
import { after, before, describe, it, test } from 'node:test'
import { hashTypedData, keccak256, numberToHex, recoverTypedDataAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { proposer, slots } from '../src/rollup/index.mjs'
import { startCast } from '../src/verifiers/cast.mjs'
import { startPuppet } from '../src/verifiers/puppet.mjs'
import { attest, domainOf, types } from '../src/verifiers/statement.mjs'
import { startWebhook } from '../src/verifiers/webhook.mjs'
import { startWorld } from '../src/world.mjs'
import { skip, vector } from './support/l2-vectors.mjs'
import { fill, startRollup } from './support/rollup.mjs'

const primaryType = 'StateAttestation'
const worked = () => vector('metis/attestations-batch473.json')

test('a statement has the digest and the signature of the definition', { skip }, async () => {
  const { domain, ...statements } = worked()
  for (const [name, key] of [['agree', 1], ['dissent', 2], ['offence_agree', 3], ['offence_dissent', 3]]) {
    const { message, digest, signature } = statements[name]
    assert.equal(hashTypedData({ domain, types, primaryType, message }), digest, name)
    const account = privateKeyToAccount(numberToHex(key, { size: 32 }))
    assert.equal((await attest(account, domain, message)).signature, signature, name)
    assert.notEqual((await attest(account, { ...domain, chainId: 2 }, message)).signature, signature, name)
  }
})

describe('a puppet', () => {
  const account = privateKeyToAccount(keccak256('0x01'))
  let world, puppet, batch
  before(async () => {
    world = await startRollup()
    puppet = await startPuppet({ rollup: world.l1, account })
    await fill(world.l2, 3)
    batch = await proposer.appendFrom(world.l1, world.l2)
  })
  after(async () => {
    await puppet?.stop()
    await world?.stop()
  })

  /** What is served of the batch after it was told what to say. */
  async function says(saying) {
    const before = puppet.said(batch.header.batchIndex).length
    puppet.play(saying)
    await puppet.attest(batch)
    const { attestations } = await (await fetch(`${puppet.url}/v1/attestations/1088/${batch.header.batchIndex}`)).json()
    return attestations.slice(before)
  }

  it('agrees with the last root and block that were posted, under its own name', async () => {
    const [{ message, signature }] = await says('agree')
    const { number, hash, header } = world.l2.head()
    assert.deepEqual([message.verdict, message.l2BlockNumber], [1, String(number)])
    assert.deepEqual([message.l2BlockHash, message.l2StateRoot], [hash, header.stateRoot])
    assert.deepEqual([message.batchHeaderHash, message.batchRoot], [batch.headerHash, batch.header.batchRoot])
    assert.equal(message.issuedAt, String(batch.timestamp))
    const domain = domainOf(world.l1)
    assert.equal(await recoverTypedDataAddress({ domain, types, primaryType, message, signature }), account.address)
  })

  it('lies about the first block, well or badly', async () => {
    const [well] = await says('lie')
    const [badly] = await says('lie-badly')
    assert.deepEqual([well, badly].map(({ message }) => [message.verdict, message.l2BlockNumber]), [[0, '1'], [0, '1']])
    assert.notEqual(well.message.l2StateRoot, batch.stateRoots[0])
    assert.equal(badly.message.l2StateRoot, batch.stateRoots[0])
  })

  it('says both at one time, or nothing', async () => {
    const both = (await says('equivocate')).map(({ message }) => message)
    assert.deepEqual(both.map(({ verdict }) => verdict), [1, 0])
    assert.equal(both[0].issuedAt, both[1].issuedAt)
    assert.deepEqual(await says('say-nothing'), [])
    assert.throws(() => puppet.play('sing'), /and not sing/)
  })

  it('serves the latest batch that it knows, and nothing of another chain', async () => {
    const get = (path) => fetch(`${puppet.url}/v1/attestations/${path}`)
    assert.deepEqual(await (await get('1088/latest')).json(), { attestations: puppet.said(0) })
    assert.deepEqual(await (await get('1088/7')).json(), { attestations: [] })
    assert.equal((await get('1/0')).status, 404)
    assert.equal((await get('1088/0')).headers.get('access-control-allow-origin'), '*')
  })
})

test('five have stakes in the pool, and say their word of each batch', async (t) => {
  const world = await startWorld()
  t.after(() => world.stop())
  await world.addL2Blocks(1)
  await world.postBatch()
  const { members, urls, stop } = await startCast(world)
  t.after(stop)
  const { lockingPool } = world.network().contracts
  for (const { id, address, amount } of Object.values(members)) {
    const at = (place) => world.l1.rpc('eth_getStorageAt', [lockingPool, slots.sequencerSlot(id, place), 'finalized'])
    assert.equal(BigInt(await at(0)), amount)
    assert.equal(BigInt(await at(9)), BigInt(address))
  }
  members.liar.play('lie')
  await world.addL2Blocks(2)
  await world.postBatch()
  const verdicts = async (url, index) => {
    const { attestations } = await (await fetch(`${url}/v1/attestations/1088/${index}`)).json()
    return attestations.map(({ message }) => message.verdict)
  }
  const of = (index) => Promise.all(urls.map((url) => verdicts(url, index)))
  assert.deepEqual(await of(0), [[1], [1], [1], [1], [1]], 'of what was there before them')
  assert.deepEqual(await of(1), [[1], [1], [1], [0], [1]])
})

test('a webhook keeps reports, and tells of them as they come', async (t) => {
  const told = []
  const webhook = await startWebhook((report) => told.push(report))
  t.after(webhook.stop)
  for (const batch of [1, 2]) await fetch(webhook.url, { method: 'POST', body: JSON.stringify({ batch }) })
  assert.deepEqual(webhook.reports, [{ batch: 1 }, { batch: 2 }])
  assert.deepEqual(told, webhook.reports)
})
