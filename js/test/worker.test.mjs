// An engine behind a port, as workers have it; here both ends are in one thread.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { createLightClient } from '../dist/index.js'
import { serve } from '../dist/worker.js'
import { functionsOf, world } from './support/golden.mjs'
import { inCi, vectors } from './support/paths.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

describe('behind a port', { skip }, () => {
  const { port1: worker, port2 } = new MessageChannel()
  let honest, address
  before(() => {
    serve({ port: port2 })
    honest = world('1-happy', 'ready')
    address = honest.expected.balances[0].account
  })
  after(() => worker.close())
  const open = (more) => createLightClient({ ...honest.options, worker, ...more })

  it('several clients share it, and each answers its own', async () => {
    const clients = await Promise.all([open(), open()])
    const found = await Promise.all(clients.map((client) => client.getBalance({ address })))
    assert.deepEqual(found.map(({ value }) => value), [found[0].value, found[0].value])
    const { txHash } = honest.expected.messages.find(({ tag }) => tag === 'W1-metis')
    assert.ok((await clients[1].getWithdrawals({ hash: txHash })).length > 0)
    const bundle = await clients[1].createBundle({ balance: address })
    assert.equal((await clients[0].verifyWithdrawal(bundle)).kind, 'balance')
    await clients[0].close()
    await assert.rejects(clients[0].ready(), { code: 'MISUSE', rpcCode: 4900 })
    await clients[1].ready()
    await clients[1].close()
  })

  it('errors keep their class on the way', async () => {
    const client = await open()
    await assert.rejects(client.getBalance({ address: '0x12' }), { name: 'MisuseError' })
    const error = await client.getBalance({ address, block: 9_999n }).catch((error) => error)
    assert.deepEqual([error.name, error.code, error.details.rule], ['NotYetError', 'NOT_YET', 'client.not-posted'])
    await assert.rejects(open({ checkpoint: '0x1' }), { name: 'MisuseError' })
    await client.close()
  })

  it('who failed is told, and what is given up is called off', async () => {
    const { beacon } = honest.options.l1
    const { rpc } = functionsOf(honest.recording)
    const refuses = { request: () => Promise.reject(Object.assign(new Error('no'), { code: -32601 })) }
    const events = []
    const onProgress = (event) => events.push(event)
    const client = await open({ l1: { beacon, execution: [refuses, rpc('l1')] }, onProgress })
    await client.ready()
    assert.ok(events.some(({ type, kind, source }) => type === 'source' && kind === 'l1' && source === 0))
    const signals = []
    const stalls = { request: (_, { signal }) => new Promise(() => signals.push(signal)) }
    const waiting = await open({ l2: stalls })
    const gaveUp = new AbortController()
    const asked = waiting.getBalance({ address, signal: gaveUp.signal })
    while (signals.length === 0) await new Promise((later) => setTimeout(later, 10))
    gaveUp.abort()
    await assert.rejects(asked, { name: 'AbortError' })
    await new Promise((later) => setTimeout(later, 50))
    assert.ok(signals.every(({ aborted }) => aborted), 'the source was not told')
    await Promise.all([client.close(), waiting.close()])
  })
})
