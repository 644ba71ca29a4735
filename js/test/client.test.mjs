// The client over fetch and over functions: recordings of golden/ are served in this process, honestly or not.

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createLightClient, ETH_TOKEN, fileStorage, LightClientError, memoryStorage } from '../dist/index.js'
import { functionsOf, limits, urlsOf, world } from './support/golden.mjs'
import { inCi, vectors } from './support/paths.mjs'
import { serve } from './support/recording.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

describe('client', { skip }, () => {
  let honest, lying
  const servers = []
  const start = async (...args) => {
    const server = await serve(...args)
    servers.push(server)
    return server
  }
  before(() => {
    honest = world('1-happy', 'ready')
    lying = world('1-happy', 'ready', 'p01')
  })
  after(() => servers.forEach((server) => server.close()))

  const open = (more = {}) => createLightClient({ ...honest.options, ...more })
  const message = (tag) => honest.expected.messages.find((message) => message.tag === tag)

  const assertTrue = async (client) => {
    const { at, expected } = honest
    const heads = await client.ready()
    assert.equal(heads.l1.finalized.hash, at.finalized.blockHash)
    assert.equal(heads.l1.finalized.status, 'finalized')
    assert.deepEqual([heads.batches, heads.postedBlock], [at.scc.batchCount, BigInt(at.scc.totalElements)])

    const told = expected.balances.find(({ l2Block, who }) => l2Block === 55 && who === 'user1')
    const { value, verification } = await client.getBalance({ address: told.account })
    assert.equal(value, BigInt(told.metis))
    assert.deepEqual([verification.basis, verification.l2.number, verification.l1.number], ['state-root', 55n, BigInt(at.finalized.blockNumber)])
    assert.deepEqual([verification.accepted, verification.overrides], [[], []])
    assert.ok(verification.notChecked.length > 0)
    const metis = { address: honest.options.network.l2.predeploys.metis, block: 55n }
    assert.equal(BigInt((await client.getStorageAt({ ...metis, slot: told.metisSlot })).value), value)
    const account = await client.getProof({ ...metis, slots: [BigInt(told.metisSlot)] })
    assert.deepEqual([account.value.exists, account.value.storageProof.length], [true, 1])
    assert.ok(account.value.accountProof.length > 0 && account.value.storageProof[0].proof.length > 0)
    assert.equal((await client.getTokenBalance({ token: metis.address, address: told.account, block: 55n })).value, value)

    const { txHash, messageHash, relay } = message('W1-metis')
    const found = (await client.getWithdrawals({ hash: txHash })).find((one) => one.messageHash === messageHash)
    assert.deepEqual([found.status.phase, found.status.next, found.status.verification.finality], ['ready-to-relay', 'relay', 'final'])
    assert.equal(found.token.asset, 'METIS')
    const call = await client.buildRelayMessage(found)
    assert.deepEqual([call.to.toLowerCase(), call.value], [relay.to.toLowerCase(), 0n])
    assert.ok(call.data === relay.calldata, 'another call')
  }

  it('proves what was true, over fetch', async () => {
    const events = []
    const client = await open({ ...urlsOf(await start(honest.recording)), onProgress: (event) => events.push(event) })
    await assertTrue(client)
    assert.ok(events.some(({ type }) => type === 'head'))
    assert.ok(!events.some(({ type }) => type === 'source' || type === 'warning'))
    await client.close()
  })

  it('proves what was true, over functions and objects', async () => {
    await assertTrue(await open())
  })

  it('proves what was true, over viem transports', async () => {
    const { http } = await import('viem')
    const server = await start(honest.recording)
    const l1 = { beacon: server.url('beacon'), execution: http(server.url('l1')) }
    await assertTrue(await open({ l1, l2: http(server.url('l2')) }))
  })

  it('answers several questions at once, of several clients', async () => {
    const clients = await Promise.all([open(), open(urlsOf(await start(honest.recording)))])
    const told = honest.expected.balances.filter(({ metisSlot, l2Block }) => metisSlot && l2Block <= 55)
    const address = honest.options.network.l2.predeploys.metis
    const asked = clients.flatMap((client) =>
      told.map(({ metisSlot, l2Block }) => client.getStorageAt({ address, slot: metisSlot, block: BigInt(l2Block) })),
    )
    const found = (await Promise.all(asked)).map(({ value, verification }) => [BigInt(value), verification.l2.number])
    const expected = told.map(({ metis, l2Block }) => [BigInt(metis), BigInt(l2Block)])
    assert.deepEqual(found, [...expected, ...expected])
  })

  const phases = {
    'not-committed': 'waiting-for-state-root',
    'in-window': 'in-challenge-period',
    disputed: 'disputed',
    ready: 'ready-to-relay',
    relayed: 'relayed',
  }
  for (const [scenario, phase] of [['1-happy', 'in-window'], ['1-happy', 'relayed'], ['4-disputed', 'flagged'], ['3-deleted', 'deleted']]) {
    it(`follows withdrawals: ${scenario}, ${phase}`, async () => {
      const { options, at, expected } = world(scenario, phase)
      const client = await createLightClient(options)
      let seen = 0
      for (const { tag, messageHash, status } of at.messages) {
        const { txHash } = expected.messages.find((message) => message.tag === tag) ?? {}
        if (!(status in phases) || !txHash) continue
        const found = await client.getWithdrawalStatus({ hash: txHash, messageHash })
        assert.equal(found.phase, phases[status], tag)
        seen += 1
        if (status === 'not-committed') {
          assert.deepEqual([found.verification.basis, found.verification.l1.hash], ['l1', at.finalized.blockHash])
          assert.equal(found.reason, phase === 'deleted' ? 'state-root-deleted' : undefined)
          await rejects(client.getWithdrawals({ hash: txHash }), 'NOT_YET')
        } else {
          assert.equal(found.verification.l1.hash, at.finalized.blockHash)
        }
        if (status === 'in-window') {
          const error = await rejects(client.buildRelayMessage({ hash: txHash, messageHash }), 'NOT_YET')
          assert.equal(error.details.until, found.readyAt)
        }
      }
      assert.ok(seen > 2)
    })
  }

  it('tells of a relay that was tried and failed, by logs or by its transaction', async () => {
    const { options, at, expected } = world('1-happy', 'relayed')
    const client = await createLightClient(options)
    const of = (tag) => expected.messages.find((message) => message.tag === tag)
    const tried = expected.relays.find(({ outcome }) => outcome === 'FailedRelayedMessage')
    const { txHash: hash, messageHash } = of(tried.tag)
    const failed = { relayer: tried.relayer.toLowerCase(), l1Block: BigInt(tried.l1Block) }
    for (const named of [{}, { relay: tried.l1Tx }]) {
      const { phase, failedBefore, verification } = await client.getWithdrawalStatus({ hash, messageHash, ...named })
      assert.deepEqual([phase, failedBefore, verification.l1.hash], ['ready-to-relay', failed, at.finalized.blockHash])
    }
    // Another message's try, and a message that nobody tried to relay.
    const others = expected.relays.find(({ outcome }) => outcome === 'RelayedMessage').l1Tx
    assert.equal((await client.getWithdrawalStatus({ hash, messageHash, relay: others })).failedBefore, undefined)
    const untried = of('W4-metis-late')
    const { phase, failedBefore } = await client.getWithdrawalStatus({ hash: untried.txHash, messageHash: untried.messageHash })
    assert.deepEqual([phase, failedBefore], ['ready-to-relay', undefined])
    // Before it was tried, nothing says so.
    const before = await open()
    assert.equal((await before.getWithdrawalStatus({ hash, messageHash, relay: tried.l1Tx })).failedBefore, undefined)
    await rejects(client.getWithdrawalStatus({ hash, messageHash, relay: '0x12' }), 'MISUSE')
    // Who tells of another relayer is not believed, and hides it at most.
    const { rpc } = functionsOf(world('1-happy', 'relayed').recording)
    const lying = { request: async (args) => ({ ...(await rpc('l1').request(args)), ...(args.params[0] === tried.l1Tx && { from: `0x${'11'.repeat(20)}` }) }) }
    const l1 = { ...options.l1, execution: { request: (args) => (args.method === 'eth_getTransactionByHash' ? lying : rpc('l1')).request(args) } }
    const deceived = await createLightClient({ ...options, l1 })
    assert.equal((await deceived.getWithdrawalStatus({ hash, messageHash })).failedBefore, undefined)
  })

  it('estimates what is not posted', async () => {
    const { estimate, next } = await (await open()).getWithdrawalStatus({ hash: message('W5-uncommitted').txHash })
    assert.deepEqual([estimate.kind, next], ['projected', 'wait'])
    assert.ok(estimate.at > honest.at.suggestedWallClock)
  })

  it('proves deposits', async () => {
    const client = await open()
    const [{ l1Tx: txHash, messageHash }] = honest.expected.deposits
    const deposit = (await client.getDeposits({ hash: txHash })).find((one) => one.messageHash === messageHash)
    assert.equal(deposit.hash, txHash)
    assert.match(deposit.status.phase, /credited|executed|called/)
    assert.equal(deposit.status.verification.l1.hash, honest.at.finalized.blockHash)
    assert.equal((await client.getDepositStatus(deposit)).phase, deposit.status.phase)
    await rejects(client.getDepositStatus({ hash: txHash, messageHash: `0x${'11'.repeat(32)}` }), 'MISUSE')
  })

  it('refuses a lie, and an honest second source mends it', async () => {
    const [good, bad] = [await start(honest.recording), await start(lying.recording)]
    const functions = [functionsOf(honest.recording), functionsOf(lying.recording)].map(({ rpc }) => rpc('l1'))
    for (const [right, wrong] of [[good.url('l1'), bad.url('l1')], functions]) {
      const { beacon } = honest.options.l1
      const error = await rejects((await open({ l1: { beacon, execution: wrong } })).ready(), 'INVALID_PROOF')
      assert.ok(error.details.rule)
      const events = []
      const client = await open({ l1: { beacon, execution: [wrong, right] }, onProgress: (event) => events.push(event) })
      await client.ready()
      const [blamed, ...rest] = events.splice(0).filter(({ type }) => type === 'source')
      assert.deepEqual([blamed.kind, blamed.source, blamed.code, rest], ['l1', 0, 'INVALID_PROOF', []])
      // It is not asked first again.
      await client.ready()
      assert.deepEqual(events.filter(({ type }) => type === 'source'), [])
    }
  })

  it('refuses what a node of L2 has spoiled in one place', async () => {
    const { rpc } = functionsOf(honest.recording)
    const flip = (hex) => hex.slice(0, -1) + (hex.endsWith('0') ? '1' : '0')
    const spoiling = (spoil) => ({
      async request(args) {
        const reply = await rpc('l2').request(args)
        return args.method === 'eth_getProof' ? spoil(structuredClone(reply)) : reply
      },
    })
    const { account: address } = honest.expected.balances.find(({ l2Block, who }) => l2Block === 55 && who === 'user1')
    const metis = honest.options.network.l2.predeploys.metis
    const slot = honest.expected.balances.find(({ l2Block, metisSlot }) => l2Block === 55 && metisSlot).metisSlot
    const ofNodes = (reply) => ({ ...reply, accountProof: reply.accountProof.with(-1, flip(reply.accountProof.at(-1))) })
    const ofWords = (reply) => ({ ...reply, storageProof: reply.storageProof.map((word) => ({ ...word, value: '0x1' })) })
    const ofNonces = (reply) => ({ ...reply, nonce: '0x7777' })
    for (const [spoil, ask] of [
      [ofNodes, (client) => client.getBalance({ address })],
      [ofNodes, (client) => client.getProof({ address: metis, slots: [slot] })],
      [ofWords, (client) => client.getStorageAt({ address: metis, slot })],
      [ofWords, (client) => client.getTokenBalance({ token: metis, address })],
      [ofNonces, (client) => client.getTransactionCount({ address })],
    ]) {
      await ask(await open())
      await rejects(ask(await open({ l2: spoiling(spoil) })), 'INVALID_PROOF')
      await ask(await open({ l2: [spoiling(spoil), rpc('l2')] }))
    }
  })

  it('a floor is kept', async () => {
    const final = await open({ minFinality: 'final' })
    const { verification } = await final.getBalance({ address: ETH_TOKEN }).catch((error) => ({ verification: error }))
    if (!(verification instanceof Error)) assert.equal(verification.finality, 'final')
    const { account } = honest.expected.balances[0]
    const error = await rejects(final.getBalance({ address: account, block: 55n }), 'NOT_YET')
    assert.equal(error.details.rule, 'client.below-floor')
    assert.ok(error.details.until > honest.at.finalized.timestamp)
    const posted = await open()
    assert.equal((await posted.getBalance({ address: account, block: 55n })).verification.finality, 'posted')
  })

  it('what is disputed is below every floor', async () => {
    const { options, at } = world('4-disputed', 'flagged')
    const client = await createLightClient(options)
    const error = await rejects(client.getCode({ address: ETH_TOKEN, block: BigInt(at.scc.totalElements) }), 'NOT_YET')
    assert.equal(error.details.rule, 'client.disputed')
    // Block 29 is the earliest disputed one, and its batch begins at 20.
    assert.equal(await client.provider.request({ method: 'eth_blockNumber' }), '0x13')
    // The genesis block is in no batch, and no source is at fault for that.
    await rejects(client.getCode({ address: ETH_TOKEN, block: 0n }), 'MISUSE')
    const final = await createLightClient({ ...options, minFinality: 'final' })
    assert.equal((await rejects(final.getCode({ address: ETH_TOKEN }), 'NOT_YET')).details.rule, 'client.nothing-final')
  })

  it('goes on from what was saved', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'metis-light-'))
    try {
      for (const storage of [memoryStorage(), fileStorage(folder)]) {
        const server = await start(honest.recording)
        const first = await open({ ...urlsOf(server), storage })
        await first.ready()
        await first.close()
        assert.ok(server.requests.some((path) => path.includes('bootstrap')))
        server.requests.length = 0
        const second = await open({ ...urlsOf(server), storage, checkpoint: undefined })
        await second.ready()
        assert.ok(!server.requests.some((path) => path.includes('bootstrap')), 'it began anew')
      }
      assert.equal(readdirSync(folder).length, 1)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('a storage that lies or fails is of no use and does no harm', async () => {
    const spoiled = { load: async () => new Uint8Array([1, 2, 3]), save: async () => undefined }
    await (await open({ storage: spoiled })).ready()
    await rejects(open({ storage: spoiled, checkpoint: undefined }), 'MALFORMED_REPLY')
    const events = []
    const failing = { load: () => Promise.reject(new Error('locked')), save: () => Promise.reject(new Error('full')) }
    const client = await open({ storage: failing, onProgress: (event) => events.push(event) })
    await client.ready()
    assert.deepEqual(events.filter(({ type }) => type === 'warning').length, 2)
  })

  it('a question can be given up', async () => {
    const stalls = { request: () => new Promise(() => undefined) }
    const client = await open({ l2: stalls })
    const [{ account }] = honest.expected.balances
    const gaveUp = new AbortController()
    const asked = client.getBalance({ address: account, signal: gaveUp.signal })
    setTimeout(() => gaveUp.abort(), 50)
    await assert.rejects(asked, { name: 'AbortError' })
    await assert.rejects(client.getBalance({ address: account, signal: AbortSignal.abort() }), { name: 'AbortError' })
    const under = client.getBalance({ address: account })
    setTimeout(() => void client.close(), 50)
    const error = await rejects(under, 'MISUSE')
    assert.equal(error.rpcCode, 4900)
    await rejects(client.ready(), 'MISUSE')
  })

  it('a client is closed with its scope, or by its signal', async () => {
    const client = await open()
    await client[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]()
    await rejects(client.ready(), 'MISUSE')
    const gone = new AbortController()
    const other = await open({ signal: gone.signal })
    gone.abort()
    await rejects(other.ready(), 'MISUSE')
    await assert.rejects(open({ signal: AbortSignal.abort() }), { name: 'AbortError' })
  })

  it('watches heads until it is told not to', async () => {
    const client = await open()
    let count = 0
    const heads = await new Promise((resolve, reject) => {
      const unwatch = client.watchHeads({
        interval: 20,
        onError: reject,
        onHeads: (heads) => {
          count += 1
          setTimeout(() => (unwatch(), resolve(heads)), 200)
        },
      })
    })
    assert.equal(heads.l1.finalized.hash, honest.at.finalized.blockHash)
    assert.equal(count, 1, 'the same head is told once')
  })

  it('bundles are made, and verified again without sources', async () => {
    const client = await open()
    const { account, metis } = honest.expected.balances.find(({ l2Block, who }) => l2Block === 55 && who === 'user1')
    const { txHash, messageHash } = message('W1-metis')
    const nobody = { request: () => Promise.reject(new Error('asked')) }
    const offline = await open({ l1: { beacon: () => Promise.reject(new Error('asked')), execution: nobody }, l2: nobody })
    const balance = await offline.verifyWithdrawal(await client.createBundle({ balance: account }))
    assert.deepEqual([balance.kind, balance.balance.value, balance.checkpoint], ['balance', BigInt(metis), honest.options.checkpoint])
    const bundle = await client.createBundle({ withdrawals: txHash })
    const { withdrawals } = await offline.verifyWithdrawal(bundle)
    assert.ok(withdrawals.some((one) => one.messageHash === messageHash && one.status.phase === 'ready-to-relay'))
    const word = bundle.match(/"stateRoot":"0x([0-9a-f]{64})"/)[1]
    await rejects(offline.verifyWithdrawal(bundle.replace(word, word.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')))), 'INVALID_PROOF')
    await rejects(offline.verifyWithdrawal('{}'), 'MALFORMED_REPLY')
    await rejects((await open({ checkpoint: `0x${'11'.repeat(32)}` })).verifyWithdrawal(bundle), 'INVALID_PROOF')
  })

  it('hands on a checkpoint', async () => {
    const { root, slot } = await (await open()).exportCheckpoint()
    assert.equal(slot, honest.at.finalized.slot)
    assert.match(root, /^0x[0-9a-f]{64}$/)
  })

  it('a wrong call is the mistake of the caller', async () => {
    const { options } = honest
    const wrong = [
      { network: 'atlantis' },
      { checkpoint: '0x1' },
      { checkpoint: undefined },
      { l1: undefined },
      { l1: { ...options.l1, beacon: 7 } },
      { l1: { ...options.l1, execution: {} } },
      { l2: [] },
      { l2: 'l2.example' },
      { minFinality: 'disputed' },
      { limits: { hedge: -1 } },
      { accept: [{ what: 'atlantis', value: `0x${'11'.repeat(32)}` }] },
      { accept: [{ what: 'metisCode', value: '0x1' }] },
    ]
    for (const one of wrong) await rejects(open(one), 'MISUSE')
    const client = await open()
    const address = `0x${'11'.repeat(20)}`
    await rejects(client.getBalance({ address: '0x12' }), 'MISUSE')
    await rejects(client.getBalance({ address, block: -1n }), 'MISUSE')
    await rejects(client.getBalance({ address, block: 'pending' }), 'MISUSE')
    await rejects(client.getStorageAt({ address, slot: 'x' }), 'MISUSE')
    await rejects(client.getWithdrawals({ hash: '0x' }), 'MISUSE')
    await rejects(client.getTokenBalance({ token: address, address, mapping: -1 }), 'MISUSE')
    await rejects(client.getBalance({ address, block: 99_999n }), 'NOT_YET')
  })

  it('tells a node that refuses from one that is silent', async () => {
    const { beacon } = honest.options.l1
    const { rpc } = functionsOf(honest.recording)
    let asked = 0
    const fails = (error) => ({ request: () => ((asked += 1), Promise.reject(error)) })
    const quick = { ...limits, whole: 5_000, retries: 2 }
    await rejects((await open({ limits: quick, l1: { beacon, execution: fails(Object.assign(new Error('no'), { code: -32601 })) } })).ready(), 'UNAVAILABLE')
    const refused = asked
    asked = 0
    await rejects((await open({ limits: quick, l1: { beacon, execution: fails(new Error('no network')) } })).ready(), 'UNAVAILABLE')
    assert.ok(asked > refused, 'silence is asked again')
    await (await open({ l1: { beacon, execution: [fails(new Error('no network')), rpc('l1')] } })).ready()
  })
})

async function rejects(promise, code) {
  const thrown = await promise.then(
    (value) => assert.fail(`nothing was thrown, the answer was ${String(value)}`),
    (error) => error,
  )
  assert.ok(thrown instanceof LightClientError, String(thrown.stack))
  assert.equal(thrown.code, code, thrown.message)
  return thrown
}
