// A recording holds what was asked and answered, and refuses to be ambiguous.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, afterEach, describe, it } from 'node:test'
import { rpcTo } from '../src/execution/rpc.mjs'
import { startL1 } from '../src/l1.mjs'
import { startRecorder } from '../src/record.mjs'

describe('a recorder', () => {
  let l1, recorder, directory
  before(async () => {
    l1 = await startL1()
    await l1.beacon.advance(3)
    directory = await mkdtemp(join(tmpdir(), 'metis-light-devnet-test-'))
  })
  beforeEach(async () => {
    // The rollup's node is not asked here, so L1 stands in for it.
    recorder = await startRecorder({ beacon: l1.beaconUrl, l1: l1.url, l2: l1.url })
    recorder.begin('first')
  })
  afterEach(() => recorder.close())
  after(async () => {
    await l1.stop()
    await rm(directory, { recursive: true })
  })

  const write = () => recorder.write(directory, { scenario: 'test', network: { name: 'devnet' } })

  it('writes questions and answers by phase and source', async () => {
    const path = '/eth/v1/beacon/light_client/optimistic_update'
    const update = await (await fetch(recorder.urls.beacon + path)).json()
    const chainId = await rpcTo(recorder.urls.l1)('eth_chainId')
    recorder.begin('second')
    await assert.rejects(rpcTo(recorder.urls.l2)('nothing'))
    await write()

    const network = JSON.parse(await readFile(join(directory, 'network.json')))
    assert.equal(network.name, 'devnet')
    assert.deepEqual(network.phases, ['first', 'second'])
    const calls = JSON.parse(await readFile(join(directory, 'calls.json')))
    assert.deepEqual(calls.slice(0, 2), [
      { phase: 'first', source: 'beacon', request: { method: 'GET', path }, response: { status: 200, body: update } },
      { phase: 'first', source: 'l1', request: { method: 'eth_chainId', params: [] }, response: { result: chainId } },
    ])
    assert.equal(calls[2].phase, 'second')
    assert.equal(calls[2].response.error.code, -32601)
  })

  it('takes a batch of calls apart', async () => {
    const batch = ['eth_chainId', 'eth_blockNumber'].map((method, id) => ({ jsonrpc: '2.0', id, method, params: [] }))
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(recorder.urls.l1, { method: 'POST', headers, body: JSON.stringify(batch) })
    const results = (await response.json()).map(({ result }) => result)
    assert.deepEqual(recorder.calls().map((call) => call.response.result), results)
  })

  it('refuses to write two answers to one question of a phase', async () => {
    const number = () => rpcTo(recorder.urls.l1)('eth_blockNumber')
    await number()
    await number()
    await write()
    await l1.mine()
    await number()
    await assert.rejects(write(), /eth_blockNumber/)
  })

  it('takes another answer in another phase', async () => {
    await rpcTo(recorder.urls.l1)('eth_blockNumber')
    await l1.mine()
    recorder.begin('second')
    await rpcTo(recorder.urls.l1)('eth_blockNumber')
    await write()
    assert.equal(recorder.calls().length, 2)
  })
})
