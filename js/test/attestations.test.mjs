// Verifiers' word beside what is proven: recordings have none, so statements about their batches are signed here, with viem and
// ethers, and served honestly or not.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { createPublicClient, defineChain } from 'viem'
import { createLightClient, LightClientError } from '../dist/index.js'
import { metisActions, verified } from '../dist/viem.js'
import { absence } from './support/absent.mjs'
import { dissent, keys, serveAttestations, sign, signed, source, statement, stranger, verifiers, zero } from './support/attestations.mjs'
import { limits as quick, urlsOf, world } from './support/golden.mjs'
import { manners } from './support/manners.mjs'
import { inCi, vectors } from './support/paths.mjs'
import { serve } from './support/recording.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

/** Nobody who is honest is too slow, on a machine that does much else: they are waited for twice as long as `hedge`. */
const limits = { ...quick, hedge: 10_000 }

describe('attestations', { skip }, () => {
  /** Batches 2 and 3 are in their window, 0 and 1 are final. */
  let chain, user, four, three
  const servers = []
  before(async () => {
    chain = world('1-happy', 'in-window')
    user = chain.expected.balances.find(({ l2Block, who }) => l2Block === 55 && who === 'user1')
    const by = async (signers) => ({ 2: await signed(chain, signers, statement(chain, 2)), 3: await signed(chain, signers, statement(chain, 3)) })
    four = await by(keys.slice(1))
    three = await by(keys.slice(0, 3))
  })
  after(() => servers.forEach((server) => server.close()))

  const open = (more = {}) => createLightClient({ ...chain.options, limits, verifiers, ...more })
  const start = async (...args) => {
    const server = await serveAttestations(...args)
    servers.push(server)
    return server
  }
  const message = (tag) => chain.expected.messages.find((message) => message.tag === tag)
  const balance = async (client, block = 55n) => (await client.getBalance({ address: user.account, block })).verification
  const metis = () => chain.options.network.l2.predeploys.metis
  const quorum = { weight: 400n, of: 500n, required: 334n, signers: 4, requiredSigners: 3, blockHash: true }

  it('without sources nothing is said of verifiers', async () => {
    const client = await open({ verifiers: undefined })
    const { finality, attestation } = await balance(client)
    assert.deepEqual([finality, attestation], ['posted', undefined])
  })

  it('a quorum attests every kind of answer, over functions and over HTTP', async () => {
    const served = await start(four)
    for (const attestations of [source(four), served.url]) {
      const client = await open({ attestations })
      const { txHash: hash, messageHash } = message('W1-metis')
      const [block] = chain.expected.l2Transactions.filter(({ block }) => block === 55)
      const heads = await client.ready()
      const answers = [
        heads.verification,
        await balance(client),
        (await client.getTokenBalance({ token: metis(), address: user.account })).verification,
        (await client.getStorageAt({ address: metis(), slot: user.metisSlot })).verification,
        (await client.getProof({ address: metis(), slots: [user.metisSlot] })).verification,
        (await client.getTransactionCount({ address: user.account })).verification,
        (await client.getBlock({ block: 55n })).verification,
        (await client.getTransaction({ hash: block.hash })).verification,
        (await client.getTransactionReceipt({ hash: block.hash })).verification,
        (await client.getLogs({ fromBlock: 42n, toBlock: 43n })).verification,
        (await client.getWithdrawalStatus({ hash, messageHash })).verification,
        (await client.getWithdrawals({ hash })).find((one) => one.messageHash === messageHash).status.verification,
        (await client.getAttestation({ batch: 2 })).verification,
        (await client.getAttestation()).verification,
      ]
      for (const [place, { finality, attestation, notChecked }] of answers.entries()) {
        assert.equal(finality, 'attested', `answer ${place}`)
        assert.deepEqual(attestation, quorum, `answer ${place}`)
        assert.ok(notChecked.some((what) => what.includes('slashes')), `answer ${place}`)
      }
      // A withdrawal waits all the same.
      const { phase, next, readyAt } = await client.getWithdrawalStatus({ hash, messageHash })
      assert.deepEqual([phase, next, typeof readyAt], ['in-challenge-period', 'wait', 'number'])
      await rejects(client.buildRelayMessage({ hash, messageHash }), 'NOT_YET')
      await client.close()
    }
    // What is asked once is remembered for a moment, and `ready` asks anew.
    assert.ok(served.asked.every((path) => /^\/v1\/attestations\/1088\/[23]$/.test(path)))
  })

  it('what is final is not asked about', async () => {
    const attestations = source(four)
    const client = await open({ attestations })
    const { txHash: hash, messageHash } = message('W0-legacy-plain')
    const { finality, attestation } = (await client.getWithdrawalStatus({ hash, messageHash })).verification
    assert.deepEqual([finality, attestation, attestations.asked], ['final', undefined, []])
  })

  it('three of five are no quorum, and neither is a heavy pair', async () => {
    const few = await open({ attestations: source(three) })
    const { finality, attestation } = await balance(few)
    assert.deepEqual([finality, attestation], ['posted', { ...quorum, weight: 300n, signers: 3, blockHash: false }])
    const heavy = verifiers.map((one, place) => ({ ...one, weight: place < 2 ? '1000' : '1' }))
    const pair = { 3: three[3].slice(0, 2) }
    const two = (await balance(await open({ attestations: source(pair), verifiers: heavy })))
    assert.deepEqual([two.finality, two.attestation.weight, two.attestation.signers], ['posted', 2000n, 2])
    const third = (await balance(await open({ attestations: source(three), verifiers: heavy })))
    assert.deepEqual([third.finality, third.attestation.weight, third.overrides], ['attested', 2001n, []])
  })

  it('a quorum is lowered by name alone, and every answer says so', async () => {
    const attestations = source(three)
    for (const quorum of [{ moreThan: 1, of: 2 }, { signers: 2 }, { moreThan: 3, of: 3, lowered: true }, { most: 1 }]) {
      await rejects(open({ attestations, quorum }), 'MISUSE')
    }
    const lowered = await open({ attestations, quorum: { moreThan: 1, of: 2, lowered: true } })
    const { finality, attestation, overrides } = await balance(lowered)
    assert.deepEqual([finality, attestation.lowered, attestation.required, overrides], ['attested', true, 251n, ['lowered-quorum']])
    const { value, verification } = await lowered.getVerifiers()
    assert.deepEqual(value.quorum, { moreThan: 1, of: 2, signers: 3, required: 251n, lowered: true })
    assert.deepEqual(verification.overrides, ['lowered-quorum'])
    const raised = await open({ attestations: source(four), quorum: { signers: 5 } })
    assert.deepEqual([(await balance(raised)).finality, (await balance(raised)).overrides], ['posted', []])
  })

  it('words that do not count are told with their rule, and change nothing', async () => {
    const other = (changed, key = keys[0]) => sign(chain, key, statement(chain, 3, changed))
    const wrong = [
      ['attestation.not-member', await other({}, stranger)],
      ['attestation.other-batch', await other({ batchHeaderHash: `0x${'11'.repeat(32)}` })],
      ['attestation.other-batch', await other({ batchRoot: `0x${'11'.repeat(32)}` })],
      ['attestation.other-batch', await other({ l2ChainId: '59902' })],
      ['attestation.other-batch', await sign(chain, keys[0], statement(chain, 2))],
      ['attestation.other-root', await other({ l2StateRoot: `0x${'11'.repeat(32)}` })],
      ['attestation.not-last-block', await other({ l2BlockNumber: '54' })],
      ['attestation.before-batch', await other({ issuedAt: '1750000000' })],
      ['attestation.from-future', await other({ issuedAt: '1750009999' })],
      ['attestation.unknown-verdict', await other({ verdict: 2 })],
      ['attestation.other-block', await sign(chain, keys[0], dissent(chain, 3, { l2BlockNumber: '56' }))],
      ['attestation.not-member', await spoiled(await other({}))],
    ]
    for (const [rule, attestation] of wrong) {
      const client = await open({ attestations: source({ 3: [...three[3].slice(1), attestation] }) })
      const { value, verification } = await client.getAttestation({ batch: 3 })
      assert.deepEqual(value.refused.map((one) => one.rule), [rule])
      assert.deepEqual(value.refused[0].attestation.message, attestation.message)
      assert.deepEqual([verification.attestation.weight, verification.attestation.signers], [200n, 2], rule)
      // Nor does it count alone: it is about the batch that it names, if there is one.
      const error = await client.verifyAttestation(attestation).then(() => undefined, (error) => error)
      assert.ok(error ? error.details.rule === rule : attestation.message.batchIndex === '2', rule)
    }
    const honest = await (await open()).verifyAttestation(three[3][0])
    assert.deepEqual([honest.value.signer, honest.value.weight, honest.value.verdict], [verifiers[0].address.toLowerCase(), 100n, 'agrees'])
    assert.deepEqual([honest.verification.finality, honest.verification.attestation.weight], ['posted', 100n])
  })

  it('a signature has one form of each kind, and ethers signs the same digest', async () => {
    const client = await open()
    for (const key of keys) {
      const own = await sign(chain, key, statement(chain, 3))
      const { value } = await client.verifyAttestation(own)
      const compact = { ...own, signature: compacted(own.signature) }
      assert.equal((await client.verifyAttestation(compact)).value.signer, value.signer)
      await rejects(client.verifyAttestation({ ...own, signature: malleated(own.signature) }), 'INVALID_PROOF')
      await rejects(client.verifyAttestation({ ...own, signature: own.signature.slice(0, -4) }), 'MISUSE')
    }
    // One signer in both forms, from two sources, counts once.
    const [own] = three[3]
    const attestations = [source({ 3: [own, own] }), source({ 3: [{ ...own, signature: compacted(own.signature) }] })]
    assert.equal((await balance(await open({ attestations }))).attestation.weight, 100n)
  })

  it('sources are put together, whoever of them fails or lies', async () => {
    const [first, second] = [{ 3: four[3].slice(0, 3) }, { 3: four[3].slice(2) }]
    const pouring = (size) => manner((_, response) => manners[size](_, response, ''))
    const bad = [
      ['nothing known', await start({})],
      ['dead', { url: 'http://127.0.0.1:9/' }, 'UNAVAILABLE'],
      ['status 500', await start({}, manner((_, response) => response.writeHead(500).end('no'))), 'UNAVAILABLE'],
      ['no JSON', await start({}, manner((_, response) => response.end('<!doctype html>'))), 'MALFORMED_REPLY', 'UNAVAILABLE'],
      ['other JSON', await start({}, manner((_, response) => response.end('{"attestations":[{}]}'))), 'MALFORMED_REPLY'],
      ['too long', await start({}, manner((_, response) => response.end(padded(300 << 10)))), 'UNAVAILABLE', 'MALFORMED_REPLY'],
      ['oversized', await start({}, pouring('oversized')), 'UNAVAILABLE'],
      ['endless', await start({}, pouring('endless')), 'UNAVAILABLE'],
      ['a function that throws', { url: async () => { throw new Error('no') } }, 'UNAVAILABLE'],
      ['a function that says too much', { url: async () => padded(300 << 10) }, 'MALFORMED_REPLY', 'UNAVAILABLE'],
    ]
    for (const [name, { url }, ...codes] of bad) {
      const events = []
      const onProgress = (event) => event.type === 'source' && events.push(event)
      const client = await open({ attestations: [source(first), url, source(second)], onProgress })
      const { finality, attestation } = await balance(client)
      assert.deepEqual([finality, attestation], ['attested', quorum], name)
      const blamed = events.map(({ kind, source }) => [kind, source])
      assert.deepEqual(blamed, codes.length > 0 ? [['attestations', 1]] : [], name)
      if (codes.length > 0) assert.ok(codes.includes(events[0].code), `${name}: ${events[0].code} ${events[0].message}`)
      // Alone it is worth nothing, and makes no answer worse.
      const alone = await balance(await open({ attestations: url }))
      assert.deepEqual([alone.finality, alone.attestation.weight], ['posted', 0n], name)
      await client.close()
    }
  })

  it('one that stalls holds answers up for as long as the next is waited for, and no longer', async () => {
    const stalls = () => new Promise(() => undefined)
    const client = await open({ attestations: [stalls, source(four)], limits: { ...limits, answer: 600_000, hedge: 300 } })
    assert.equal((await balance(client)).attestation.signers, 4)
  })

  it('a million words are cut off, and none is counted twice', async () => {
    const strangers = Array.from({ length: 600 }, (_, place) => ({ ...four[3][0], message: { ...four[3][0].message, issuedAt: String(1_750_000_400 + place) } }))
    const attestations = [async () => JSON.stringify({ attestations: strangers }), source(four), source(four)]
    const { finality, attestation } = await balance(await open({ attestations }))
    assert.deepEqual([finality, attestation.weight], ['attested', 400n])
  })

  it('dissent is shown and is no phase, and above a third no quorum can form', async () => {
    const no = await sign(chain, keys[0], dissent(chain, 3))
    const one = await balance(await open({ attestations: source({ 3: [...four[3], no] }) }))
    assert.deepEqual([one.finality, one.attestation.contested], ['attested', { weight: 100n, of: 500n }])
    const noes = [no, await sign(chain, keys[1], dissent(chain, 3))]
    const client = await open({ attestations: source({ 3: [...four[3].slice(1), ...noes] }) })
    const { value, verification } = await client.getAttestation()
    assert.deepEqual([verification.finality, verification.attestation.contested.weight], ['posted', 200n])
    assert.deepEqual([value.agreeing.length, value.dissenting.map(({ l2Block }) => l2Block)], [3, [43n, 43n]])
    assert.equal((await client.getBalance({ address: user.account })).value, BigInt(user.metis))
  })

  it('who contradicts itself counts for neither side, and who takes a dissent back counts', async () => {
    const yes = statement(chain, 3)
    const at = (issuedAt) => ({ issuedAt: String(Number(yes.issuedAt) + issuedAt) })
    const equivocating = [await sign(chain, keys[1], yes), await sign(chain, keys[1], dissent(chain, 3, at(10)))]
    const caught = await (await open({ attestations: source({ 3: [...four[3].slice(1), ...equivocating] }) })).getAttestation()
    const [offence] = caught.value.offences
    assert.equal(offence.signer, verifiers[1].address.toLowerCase())
    assert.deepEqual(offence.attestations.map(({ message }) => message.verdict), [1, 0])
    assert.deepEqual([caught.verification.finality, caught.verification.attestation.weight], ['posted', 300n])
    const repaired = [await sign(chain, keys[1], dissent(chain, 3)), await sign(chain, keys[1], statement(chain, 3, at(10)))]
    const back = await (await open({ attestations: source({ 3: [...four[3].slice(1), ...repaired] }) })).getAttestation()
    assert.deepEqual([back.verification.finality, back.value.agreeing.filter(({ retracted }) => retracted).length], ['attested', 1])
  })

  it('a final batch shows which words were false', async () => {
    const old = await sign(chain, keys[0], statement(chain, 1, { batchHeaderHash: `0x${'11'.repeat(32)}`, l2StateRoot: `0x${'22'.repeat(32)}` }))
    const strange = await sign(chain, stranger, old.message)
    const said = await signed(chain, keys.slice(1), statement(chain, 1))
    const client = await open({ attestations: source({ 1: [...said, old, strange] }) })
    const { value, verification } = await client.getAttestation({ batch: 1 })
    assert.deepEqual(value.falseAttestations.map(({ signer }) => signer), [verifiers[0].address.toLowerCase()])
    assert.deepEqual(value.falseAttestations[0].attestation.message, old.message)
    assert.deepEqual([verification.finality, verification.attestation.weight, value.refused.length], ['final', 400n, 2])
    // Of one whose window is open that cannot be said yet.
    const open3 = await open({ attestations: source({ 3: [{ ...old, message: { ...old.message, batchIndex: '3' } }] }) })
    assert.deepEqual((await open3.getAttestation({ batch: 3 })).value.falseAttestations, [])
  })

  it('blocks are attested only where a quorum signed their hash', async () => {
    const roots = { 2: four[2], 3: await signed(chain, keys.slice(1), statement(chain, 3, { l2BlockHash: zero })) }
    const client = await open({ attestations: source(roots) })
    assert.equal((await balance(client)).finality, 'attested')
    const { finality, attestation } = (await client.getBlock({ block: 55n })).verification
    assert.deepEqual([finality, attestation.weight, attestation.blockHash], ['posted', 400n, false])
    // Logs of two batches are as firm as the weaker one, whichever that is.
    const logs = { fromBlock: 42n, toBlock: 43n }
    assert.equal((await client.getLogs(logs)).verification.finality, 'posted')
    const weakBelow = await open({ attestations: source({ 3: four[3] }) })
    assert.equal((await weakBelow.getLogs(logs)).verification.finality, 'posted')
    assert.equal((await weakBelow.getLogs({ fromBlock: 43n, toBlock: 43n })).verification.finality, 'attested')
    const floor = await open({ attestations: source(roots), minFinality: 'attested' })
    const error = await rejects(floor.getBlock({ block: 55n }), 'NOT_YET')
    assert.deepEqual([error.details.rule, error.details.got, error.details.expected], ['client.not-attested', '0', '334'])
    assert.equal((await floor.getBlock({ block: 42n })).verification.finality, 'attested')
    await rejects(floor.getLogs(logs), 'NOT_YET')
  })

  it('a floor of attested takes what a quorum signed and what is final, and refuses the rest', async () => {
    const floor = await open({ attestations: source(four), minFinality: 'attested' })
    assert.equal((await balance(floor)).finality, 'attested')
    assert.equal(await floor.provider.request({ method: 'eth_blockNumber' }), '0x37')
    assert.equal(await floor.provider.request({ method: 'eth_getBalance', params: [user.account, 'latest'] }), `0x${BigInt(user.metis).toString(16)}`)
    assert.equal((await balance(floor, 5n)).finality, 'final')

    const below = await open({ attestations: source(three), minFinality: 'attested' })
    const { details } = await rejects(below.getBalance({ address: user.account, block: 55n }), 'NOT_YET')
    assert.deepEqual([details.rule, details.got, details.expected], ['client.not-attested', '300', '334'])
    assert.equal(details.until, chain.expected.batches[3].timestamp + 600)
    const refused = await below.provider.request({ method: 'eth_getBalance', params: [user.account, '0x37'] }).catch((error) => error)
    assert.equal(refused.code, -32002)
    // The newest that meets it is final.
    assert.equal(await below.provider.request({ method: 'eth_blockNumber' }), '0x6')
    // A batch below that a quorum signed is found.
    const second = await open({ attestations: source({ 2: four[2], 3: three[3] }), minFinality: 'attested' })
    assert.equal(await second.provider.request({ method: 'eth_blockNumber' }), '0x2a')
  })

  it('serves viem, with a floor and with its own actions', async () => {
    const client = await open({ attestations: source(four), minFinality: 'attested' })
    const { chainId: id } = client
    const nativeCurrency = { name: 'METIS', symbol: 'METIS', decimals: 18 }
    const metis = defineChain({ id, name: 'recorded', nativeCurrency, rpcUrls: { default: { http: [] } } })
    const viem = createPublicClient({ chain: metis, transport: verified(client) }).extend(metisActions(client))
    assert.equal(await viem.getBalance({ address: user.account }), BigInt(user.metis))
    assert.equal((await viem.getVerifiers()).value.members.length, 5)
    assert.equal((await viem.getAttestation()).value.agreeing.length, 4)
    assert.equal((await viem.verifyAttestation(four[3][0])).value.verdict, 'agrees')
  })

  it('the set is read out of the locking pool', async () => {
    const client = await open({ verifiers: undefined, attestations: source(four), l1: poolOf() })
    const { value, verification } = await client.getVerifiers()
    const active = chain.expected.sequencers.filter(({ status }) => status === 2)
    const found = value.members.map(({ address, weight }) => [address, weight])
    assert.deepEqual(found, active.map(({ signer, amount }) => [signer.toLowerCase(), BigInt(amount)]))
    const total = found.reduce((sum, [, weight]) => sum + weight, 0n)
    assert.deepEqual([value.policy, value.total, value.quorum.required], ['locking-pool', total, (total * 2n) / 3n + 1n])
    assert.deepEqual([verification.basis, verification.l1.hash], ['l1', chain.at.finalized.blockHash])
    assert.ok(verification.unpinned.includes('contracts.lockingPoolImplementation'))
    // None of the five is a sequencer.
    const { finality, attestation } = await balance(client)
    assert.deepEqual([finality, attestation.weight, attestation.of], ['posted', 0n, total])
  })

  it('a set that cannot be read refuses what rests on it, and an answer that does not says what is missing', async () => {
    const amount = (word) => (word.value.length > 20 && word.value.length < 30 ? { ...word, value: '0x1' } : word)
    const lying = { verifiers: 'locking-pool', attestations: source(four), l1: poolOf(amount) }
    const deceived = await open(lying)
    await rejects(deceived.getVerifiers(), 'INVALID_PROOF')
    const { finality, attestation, notChecked } = await balance(deceived)
    assert.deepEqual([finality, attestation], ['posted', undefined])
    assert.ok(notChecked.some((what) => what.startsWith('what verifiers say: ')))
    const floor = await open({ ...lying, minFinality: 'attested' })
    await rejects(balance(floor), 'INVALID_PROOF')
    assert.equal((await balance(floor, 5n)).finality, 'final')
  })

  /** L1 with the pool's storage as it was recorded, and with the one slot that was not asked about; `spoil` changes words. */
  function poolOf(spoil = (word) => word) {
    const { beacon, execution } = chain.options.l1
    const pool = chain.options.network.contracts.lockingPool.toLowerCase()
    const implementation = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'
    return {
      beacon,
      execution: {
        async request({ method, params }) {
          if (method !== 'eth_getProof' || params[0] !== pool) return execution.request({ method, params })
          const calls = chain.recording.calls.filter(({ request }) => request.method === method)
          const of = calls.find(({ request: { params: [address, , block] } }) => address.toLowerCase() === pool && block === params[2])
          const { storageHash, storageProof } = of.response.result
          const known = [...storageProof, absence(storageHash, storageProof, implementation)]
          const found = params[1].map((slot) => known.find(({ key }) => BigInt(key) === BigInt(slot)))
          return { ...of.response.result, storageProof: found.map((word) => spoil(word)) }
        },
      },
    }
  }

  it('tells of each batch once, and of each change', async () => {
    const events = []
    const onProgress = (event) => event.type === 'attestation' && events.push([event.batch, event.finality, event.attestation.weight])
    const said = source({ 3: four[3].slice(0, 2) })
    const client = await open({ attestations: said, onProgress })
    for (const weight of [2, 2, 3, 4]) {
      said.told[3] = four[3].slice(0, weight)
      await client.ready()
      await balance(client)
    }
    assert.deepEqual(events, [[3, 'posted', 200n], [3, 'posted', 300n], [3, 'attested', 400n]])
  })

  it('what is asked is asked once for a moment, and anew by who looks for what is new', async () => {
    const attestations = source(four)
    const client = await open({ attestations })
    for (let count = 0; count < 3; count += 1) await balance(client)
    assert.equal(attestations.asked.length, 1)
    await client.ready()
    assert.equal(attestations.asked.length, 2)
    await client.getAttestation()
    assert.equal(attestations.asked.length, 3)
  })

  it('begins with the full module, in a worker too', async () => {
    const { serve: serveWorker } = await import('../dist/worker.js')
    const { MessageChannel } = await import('node:worker_threads')
    const { port1: worker, port2 } = new MessageChannel()
    serveWorker({ port: port2 })
    const client = await open({ worker, attestations: [source(four), (await start(four)).url], minFinality: 'attested' })
    assert.deepEqual((await balance(client)).attestation, quorum)
    await client.close()
    worker.close()
  })

  it('a bundle of what a quorum signed is made under that floor, and says nothing of verifiers', async () => {
    const floor = await open({ attestations: source(four), minFinality: 'attested' })
    const bundle = await floor.createBundle({ balance: user.account, block: 55n })
    const { balance: found } = await floor.verifyWithdrawal(bundle)
    assert.deepEqual([found.verification.finality, found.verification.attestation], ['posted', undefined])
    const below = await open({ attestations: source(three), minFinality: 'attested' })
    await rejects(below.createBundle({ balance: user.account, block: 55n }), 'NOT_YET')
  })

  it('over nodes by their URLs as over functions', async () => {
    const nodes = await serve(chain.recording)
    servers.push(nodes)
    const client = await open({ ...urlsOf(nodes), attestations: (await start(four)).url })
    assert.deepEqual((await balance(client)).attestation, quorum)
  })

  it('a wrong call is the mistake of the caller', async () => {
    const attestations = source(four)
    const [one] = verifiers
    for (const wrong of [
      { attestations: [] },
      { attestations: 7 },
      { attestations: 'attestations.example' },
      { minFinality: 'attested' },
      { attestations, verifiers: 'everybody' },
      { attestations, verifiers: 7 },
      { attestations, verifiers: [{ address: '0x12', weight: 1n }] },
      { attestations, verifiers: [{ address: one.address, weight: -1n }] },
      { attestations, verifiers: [{ address: one.address }] },
    ]) {
      await rejects(open(wrong), 'MISUSE')
    }
    const nowhere = structuredClone(chain.options.network)
    for (const name of ['lockingPool', 'mvmVerifier']) delete nowhere.contracts[name]
    await rejects(open({ network: nowhere, verifiers: undefined, attestations }), 'MISUSE')
    // Sets that cannot be counted.
    for (const list of [[], [{ ...one, weight: 0n }], [one, one], [{ ...one, weight: 1n << 128n }]]) {
      await rejects((await open({ verifiers: list })).getVerifiers(), 'UNSUPPORTED')
    }
    const client = await open({ attestations })
    await rejects(client.getAttestation({ batch: 3, block: 55n }), 'MISUSE')
    await rejects(client.getAttestation({ batch: 1.5 }), 'MISUSE')
    await rejects(client.getAttestation({ block: 'latest' }), 'MISUSE')
    await rejects(client.getAttestation({ batch: 4 }), 'NOT_YET')
    await rejects(client.getAttestation({ block: 56n }), 'NOT_YET')
    await rejects(client.verifyAttestation(undefined), 'MISUSE')
    await rejects(client.verifyAttestation({ message: {}, signature: '0x' }), 'MISUSE')
    const early = { ...statement(chain, 3), batchIndex: String(2n ** 256n - 1n), batchHeaderHash: zero, batchRoot: zero }
    await rejects(client.verifyAttestation(await sign(chain, keys[0], early)), 'INVALID_PROOF')
    await rejects(client.verifyAttestation(await sign(chain, keys[0], { ...early, l2BlockNumber: '56' })), 'NOT_YET')
  })
})

const manner = (answer) => (request, response) => answer(request, response)

/** A reply of its length that has nothing else wrong with it. */
function padded(length) {
  return `{"attestations":[]${' '.repeat(length)}}`
}

async function spoiled({ message, signature }) {
  return { message: { ...message, issuedAt: String(Number(message.issuedAt) + 1) }, signature }
}

/** EIP-2098: the parity in the highest bit of `s`. */
function compacted(signature) {
  const [r, s, v] = [signature.slice(2, 66), BigInt(`0x${signature.slice(66, 130)}`), Number.parseInt(signature.slice(130), 16)]
  return `0x${r}${(s | (BigInt(v - 27) << 255n)).toString(16).padStart(64, '0')}`
}

/** The twin with a high `s`, which the same key would have signed. */
function malleated(signature) {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const [s, v] = [BigInt(`0x${signature.slice(66, 130)}`), Number.parseInt(signature.slice(130), 16)]
  return `${signature.slice(0, 66)}${(order - s).toString(16).padStart(64, '0')}${(55 - v).toString(16)}`
}

async function rejects(promise, ...codes) {
  const thrown = await promise.then(
    (value) => assert.fail(`nothing was thrown, the answer was ${String(value)}`),
    (error) => error,
  )
  assert.ok(thrown instanceof LightClientError, String(thrown.stack))
  assert.ok(codes.includes(thrown.code), `${thrown.code}: ${thrown.message}`)
  return thrown
}
