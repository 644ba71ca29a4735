// Builds dist/: the WebAssembly in its two sizes, the glue as factories, and the TypeScript.
//
//   node scripts/build.mjs [--no-wasm]
//
// cargo, wasm-bindgen (of the crate's version) and wasm-opt must be on PATH, as scripts/env.sh puts them.

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const js = fileURLToPath(new URL('..', import.meta.url))
const root = path.join(js, '..')
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target')
const out = path.join(js, 'dist/wasm')
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: 'inherit' })

/** The flags of wasm-opt stand in Cargo.toml, once for all builds. */
function optimizerFlags() {
  const [, list] = readFileSync(path.join(root, 'Cargo.toml'), 'utf8').match(/^wasm-opt = \[([^\]]*)\]/m)
  return [...list.matchAll(/"([^"]+)"/g)].map(([, flag]) => flag)
}

function buildModule(feature, name) {
  const wasm = ['--release', '--target', 'wasm32-unknown-unknown', '--no-default-features', '--features', feature]
  run('cargo', 'rustc', ...wasm, '--lib', '--crate-type', 'cdylib')
  const folder = mkdtempSync(path.join(tmpdir(), 'metis-light-'))
  try {
    const built = path.join(target, 'wasm32-unknown-unknown/release/metis_light.wasm')
    run('wasm-bindgen', '--target', 'web', '--omit-default-module-path', '--no-typescript', '--out-dir', folder, built)
    const optimized = path.join(folder, `${name}.wasm`)
    run('wasm-opt', ...optimizerFlags(), path.join(folder, 'metis_light_bg.wasm'), '-o', optimized)
    const packed = gzipSync(readFileSync(optimized), { level: 9 }).toString('base64')
    writeFileSync(path.join(out, `${name}.inline.js`), `export default '${packed}'\n`)
    // Only the small one is streamed from where a page has put it.
    if (name === 'page') cpSync(optimized, path.join(js, 'dist/core.wasm'))
    writeFileSync(path.join(out, `${name}.js`), factory(readFileSync(path.join(folder, 'metis_light.js'), 'utf8')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * The glue of wasm-bindgen keeps one instance per copy of itself. As the body of a function it keeps one per call, so that
 * clients share nothing and one that crashed can be begun anew; and its exports can be guarded.
 */
function factory(glue) {
  const end = glue.search(/^async function __wbg_load\(/m)
  const body = replaced(glue.slice(0, end), [
    [/^export (class|function)/gm, '$1'],
    [/wasm = instance\.exports;/, 'wasm = shield(instance.exports);'],
  ])
  const exports = [...glue.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name)
  return `// Made by scripts/build.mjs from the glue of wasm-bindgen.
export async function instantiate(__module, shield) {
${body}
  __wbg_finalize_init(await WebAssembly.instantiate(__module, __wbg_get_imports()), __module);
  return { ${exports.join(', ')} };
}
`
}

/** Replaces, and sees that there was something to replace. */
function replaced(text, pairs) {
  return pairs.reduce((text, [from, to]) => {
    if (text.search(from) < 0) throw new Error(`the glue has changed: ${from} is not in it`)
    return text.replace(from, to)
  }, text)
}

if (!process.argv.includes('--no-wasm')) {
  rmSync(path.join(js, 'dist'), { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  buildModule('page', 'page')
  buildModule('engine', 'full')
}
mkdirSync(path.join(js, 'docs'), { recursive: true })
for (const name of ['errors.md', 'runtimes.md']) cpSync(path.join(root, 'docs', name), path.join(js, 'docs', name))
for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) cpSync(path.join(root, name), path.join(js, name))
execFileSync('npx', ['--no-install', 'tsc', '-p', '.'], { cwd: js, stdio: 'inherit' })
