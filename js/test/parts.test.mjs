// Parts of the package that are loaded when they are first wanted, where they cannot be.

import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const project = mkdtempSync(path.join(tmpdir(), 'metis-light-parts-'))
after(() => rmSync(project, { recursive: true }))
writeFileSync(path.join(project, 'package.json'), '{ "type": "module" }')

const word = `0x${'11'.repeat(32)}`
const nobody = { request: () => Promise.reject(new Error('nobody is asked here')) }
const options = { network: 'andromeda', checkpoint: word, l1: { beacon: () => nobody.request(), execution: nobody }, l2: nobody }

/** A client of a copy of the package in which a part is missing, and a way to put it back. */
async function without(part) {
  const copy = mkdtempSync(path.join(project, 'dist-'))
  cpSync(dist, copy, { recursive: true })
  const [file, aside] = [path.join(copy, part), path.join(copy, 'aside')]
  renameSync(file, aside)
  const { createLightClient } = await import(pathToFileURL(path.join(copy, 'index.js')))
  return { open: () => createLightClient(options), mend: () => renameSync(aside, file) }
}

async function isNotLoaded(promise) {
  const error = await promise.then(() => assert.fail('it was loaded'), (thrown) => thrown)
  assert.deepEqual([error.code, error.details?.rule, error.retryable], ['UNAVAILABLE', 'package.not-loaded', true])
  assert.equal(error.walk().code, 'ERR_MODULE_NOT_FOUND')
}

describe('a part that cannot be loaded', () => {
  it('ends the making of a client, and is looked for again', async () => {
    const { open, mend } = await without('wasm/page.inline.js')
    await isNotLoaded(open())
    mend()
    assert.equal((await open()).chainId, 1088)
  })

  it('ends a question that wants it, and is looked for again', async () => {
    const { open, mend } = await without('more.js')
    const client = await open()
    await isNotLoaded(client.getWithdrawals({ hash: word }))
    const seen = new Promise((resolve) => {
      const unwatch = client.watchWithdrawal({ hash: word, interval: 10, onStatus: () => undefined, onError: (error) => (unwatch(), resolve(error)) })
    })
    assert.equal((await seen).details.rule, 'package.not-loaded')
    mend()
    await assert.rejects(client.getWithdrawals({ hash: '0x12' }), { code: 'MISUSE' })
    await client.close()
  })

  it('ends a request at the provider with a number', async () => {
    const { open, mend } = await without('methods.js')
    const { provider, close } = await open()
    const error = await provider.request({ method: 'eth_chainId' }).catch((thrown) => thrown)
    assert.deepEqual([error.name, error.code, error.data], ['ProviderRpcError', -32603, { code: 'UNAVAILABLE' }])
    mend()
    assert.equal(await provider.request({ method: 'eth_chainId' }), '0x440')
    await close()
  })
})
