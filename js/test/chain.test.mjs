// Blocks, transactions, receipts and logs: on the client, on the EIP-1193 door, and through viem and ethers as their users have
// them. What the recorded node said of them is what comes out, but for what it says of its own word.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { BrowserProvider } from 'ethers'
import { createPublicClient, defineChain } from 'viem'
import { createLightClient, LightClientError } from '../dist/index.js'
import { verified } from '../dist/viem.js'
import { functionsOf, world } from './support/golden.mjs'
import { inCi, vectors } from './support/paths.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

describe('blocks', { skip }, () => {
  let honest, node, client, provider
  before(async () => {
    honest = world('1-happy', 'ready')
    node = functionsOf(honest.recording).rpc('l2')
    client = await createLightClient(honest.options)
    provider = client.provider
  })
  const request = (method, ...params) => provider.request({ method, params })
  const recorded = (method, ...params) => node.request({ method, params })
  const sent = (block) => honest.expected.l2Transactions.filter((transaction) => transaction.block === block)
  const deposit = () => honest.expected.l2Transactions.find(({ queueOrigin }) => queueOrigin === 'l1')
  const headerOf = (number) => honest.expected.l2Headers.find((header) => header.number === number)

  it('proves a block by number, tag and hash', async () => {
    const { hash, stateRoot } = headerOf(55)
    for (const options of [undefined, {}, { block: 55n }, { block: 'latest' }, { hash }]) {
      const { value, verification } = await client.getBlock(options)
      assert.deepEqual([value.number, value.hash, value.stateRoot], [55n, hash, stateRoot])
      assert.deepEqual([verification.basis, verification.l2.hash, verification.finality], ['block-hash', hash, 'posted'])
      assert.ok(verification.notChecked.some((sentence) => sentence.includes('proposer')))
      assert.deepEqual(value.transactions.map(({ hash, from }) => [hash, from]), sent(55).map(({ hash, sender }) => [hash, sender]))
    }
    const { value, verification } = await client.getBlock({ block: 43n })
    assert.deepEqual([value.hash, verification.batch.firstBlock], [headerOf(43).hash, 43n])
  })

  it('proves a transaction and its receipt, a deposit too', async () => {
    for (const told of [...sent(13), ...sent(55), deposit()]) {
      const { value, verification } = await client.getTransaction({ hash: told.hash })
      assert.deepEqual([value.from, value.transactionIndex, value.queueOrigin], [told.sender, told.index, told.queueOrigin])
      assert.deepEqual([verification.basis, verification.l2.number], ['block-hash', BigInt(told.block)])
      const { value: receipt } = await client.getTransactionReceipt({ hash: told.hash })
      const said = await recorded('eth_getTransactionReceipt', told.hash)
      assert.deepEqual([receipt.status, receipt.gasUsed], [told.status ? 'success' : 'reverted', BigInt(said.gasUsed)])
      assert.deepEqual(receipt.logs.map(({ logIndex, data }) => [logIndex, data]), said.logs.map(({ logIndex, data }) => [Number(logIndex), data]))
    }
  })

  it('proves that logs are all that there are', async () => {
    const [filter] = [{ fromBlock: '0x1', toBlock: '0x3d' }]
    const all = (await recorded('eth_getLogs', filter)).filter(({ blockNumber }) => blockNumber >= 7 && blockNumber <= 55)
    const { value, verification } = await client.getLogs({ fromBlock: 7n, toBlock: 55n })
    assert.deepEqual([value.fromBlock, value.toBlock, value.isComplete, verification.l2.number], [7n, 55n, true, 55n])
    const place = ({ blockNumber, logIndex, transactionHash, data }) => [BigInt(blockNumber), Number(logIndex), transactionHash, data]
    assert.deepEqual(value.logs.map(place), all.map(place))
    assert.ok(all.length > 20)
    const [{ address, topics }] = all
    const checks = [
      [{ address }, (log) => log.address === address],
      [{ address: [address], topics: [topics[0]] }, (log) => log.address === address && log.topics[0] === topics[0]],
      [{ topics: [null, [topics[1]]] }, (log) => log.topics[1] === topics[1]],
      [{ address: `0x${'11'.repeat(20)}` }, () => false],
    ]
    for (const [filter, takes] of checks) {
      const found = await client.getLogs({ fromBlock: 7n, toBlock: 55n, ...filter })
      assert.deepEqual(found.value.logs.map(place), all.filter(takes).map(place))
    }
    const one = await client.getLogs({ blockHash: headerOf(55).hash })
    assert.deepEqual(one.value.logs.map(place), all.filter(({ blockNumber }) => Number(blockNumber) === 55).map(place))
    assert.ok(one.value.logs.length > 0)
  })

  it('answers the EIP-1193 door as a node does, without its own word', async () => {
    const alike = (ours, theirs, made) => {
      const known = Object.keys(ours).filter((name) => !made.includes(name))
      assert.ok(known.length > 5)
      for (const name of known) assert.deepEqual(ours[name], theirs[name], name)
    }
    const block = await recorded('eth_getBlockByNumber', '0x37', true)
    for (const named of ['0x37', 'latest', 'safe']) {
      const { transactions, ...ours } = await request('eth_getBlockByNumber', named, true)
      alike(ours, block, ['uncles'])
      assert.equal(ours.totalDifficulty, undefined)
      for (const [place, transaction] of transactions.entries()) alike(transaction, block.transactions[place], ['type', 'chainId'])
    }
    assert.deepEqual(await request('eth_getBlockByHash', block.hash, false), await request('eth_getBlockByNumber', '0x37', false))
    assert.deepEqual((await request('eth_getBlockByNumber', '0x37')).transactions, block.transactions.map(({ hash }) => hash))
    const [{ hash }] = block.transactions
    alike(await request('eth_getTransactionByHash', hash), block.transactions[0], ['type', 'chainId'])
    const receipt = await request('eth_getTransactionReceipt', hash)
    alike(receipt, await recorded('eth_getTransactionReceipt', hash), ['type', 'effectiveGasPrice'])
    assert.equal(receipt.l1Fee, undefined)
    const logs = await recorded('eth_getLogs', { fromBlock: '0x1', toBlock: '0x3d' })
    const posted = logs.filter(({ blockNumber }) => blockNumber >= 50 && blockNumber <= 55)
    assert.deepEqual(await request('eth_getLogs', { fromBlock: '0x32', toBlock: 'latest' }), posted)
    assert.deepEqual(await request('eth_getLogs', { blockHash: block.hash }), posted.filter(({ blockNumber }) => blockNumber === '0x37'))
    const finalized = await request('eth_getBlockByNumber', 'finalized', false)
    assert.equal(finalized.hash, headerOf(42).hash)
  })

  it('rejects what cannot be proven, is not posted, or is too much', async () => {
    const code = (promise) => promise.then((value) => assert.fail(`answered ${JSON.stringify(value)}`), (error) => error.code)
    const nobodys = `0x${'11'.repeat(32)}`
    for (const [expected, method, ...params] of [
      [4200, 'eth_getBlockByNumber', 'pending', false],
      [4200, 'eth_getBlockByNumber', 'earliest', false],
      [4200, 'eth_getBlockByNumber', '0x3', false], // of a batch that names no block
      [4200, 'eth_getLogs', { fromBlock: 'earliest', toBlock: 'latest' }],
      [4200, 'eth_getLogs', { fromBlock: '0x1', toBlock: 'pending' }],
      [4200, 'eth_getTransactionByHash', sent(3)[0].hash],
      [4200, 'eth_getBlockReceipts', '0x37'],
      [-32002, 'eth_getBlockByNumber', '0x38', false],
      [-32002, 'eth_getLogs', { fromBlock: '0x37', toBlock: '0x38' }],
      [-32002, 'eth_getTransactionReceipt', sent(57)[0].hash],
      [-32602, 'eth_getBlockByNumber', '0x0', false],
      [-32602, 'eth_getBlockByHash', '0x12', false],
      [-32602, 'eth_getLogs'],
      [-32602, 'eth_getLogs', { topics: 'x' }],
      [-32602, 'eth_getLogs', { address: '0x12' }],
      [-32602, 'eth_getLogs', { fromBlock: '0x1', blockHash: nobodys }],
      [-32602, 'eth_getLogs', { fromBlock: '0x37', toBlock: '0x36' }],
      [-32602, 'eth_getLogs', { fromBlock: '0x1', toBlock: '0x1000' }],
      [-32603, 'eth_getBlockByHash', nobodys, false],
      [-32603, 'eth_getTransactionReceipt', nobodys],
    ]) {
      assert.equal(await code(request(method, ...params)), expected, `${method} ${JSON.stringify(params)}`)
    }
    await rejects(client.getBlock({ block: 55n, hash: nobodys }), 'MISUSE')
    await rejects(client.getBlock({ block: 'pending' }), 'MISUSE')
    await rejects(client.getLogs({ fromBlock: 55n, blockHash: nobodys }), 'MISUSE')
    await rejects(client.getTransaction({}), 'MISUSE')
    assert.equal((await rejects(client.getLogs({ fromBlock: 1n, toBlock: 200n }), 'MISUSE')).details.rule, 'client.too-many')
  })

  it('a floor is kept, and what is disputed is below every floor', async () => {
    const final = await createLightClient({ ...honest.options, minFinality: 'final' })
    assert.equal((await final.getBlock()).value.number, 42n)
    assert.equal((await final.getBlock()).verification.finality, 'final')
    const { hash } = sent(55)[0]
    const questions = [{ block: 55n }, { hash: headerOf(55).hash }].map((options) => final.getBlock(options))
    const others = [final.getTransaction({ hash }), final.getTransactionReceipt({ hash }), final.getLogs({ fromBlock: 42n, toBlock: 55n })]
    for (const asked of [...questions, ...others]) {
      const error = await rejects(asked, 'NOT_YET')
      assert.equal(error.details.rule, 'client.below-floor')
      assert.ok(error.details.until > honest.at.finalized.timestamp)
    }
    const { options, at } = world('4-disputed', 'flagged')
    const disputed = await createLightClient(options)
    const block = BigInt(at.scc.totalElements)
    for (const asked of [disputed.getBlock({ block }), disputed.getLogs({ fromBlock: block, toBlock: block })]) {
      assert.equal((await rejects(asked, 'NOT_YET')).details.rule, 'client.disputed')
    }
    assert.equal((await disputed.getBlock({ block: 10n })).value.number, 10n)
  })

  it('refuses what a node has spoiled in one place, and an honest second node mends it', async () => {
    const spoiling = (method, spoil) => ({
      async request(args) {
        const reply = await node.request(args)
        return args.method === method ? spoil(structuredClone(reply)) : reply
      },
    })
    const { hash } = sent(55)[0]
    const flip = (hex) => hex.slice(0, -1) + (hex.endsWith('0') ? '1' : '0')
    const receipts = (spoil) => spoiling('eth_getTransactionReceiptsByBlock', (reply) => (spoil(reply[0]), reply))
    const blocks = (spoil) => spoiling('eth_getBlockByNumber', (reply) => (spoil(reply), reply))
    for (const [lying, ask] of [
      [blocks((block) => (block.timestamp = flip(block.timestamp))), (of) => of.getBlock()],
      [blocks((block) => block.transactions.pop?.()), (of) => of.getBlock()],
      [blocks(({ transactions: [one] }) => (one.value = '0x7')), (of) => of.getTransaction({ hash })],
      [receipts((receipt) => (receipt.status = '0x0')), (of) => of.getTransactionReceipt({ hash })],
      [receipts((receipt) => receipt.logs.pop()), (of) => of.getLogs()],
      [receipts(({ logs: [log] }) => (log.data = flip(log.data))), (of) => of.getLogs()],
      [spoiling('eth_getTransactionReceipt', (receipt) => ({ ...receipt, blockNumber: '0x36' })), (of) => of.getTransaction({ hash })],
    ]) {
      const answer = await ask(client)
      await rejects(ask(await createLightClient({ ...honest.options, l2: lying })), 'INVALID_PROOF')
      assert.deepEqual(await ask(await createLightClient({ ...honest.options, l2: [lying, node] })), answer)
    }
  })

  it('serves viem', async () => {
    const nativeCurrency = { name: 'METIS', symbol: 'METIS', decimals: 18 }
    const chain = defineChain({ id: client.chainId, name: 'recorded', nativeCurrency, rpcUrls: { default: { http: [] } } })
    const viem = createPublicClient({ chain, transport: verified(client) })
    const block = await viem.getBlock({ blockNumber: 55n, includeTransactions: true })
    assert.deepEqual([block.hash, block.transactions.length], [headerOf(55).hash, sent(55).length])
    assert.equal((await viem.getBlock()).number, 55n)
    assert.equal((await viem.getBlock({ blockTag: 'finalized' })).number, 42n)
    assert.equal((await viem.getBlock({ blockHash: headerOf(50).hash })).number, 50n)
    for (const told of [sent(13)[1], deposit()]) {
      const transaction = await viem.getTransaction({ hash: told.hash })
      assert.deepEqual([transaction.from, transaction.type, transaction.blockNumber], [told.sender, 'legacy', BigInt(told.block)])
      const receipt = await viem.getTransactionReceipt({ hash: told.hash })
      assert.deepEqual([receipt.status, receipt.transactionIndex], [told.status ? 'success' : 'reverted', told.index])
      assert.equal((await viem.waitForTransactionReceipt({ hash: told.hash })).blockHash, headerOf(told.block).hash)
    }
    const logs = await viem.getLogs({ fromBlock: 50n, toBlock: 55n })
    assert.ok(logs.length > 5)
    assert.equal((await viem.getLogs({ blockHash: logs[0].blockHash, address: logs[0].address }))[0].logIndex, logs[0].logIndex)
    await assert.rejects(viem.getBlock({ blockTag: 'pending' }))
  })

  it('serves ethers', async () => {
    const ethers = new BrowserProvider(provider)
    const block = await ethers.getBlock(55, true)
    assert.deepEqual([block.hash, block.prefetchedTransactions.length], [headerOf(55).hash, sent(55).length])
    assert.equal((await ethers.getBlock('latest')).number, 55)
    assert.equal((await ethers.getBlock('finalized')).number, 42)
    assert.equal((await ethers.getBlock(headerOf(50).hash)).number, 50)
    const { hash, sender, block: number } = sent(13)[1]
    assert.equal((await ethers.getTransaction(hash)).from.toLowerCase(), sender)
    const receipt = await ethers.getTransactionReceipt(hash)
    assert.deepEqual([receipt.status, receipt.blockNumber], [1, number])
    assert.equal((await ethers.getTransactionReceipt(deposit().hash)).from.toLowerCase(), deposit().sender)
    const logs = await ethers.getLogs({ fromBlock: 50, toBlock: 55 })
    assert.ok(logs.length > 5)
    await assert.rejects(ethers.getBlock('pending'))
    ethers.destroy()
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
