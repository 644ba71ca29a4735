// Runs the suites of tests/it as WebAssembly: node run-suites.mjs --host node|chromium [--module DIRECTORY] [--native DIRECTORY]
//
// A suite fails where a case fails, where it judged nothing although its vectors are there, and where it judged another
// number of cases than the native tests did.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { inCi, root, vectors } from './support/paths.mjs'

const { values: options } = parseArgs({
  options: {
    host: { type: 'string', default: 'node' },
    module: { type: 'string', default: path.join(root, 'target/wasm-suites') },
    native: { type: 'string', default: path.join(root, 'target/suites-native') },
  },
})

const native = nativeCounts(options.native)
if (!native) console.log('counts are not compared: the native tests have left none')

const counts = { passed: 0, failed: 0, skipped: 0, cases: 0, refused: 0 }
const results = await (await host())(options.module, judge)
for (const name of Object.keys(native ?? {})) {
  if (!results.some((result) => result.name === name)) fail(name, ['only the native tests have this suite'])
}
console.log(
  `suites in ${options.host}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped; ` +
    `${counts.cases} cases, ${counts.refused} refused`,
)
if (results.length === 0) throw new Error('the module has no suites')
process.exitCode = counts.failed === 0 ? 0 : 1

async function host() {
  if (options.host === 'node') return (await import('./support/node-host.mjs')).runInNode
  if (options.host === 'chromium') return (await import('./support/chromium-host.mjs')).runInChromium
  throw new Error(`no host '${options.host}': node or chromium`)
}

function judge({ name, roots, absent, files, cases, refused, milliseconds, errors }) {
  if (absent) {
    const fault = `nothing under ${roots.map((prefix) => path.join(vectors, prefix)).join(', ')}`
    if (inCi) return fail(name, [fault])
    counts.skipped += 1
    console.log(`suite ${name}: skipped, ${fault}`)
    return
  }
  const faults = [...errors]
  if (cases === 0 && faults.length === 0) faults.push(`no cases in ${files} files`)
  if (native && faults.length === 0 && !(native[name]?.cases === cases && native[name]?.refused === refused)) {
    faults.push(`counted ${JSON.stringify({ cases, refused })}, natively ${JSON.stringify(native[name] ?? 'no such suite')}`)
  }
  if (faults.length > 0) return fail(name, faults)
  counts.passed += 1
  counts.cases += cases
  counts.refused += refused
  console.log(`suite ${name}: ${cases} cases, ${refused} refused (${options.host}) ${Math.round(milliseconds)} ms`)
}

/** The native tests leave a file `NAME.json` for each suite. */
function nativeCounts(directory) {
  if (!existsSync(directory)) return undefined
  const read = (file) => JSON.parse(readFileSync(path.join(directory, file), 'utf8'))
  return Object.fromEntries(readdirSync(directory).map((file) => [path.basename(file, '.json'), read(file)]))
}

function fail(name, faults) {
  counts.failed += 1
  console.log(`suite ${name}: FAILED (${options.host})`)
  for (const fault of faults) console.log(`    ${fault.replaceAll('\n', '\n    ')}`)
}
