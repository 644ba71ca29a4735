// The EIP-1193 door, and what stands behind it: viem and ethers as their users have them.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { before, beforeEach, describe, it } from 'node:test'
import { BrowserProvider } from 'ethers'
import { createPublicClient, createWalletClient, custom, defineChain } from 'viem'
import { createLightClient, wrapWallet } from '../dist/index.js'
import { metisActions, verified } from '../dist/viem.js'
import { functionsOf, world } from './support/golden.mjs'
import { inCi, vectors } from './support/paths.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

describe('provider', { skip }, () => {
  let honest, client, provider, user, chain
  const sent = []
  before(async () => {
    honest = world('1-happy', 'ready')
    const { rpc } = functionsOf(honest.recording)
    const l2 = {
      request(args) {
        if (args.method !== 'eth_sendRawTransaction') return rpc('l2').request(args)
        sent.push(args.params)
        return Promise.resolve(`0x${'22'.repeat(32)}`)
      },
    }
    client = await createLightClient({ ...honest.options, l2 })
    provider = client.provider
    user = honest.expected.balances.find(({ l2Block, who }) => l2Block === 55 && who === 'user1')
    const { chainId } = honest.options.network.l2
    const nativeCurrency = { name: 'METIS', symbol: 'METIS', decimals: 18 }
    chain = defineChain({ id: chainId, name: 'recorded', nativeCurrency, rpcUrls: { default: { http: [] } } })
  })
  const request = (method, ...params) => provider.request({ method, params })
  const metis = () => honest.options.network.l2.predeploys.metis

  it('answers what can be proven', async () => {
    const balance = `0x${BigInt(user.metis).toString(16)}`
    assert.equal(await request('eth_blockNumber'), '0x37')
    for (const block of [[], ['latest'], ['safe'], ['0x37'], [{ blockNumber: '0x37' }]]) {
      assert.equal(await request('eth_getBalance', user.account, ...block), balance)
    }
    assert.equal(await request('eth_getTransactionCount', user.account, 'latest'), `0x${user.accountLeaf.nonce.toString(16)}`)
    assert.equal(BigInt(await request('eth_getStorageAt', metis(), user.metisSlot, 'latest')), BigInt(user.metis))
    const proof = await request('eth_getProof', metis(), [user.metisSlot], 'latest')
    assert.deepEqual([proof.storageProof[0].value, proof.nonce], [balance, '0x0'])
    assert.match(proof.codeHash, /^0x/)
  })

  it('knows of itself what needs no proof', async () => {
    const { chainId } = honest.options.network.l2
    assert.equal(await request('eth_chainId'), `0x${chainId.toString(16)}`)
    assert.equal(await request('net_version'), String(chainId))
    assert.equal(await request('eth_syncing'), false)
    assert.match(await request('web3_clientVersion'), /^metis-light\/\d/)
  })

  it('passes on the one write', async () => {
    assert.equal(await request('eth_sendRawTransaction', '0x01'), `0x${'22'.repeat(32)}`)
    assert.deepEqual(sent.splice(0), [['0x01']])
  })

  it('rejects the rest with a number', async () => {
    const code = (promise) => promise.then(() => assert.fail('it was answered'), (error) => error.code)
    const unknown = ['eth_call', 'eth_estimateGas', 'eth_gasPrice', 'eth_newFilter', 'eth_accounts', 'eth_sendTransaction', 'toString', '__proto__']
    for (const method of unknown) {
      assert.equal(await code(request(method)), 4200, method)
      assert.equal(client.supports(method), 'no')
    }
    for (const block of ['pending', 'earliest', { blockHash: `0x${'11'.repeat(32)}` }]) {
      assert.equal(await code(request('eth_getTransactionCount', user.account, block)), 4200)
    }
    assert.equal(await code(request('eth_getBalance', '0x12')), -32602)
    assert.equal(await code(provider.request({ method: 'eth_getBalance', params: {} })), -32602)
    assert.equal(await code(request('eth_getBalance', user.account, '0xffff')), -32002)
    const support = ['eth_getBalance', 'eth_chainId', 'eth_sendRawTransaction'].map(client.supports)
    assert.deepEqual(support, ['verified', 'local', 'forwarded'])
  })

  it('serves viem', async () => {
    const viem = createPublicClient({ chain, transport: verified(client) }).extend(metisActions(client))
    assert.equal(await viem.getBalance({ address: user.account }), BigInt(user.metis))
    assert.equal(await viem.getBlockNumber(), 55n)
    assert.equal(await viem.getTransactionCount({ address: user.account }), user.accountLeaf.nonce)
    assert.equal(await viem.getChainId(), chain.id)
    const { txHash, messageHash } = honest.expected.messages.find(({ tag }) => tag === 'W1-metis')
    assert.ok((await viem.getWithdrawals({ hash: txHash })).some((one) => one.messageHash === messageHash))
    assert.equal((await viem.proven.getBalance({ address: user.account })).verification.finality, 'posted')
    const begun = Date.now()
    await assert.rejects(viem.getGasPrice(), (error) => JSON.stringify(error).includes('4200') || error.cause?.code === 4200 || error.code === 4200)
    assert.ok(Date.now() - begun < 500, 'it was retried')
  })

  it('serves ethers', async () => {
    const ethers = new BrowserProvider(provider)
    assert.equal((await ethers.getNetwork()).chainId, BigInt(chain.id))
    assert.equal(await ethers.getBalance(user.account), BigInt(user.metis))
    assert.equal(await ethers.getBlockNumber(), 55)
    assert.equal(await ethers.getTransactionCount(user.account), user.accountLeaf.nonce)
    ethers.destroy()
  })

  describe('a wallet', () => {
    let asked, wallet, unproven
    const posted = () => honest.expected.l2Transactions.find(({ block }) => block === 55).hash
    const answers = {
      eth_accounts: () => [user.account],
      eth_requestAccounts: () => [user.account],
      eth_sendTransaction: () => `0x${'33'.repeat(32)}`,
      eth_getTransactionByHash: ([hash]) => transaction(hash),
      eth_getTransactionReceipt: ([hash]) => ({ transactionHash: hash }),
    }
    const transaction = (hash) => ({
      hash, type: '0x0', blockHash: null, blockNumber: null, transactionIndex: null, from: user.account, to: user.account,
      nonce: '0x7', value: '0x1', gas: '0x5208', gasPrice: '0x1', input: '0x', v: '0x1b', r: `0x${'11'.repeat(32)}`, s: `0x${'11'.repeat(32)}`,
    })
    beforeEach(() => {
      asked = []
      unproven = []
      wallet = { request: async ({ method, params }) => (asked.push(method), answers[method]?.(params) ?? '0x7') }
    })
    const strict = () => wrapWallet(client, wallet)
    const sending = () => wrapWallet(client, wallet, { onUnproven: (method, params) => unproven.push([method, params]) })
    const methods = () => unproven.map(([method]) => method)

    it('is not asked for what is proven', async () => {
      for (const wrapped of [strict(), sending()]) {
        assert.equal(await wrapped.request({ method: 'eth_getBalance', params: [user.account, 'latest'] }), `0x${BigInt(user.metis).toString(16)}`)
        assert.equal((await wrapped.request({ method: 'eth_getBlockByNumber', params: ['latest', false] })).number, '0x37')
        assert.equal((await wrapped.request({ method: 'eth_getTransactionReceipt', params: [posted()] })).blockNumber, '0x37')
        assert.equal(await wrapped.request({ method: 'eth_getTransactionCount', params: [user.account, 'latest'] }), `0x${user.accountLeaf.nonce.toString(16)}`)
      }
      assert.deepEqual([asked, unproven], [[], []])
    })

    it('signs and has accounts', async () => {
      assert.deepEqual(await strict().request({ method: 'eth_accounts' }), [user.account])
      await strict().request({ method: 'personal_sign', params: [] })
      await strict().request({ method: 'wallet_switchEthereumChain', params: [] })
      assert.deepEqual(asked, ['eth_accounts', 'personal_sign', 'wallet_switchEthereumChain'])
    })

    const needed = [
      ['eth_call', {}],
      ['eth_estimateGas', {}],
      ['eth_gasPrice'],
      ['eth_maxPriorityFeePerGas'],
      ['eth_feeHistory', '0x1', 'latest', []],
      ['eth_getTransactionCount', '0x4a5c191d011dafb0decbb40939654abc6ec4c094', 'pending'],
      ['eth_getTransactionReceipt', `0x${'33'.repeat(32)}`],
      ['eth_getTransactionByHash', `0x${'33'.repeat(32)}`],
    ]

    it('is asked for what sending needs only when it is to be, and the caller is told of each', async () => {
      for (const [method, ...params] of needed) {
        await assert.rejects(strict().request({ method, params }), ({ code }) => code === 4200 || code === -32603, method)
      }
      assert.deepEqual(asked, [])
      for (const [method, ...params] of needed) await sending().request({ method, params })
      assert.deepEqual(unproven, needed.map(([method, ...params]) => [method, params]))
      assert.deepEqual(asked, methods())
    })

    it('is asked for nothing else', async () => {
      for (const [method, ...params] of [
        ['eth_newFilter', {}],
        ['eth_getBalance', user.account, 'pending'],
        ['eth_getBlockByNumber', 'pending', false],
        ['eth_getLogs', { fromBlock: 'pending' }],
        ['eth_getStorageAt', metis(), '0x0', 'pending'],
        ['eth_getCode', metis(), 'pending'],
      ]) {
        await assert.rejects(sending().request({ method, params }), { code: 4200 }, method)
      }
      await assert.rejects(sending().request({ method: 'eth_getBalance', params: [user.account, '0x38'] }), { code: -32002 })
      assert.deepEqual([asked, unproven], [[], []])
    })

    it('does not take the place of a lie', async () => {
      const { rpc } = functionsOf(honest.recording)
      const spoiled = (reply) => reply.map((receipt) => ({ ...receipt, status: '0x0' }))
      const l2 = { request: async (args) => (args.method.endsWith('ReceiptsByBlock') ? spoiled : (same) => same)(await rpc('l2').request(args)) }
      const deceived = await createLightClient({ ...honest.options, l2 })
      const wrapped = wrapWallet(deceived, wallet, { onUnproven: (method) => unproven.push(method) })
      await assert.rejects(wrapped.request({ method: 'eth_getTransactionReceipt', params: [posted()] }), { code: -32002 })
      assert.deepEqual([asked, unproven], [[], []])
    })

    it('sends through viem', async () => {
      const viem = createWalletClient({ chain, transport: custom(sending(), { retryCount: 0 }), account: user.account })
      assert.deepEqual(await viem.getAddresses(), [user.account])
      assert.equal(await viem.sendTransaction({ to: user.account, value: 1n }), `0x${'33'.repeat(32)}`)
      assert.deepEqual(asked, ['eth_accounts', 'eth_sendTransaction'])
    })

    it('sends through ethers', async () => {
      const ethers = new BrowserProvider(sending())
      const signer = await ethers.getSigner()
      const { hash } = await signer.sendTransaction({ to: user.account, value: 1n })
      assert.equal(hash, `0x${'33'.repeat(32)}`)
      assert.ok(asked.includes('eth_sendTransaction'))
      assert.deepEqual(asked.filter((method) => !['eth_accounts', 'eth_requestAccounts', 'eth_sendTransaction'].includes(method)), methods())
      ethers.destroy()
    })
  })
})
