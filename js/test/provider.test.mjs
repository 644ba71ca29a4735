// The EIP-1193 door, and what stands behind it: viem and ethers as their users have them.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { before, describe, it } from 'node:test'
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
    const unknown = ['eth_call', 'eth_estimateGas', 'eth_gasPrice', 'eth_getLogs', 'eth_accounts', 'eth_sendTransaction', 'toString', '__proto__']
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

  it('gives a wallet proven reads', async () => {
    const asked = []
    const wallet = { request: async ({ method }) => (asked.push(method), method === 'eth_accounts' ? [user.account] : '0x7') }
    const strict = wrapWallet(client, wallet)
    assert.equal(await strict.request({ method: 'eth_getBalance', params: [user.account, 'latest'] }), `0x${BigInt(user.metis).toString(16)}`)
    assert.deepEqual(asked, [])
    assert.deepEqual(await strict.request({ method: 'eth_accounts' }), [user.account])
    for (const args of [{ method: 'eth_call', params: [{}] }, { method: 'eth_getTransactionCount', params: [user.account, 'pending'] }, { method: 'eth_getLogs' }]) {
      await assert.rejects(strict.request(args), { code: 4200 })
    }
    const unproven = []
    const sending = wrapWallet(client, wallet, { onUnproven: (method) => unproven.push(method) })
    assert.equal(await sending.request({ method: 'eth_estimateGas', params: [{}] }), '0x7')
    assert.equal(await sending.request({ method: 'eth_getTransactionCount', params: [user.account, 'pending'] }), '0x7')
    await assert.rejects(sending.request({ method: 'eth_getLogs' }), { code: 4200 })
    assert.deepEqual(unproven, ['eth_estimateGas', 'eth_getTransactionCount'])
    const viem = createWalletClient({ chain, transport: custom(sending) })
    assert.deepEqual(await viem.getAddresses(), [user.account])
  })
})
