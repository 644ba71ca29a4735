// webpack for pages: its bundle, and one whose worker it has found by itself, run in Chromium. It may not warn.

import assert from 'node:assert/strict'
import webpack from 'webpack'
import { host } from './bundlers.mjs'

async function bundle(place, name, folder) {
  const compiler = webpack({
    mode: 'production',
    context: place,
    entry: `./${name}`,
    output: { path: folder, filename: name },
    performance: { hints: false },
  })
  const stats = await new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : resolve(stats))))
  await new Promise((resolve) => compiler.close(resolve))
  assert.ok(!stats.hasErrors() && !stats.hasWarnings(), stats.toString({ all: false, errors: true, warnings: true }))
}

export default [
  host('webpack', 'webpack', bundle, 'plain.mjs'),
  host('webpack, worker', 'webpack', bundle, 'with-worker.mjs'),
]
