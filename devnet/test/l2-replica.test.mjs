// A node that follows another: what it says of the chain, and how that differs where it is told to.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { rpcTo } from '../src/execution/rpc.mjs'
import { headerHash } from '../src/l2/header.mjs'
import { fill, startRollup } from './support/rollup.mjs'

const BLOCKS = 6

let world, l2, replica, rpc
before(async () => {
  world = await startRollup()
  l2 = world.l2
  await fill(l2, BLOCKS)
  replica = await l2.replica()
  rpc = rpcTo(replica.url)
})
beforeEach(() => {
  replica.lag()
  replica.differ()
})
after(async () => {
  await replica?.stop()
  await world?.stop()
})

const range = (first, last) => rpc('eth_getBlockRange', [hex(first), hex(last), false])
const hex = (number) => `0x${number.toString(16)}`
const rootsOf = (blocks) => blocks.map(({ stateRoot }) => stateRoot)

test('it has the blocks of the first node, new ones too', async () => {
  assert.deepEqual(rootsOf(await range(1, BLOCKS)), l2.stateRoots(1, BLOCKS))
  await fill(l2, 1)
  const head = await rpc('eth_getBlockByNumber', ['latest', false])
  assert.equal(head.hash, l2.head().hash)
  assert.equal((await rpc('eth_getBlockByHash', [head.hash, false])).number, head.number)
})

test('a node that lags does not have the newest blocks', async () => {
  replica.lag(2)
  const head = l2.head().number
  assert.equal(Number(await rpc('eth_blockNumber')), head - 2)
  assert.equal(await rpc('eth_getBlockByNumber', [hex(head - 1), false]), null)
  assert.equal(await range(head - 2, head - 1), null)
  assert.equal((await range(head - 3, head - 2)).length, 2)
})

test('a node that differs has other roots from one block on, in blocks that hold together', async () => {
  replica.differ(4)
  const blocks = await range(1, BLOCKS)
  const [own, posted] = [rootsOf(blocks), l2.stateRoots(1, BLOCKS)]
  assert.deepEqual(own.map((root, place) => root === posted[place]), [true, true, true, false, false, false])
  for (const [place, block] of blocks.entries()) {
    assert.equal(headerHash(block), block.hash)
    if (place > 0) assert.equal(block.parentHash, blocks[place - 1].hash)
  }
  replica.differ()
  assert.deepEqual(rootsOf(await range(1, BLOCKS)), posted)
})

test('a node that is down answers nobody, and is at its place again afterwards', async () => {
  await replica.stop()
  await assert.rejects(rpc('eth_chainId'))
  await replica.start()
  assert.equal(await rpc('eth_chainId'), '0x440')
})

test('a node may be without a method, or without batches', async () => {
  const other = await l2.replica({ without: ['eth_getBlockRange'] })
  await assert.rejects(rpcTo(other.url)('eth_getBlockRange', ['0x1', '0x2', false]), { code: -32601 })
  const calls = ['0x1', '0x2'].map((number, id) => ({ jsonrpc: '2.0', id, method: 'eth_getBlockByNumber', params: [number, false] }))
  const post = async () => (await fetch(other.url, { method: 'POST', body: JSON.stringify(calls) })).json()
  assert.deepEqual((await post()).map(({ result }) => result.stateRoot), l2.stateRoots(1, 2))
  other.limitBatches(1)
  assert.match((await post()).error.message, /batch too large/)
  await other.stop()
})
