// An engine that traps: the trap is contained, told, and the next question begins a new one.
//
// No input is known that makes the WebAssembly trap, so functions of it are replaced by ones that do.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import binaryen from 'binaryen'
import { EngineCrashedError } from '../dist/index.js'
import { createLightClient, initWasm } from '../dist/slim.js'
import { fullModule } from '../dist/full.js'
import { world } from './support/golden.mjs'
import { inCi, vectors } from './support/paths.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`
const core = readFileSync(new URL('../dist/core.wasm', import.meta.url))

/** The module with an export that traps. */
function trapping(isIt) {
  const module = binaryen.readBinary(core)
  const { BulkMemory, Multivalue, MutableGlobals, NontrappingFPToInt, ReferenceTypes, SignExt } = binaryen.Features
  module.setFeatures(BulkMemory | Multivalue | MutableGlobals | NontrappingFPToInt | ReferenceTypes | SignExt)
  let count = 0
  for (let place = 0; place < module.getNumExports(); place += 1) {
    const { name, kind, value } = binaryen.getExportInfo(module.getExportByIndex(place))
    if (kind !== binaryen.ExternalFunction || !isIt(name)) continue
    binaryen.Function(module.getFunction(value)).setBody(module.unreachable())
    count += 1
  }
  assert.ok(count > 0, 'nothing was replaced')
  return module.emitBinary()
}

describe('an engine that traps', { skip }, () => {
  let options, account
  before(() => {
    const { options: honest, expected } = world('1-happy', 'ready')
    options = honest
    account = expected.balances[0].account
  })

  it('slim knows no module until it is told', async () => {
    await assert.rejects(createLightClient(options), { code: 'MISUSE' })
  })

  for (const [name, isIt] of [
    ['when it is asked', (name) => name === 'engine_ask'],
    ['in the event loop', (name) => /^(wasm_bindgen__convert__closures|__wasm_bindgen_func_elem|wasm_bindgen)/.test(name)],
  ]) {
    it(`${name}: it is told, and nothing else is hurt`, async () => {
      initWasm({ page: trapping(isIt), full: fullModule })
      const crashed = await createLightClient(options)
      initWasm({ page: core, full: fullModule })
      const other = await createLightClient(options)
      const asked = [crashed.getBalance({ address: account }), crashed.ready()]
      for (const error of await Promise.all(asked.map((one) => one.catch((error) => error)))) {
        assert.ok(error instanceof EngineCrashedError, String(error))
        assert.ok(error.cause instanceof WebAssembly.RuntimeError)
      }
      await other.ready()
    })
  }

  it('the next question begins a new one', async () => {
    // The module is compiled once for all, so it is the memory that is spoiled: once.
    let memories = []
    const instantiate = WebAssembly.instantiate
    WebAssembly.instantiate = async (...args) => {
      const instance = await instantiate(...args)
      if (instance.exports?.memory) memories.push(instance.exports.memory)
      return instance
    }
    try {
      initWasm({ page: core, full: fullModule })
      const client = await createLightClient(options)
      await client.ready()
      for (const { buffer } of memories) new Uint8Array(buffer).fill(0xff)
      await assert.rejects(client.ready(), { code: 'ENGINE_CRASHED' })
      assert.equal((await client.getBalance({ address: account })).verification.basis, 'state-root')
    } finally {
      WebAssembly.instantiate = instantiate
    }
  })
})
