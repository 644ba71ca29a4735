// What the package says of its own build: hashes of what it holds, and no path of the machine that built it.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { build as slimBuild } from '../dist/slim.js'
import { fullBytes } from '../dist/full.js'
import { build, createLightClient } from '../dist/index.js'
import packedPage from '../dist/wasm/page.inline.js'
import { root } from './support/paths.mjs'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

async function unpacked(packed) {
  const stream = new Blob([Buffer.from(packed, 'base64')]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

const modules = {
  'the page module inside': { bytes: await unpacked(packedPage), hash: build.wasm.page },
  'core.wasm': { bytes: readFileSync(new URL('../dist/core.wasm', import.meta.url)), hash: build.wasm.page },
  'the full module': { bytes: await fullBytes(), hash: build.wasm.full },
}

/** Folders of this machine, and those where compilers and crates lie on any. */
function placesIn(bytes) {
  const text = Buffer.from(bytes).toString('latin1')
  const places = [root, '/registry/src/', '/toolchains/', '/root/', '/home/', '/Users/']
  return places.filter((place) => text.includes(place))
}

describe('the build', () => {
  for (const [name, { bytes, hash }] of Object.entries(modules)) {
    it(`says the hash of ${name}`, () => {
      assert.ok(WebAssembly.validate(bytes))
      assert.equal(sha256(bytes), hash)
      const spoiled = Uint8Array.from(bytes)
      spoiled[spoiled.length >> 1] ^= 1
      assert.notEqual(sha256(spoiled), hash)
    })

    it(`no path of a machine is in ${name}`, () => {
      assert.deepEqual(placesIn(bytes), [])
      // Nor any other source file, of those that panics would name.
      assert.doesNotMatch(Buffer.from(bytes).toString('latin1'), /[\w/]\.rs\b/)
      for (const place of [root, '/opt/cargo/registry/src/']) {
        assert.ok(placesIn(Buffer.concat([bytes, Buffer.from(`${place}x-0.1.0/src/lib.rs`)])).length > 0, place)
      }
    })
  }

  it('is the same for every entry and client, and cannot be changed', async () => {
    const options = { network: 'andromeda', checkpoint: `0x${'11'.repeat(32)}`, l1: { beacon: 'http://b', execution: 'http://e' }, l2: 'http://l' }
    const client = await createLightClient(options)
    assert.equal(client.build, build)
    assert.equal(slimBuild, build)
    await client.close()
    assert.notEqual(build.wasm.page, build.wasm.full)
    assert.equal(build.version, JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
    assert.throws(() => (build.wasm.page = ''), TypeError)
    assert.throws(() => (build.wasm = {}), TypeError)
  })
})
