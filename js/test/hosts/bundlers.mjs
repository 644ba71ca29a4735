// Bundlers for pages: what they make runs in Chromium. None is told anything of the package, and none may warn.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { answerOfBundle, pages } from './support/page.mjs'

async function esbuild(place, name, outdir) {
  const { build } = await import('esbuild')
  const entryPoints = [path.join(place, name)]
  const { warnings } = await build({ entryPoints, outdir, bundle: true, format: 'esm', splitting: true, minify: true, outExtension: { '.js': '.mjs' } })
  assert.deepEqual(warnings, [])
}

async function rollup(place, name, dir) {
  const { rollup } = await import('@rollup/wasm-node')
  const installed = path.join(place, 'node_modules/metis-light')
  const { exports } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'))
  // The one thing of Node's resolution that is wanted here.
  const resolveId = (id) => (id.startsWith('metis-light') ? path.join(installed, exports[id.replace('metis-light', '.')].default) : null)
  const onwarn = ({ message }) => assert.fail(message)
  const bundle = await rollup({ input: path.join(place, name), plugins: [{ name: 'resolve', resolveId }], onwarn })
  await bundle.write({ dir, format: 'es', entryFileNames: '[name].mjs' })
}

const require = createRequire(import.meta.url)
const version = (name) => () => JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version

/** A page of a bundle that `bundle(place, page, folder)` makes with a library. */
export const host = (name, library, bundle, page) => ({
  name,
  version: version(library),
  async attempt(places) {
    const place = places.make(pages)
    const out = path.join(place, 'out')
    await bundle(place, page, out)
    return answerOfBundle(out, page)
  },
})

export default [
  host('esbuild', 'esbuild', esbuild, 'plain.mjs'),
  host('Rollup', '@rollup/wasm-node', rollup, 'plain.mjs'),
]
