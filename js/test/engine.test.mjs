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

/** The module with exports that trap: those of a type, for what is shipped has no names that say more. */
function trapping(types) {
  const module = binaryen.readBinary(core)
  const { BulkMemory, Multivalue, MutableGlobals, NontrappingFPToInt, ReferenceTypes, SignExt, SIMD128 } = binaryen.Features
  module.setFeatures(BulkMemory | Multivalue | MutableGlobals | NontrappingFPToInt | ReferenceTypes | SignExt | SIMD128)
  let count = 0
  for (let place = 0; place < module.getNumExports(); place += 1) {
    const { kind, value } = binaryen.getExportInfo(module.getExportByIndex(place))
    if (kind !== binaryen.ExternalFunction) continue
    const found = module.getFunction(value)
    const { params, results } = binaryen.getFunctionInfo(found)
    if (!types.includes(`${spelt(params)} to ${spelt(results)}`)) continue
    binaryen.Function(found).setBody(module.unreachable())
    count += 1
  }
  assert.ok(count > 0, 'nothing was replaced')
  return module.emitBinary()
}

function spelt(type) {
  const names = new Map([[binaryen.i32, 'i32'], [binaryen.externref, 'externref']])
  return binaryen.expandType(type).map((one) => names.get(one)).join(' ') || 'nothing'
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

  for (const [name, types] of [
    // The question, as text, and the promise that gives it up.
    ['when it is asked', ['i32 i32 i32 i32 to i32 i32 i32']],
    // Closures, with what a promise gives them.
    ['in the event loop', ['i32 i32 externref to i32 i32', 'i32 i32 externref externref to nothing']],
  ]) {
    it(`${name}: it is told, and nothing else is hurt`, async () => {
      initWasm({ page: trapping(types), full: fullModule })
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
      memories.push(...Object.values(instance.exports ?? {}).filter((value) => value instanceof WebAssembly.Memory))
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
