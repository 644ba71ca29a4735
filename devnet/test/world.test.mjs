// The whole network: what its parts are for one another, and that it stops.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { keccak256, parseEther } from 'viem'
import { serveControls } from '../src/control.mjs'
import { rpcTo } from '../src/execution/rpc.mjs'
import { actors, Refused } from '../src/rollup/index.mjs'
import { startWorld } from '../src/world.mjs'

describe('a network', () => {
  let world, l2
  before(async () => {
    world = await startWorld({ window: 120 })
    l2 = rpcTo(world.urls.l2)
  })
  after(() => world.stop())

  it('is described by its network file', async () => {
    const network = JSON.parse(await readFile(world.networkFile, 'utf8'))
    assert.equal(await l2('eth_chainId').then(Number), network.l2.chainId)
    assert.equal((await l2('eth_getBlockByNumber', ['0x0', false])).hash, network.l2.genesisHash)
    for (const name of ['libAddressManager', 'stateCommitmentChain', 'stateCommitmentChainImplementation']) {
      assert.notEqual(await world.l1.rpc('eth_getCode', [network.contracts[name], 'latest']), '0x', name)
    }
    const code = await l2('eth_getCode', [network.l2.predeploys.metis, 'latest'])
    assert.deepEqual(network.l2.metisCodeHashes, [keccak256(code)])
    const bootstrap = `${world.urls.beacon}/eth/v1/beacon/light_client/bootstrap/${network.l1.checkpointRoot}`
    assert.equal((await fetch(bootstrap)).status, 200)
  })

  it('credits a deposit on L2', async () => {
    const balance = async () => BigInt(await l2('eth_getBalance', [actors.alice.address, 'latest']))
    const old = await balance()
    const { block } = await world.deposit({ amount: 7n })
    assert.equal(block.receipts[0].status, '0x1')
    assert.equal(await balance(), old + 7n)
  })

  it('pays a withdrawal once, after its window', async () => {
    const token = async () => {
      const data = `0x70a08231${actors.bob.address.slice(2).padStart(64, '0')}`
      return BigInt(await world.l1.rpc('eth_call', [{ to: world.rollup.addresses.metisToken, data }, 'latest']))
    }
    await world.deposit({ amount: parseEther('5') })
    const { transactionHash } = await world.withdraw({ from: actors.bob, amount: 3n })
    await assert.rejects(world.relay(transactionHash), /is not posted/)
    const { timestamp } = await world.postBatch()
    await assert.rejects(world.relay(transactionHash), Refused)

    await world.finalizeUntil(timestamp + 120)
    const calldata = await world.relayCalldata(transactionHash)
    const old = await token()
    await assert.rejects(world.relayCall(spoiled(calldata)), Refused)
    assert.equal((await world.relayCall(calldata)).outcome, 'relayed')
    assert.equal(await token(), old + 3n)
    await assert.rejects(world.relayCall(calldata), Refused)
  })

  it('replaces a deleted batch by another one of the same blocks', async () => {
    await world.addL2Blocks(2)
    const dishonest = await world.postDishonestBatch()
    await assert.rejects(world.deleteBatch(), Refused)
    await world.dispute()
    await world.deleteBatch()
    const honest = await world.postBatch()
    assert.equal(honest.header.batchIndex, dishonest.header.batchIndex)
    assert.equal(honest.header.batchSize, dishonest.header.batchSize)
    assert.notEqual(honest.header.batchRoot, dishonest.header.batchRoot)
    assert.equal(world.postedBlock, world.l2.head().number)
  })

  it('is controlled over HTTP', async () => {
    const controls = await serveControls(world)
    const call = async (path, method = 'POST') => {
      const response = await fetch(`${controls.url}/ctl/${path}`, { method })
      return { status: response.status, body: await response.json() }
    }
    const { slot } = world.l1.beacon.head
    assert.equal((await call('advance?slots=2&skip=1')).body.slot, slot + 3)
    assert.equal((await call('advance', 'GET')).status, 404)
    assert.equal((await call('constructor')).status, 404)
    assert.equal((await call('dispute?batch=99')).status, 400)
    for (const name of ['batch', 'batch', 'dishonest-batch']) assert.equal((await call(name)).status, 200, name)
    assert.match((await call('withdraw?amount=0.5')).body.transactionHash, /^0x[0-9a-f]{64}$/)
    await controls.close()
  })
})

describe('a network that was stopped', () => {
  it('answers nowhere, and has left no file', async () => {
    const world = await startWorld()
    const { networkFile, urls } = world
    await world.stop()
    for (const url of Object.values(urls)) await assert.rejects(fetch(url), url)
    await assert.rejects(readFile(networkFile), { code: 'ENOENT' })
  })
})

describe('the command', () => {
  it('tells its story, says where everything is, and ends', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'metis-light-devnet-test-'))
    const program = fileURLToPath(new URL('../devnet.mjs', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--once', '--directory', directory])
    const network = JSON.parse(await readFile(join(directory, 'network.json'), 'utf8'))
    await rm(directory, { recursive: true })
    assert.match(stdout, new RegExp(`METIS_LIGHT_CHECKPOINT=${network.l1.checkpointRoot}`))
    assert.match(stdout, /metis-light withdrawal 0x[0-9a-f]{64} +# ready/)
    await assert.rejects(fetch(stdout.match(/METIS_LIGHT_L2=(\S+)/)[1]))
  })
})

/** The same with another byte in the last part of the proof. */
const spoiled = (calldata) => calldata.slice(0, -66) + (calldata.at(-66) === '0' ? '1' : '0') + calldata.slice(-65)
