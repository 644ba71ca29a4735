// Builds dist/: the WebAssembly in its two sizes, the glue as factories, and the TypeScript, joined to few files.
//
//   node scripts/build.mjs [--no-wasm] [--record]
//
// --record writes the hashes of what was built to js/wasm.sha256, for a release (docs/release.md). cargo, wasm-bindgen (of
// the crate's version) and wasm-opt must be on PATH, as scripts/env.sh puts them.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { rollup } from '@rollup/wasm-node'
import { transformSync } from 'esbuild'
import { ordered } from './order.mjs'
import { withoutPanics } from './panics.mjs'

const js = fileURLToPath(new URL('..', import.meta.url))
const root = path.resolve(js, '..')
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target')
const dist = path.join(js, 'dist')
const out = path.join(dist, 'wasm')
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: 'inherit' })
const told = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })

/**
 * What is shipped knows its glue by short names, for the hashes in those of wasm-bindgen are bytes that nothing compresses;
 * says nothing of who made it; gives each access to memory the same alignment, which is a hint that engines ignore; and adds
 * constants within them, for the first kilobyte holds nothing: it is the far end of the stack.
 */
const shippedFlags = [
  '--minify-imports-and-exports-and-modules',
  '--strip-producers',
  '--strip-target-features',
  '--dealign',
  '--low-memory-unused',
]

/** The flags of wasm-opt stand in Cargo.toml, once for all builds. */
function optimizerFlags() {
  const [, list] = readFileSync(path.join(root, 'Cargo.toml'), 'utf8').match(/^wasm-opt = \[([^\]]*)\]/m)
  return [...list.matchAll(/"([^"]+)"/g)].map(([, flag]) => flag)
}

/**
 * Flags under which the bytes are the same wherever they were built: panics name source files, and those lie elsewhere on each
 * machine. The names are blanked, but long ones would still move what lies behind them. They replace RUSTFLAGS, so what is
 * shipped does not depend on that either.
 */
function portableFlags() {
  const shipped = ['--filter-platform', 'wasm32-unknown-unknown']
  const { packages } = JSON.parse(told('cargo', 'metadata', '--locked', '--format-version', '1', ...shipped))
  const registries = packages.filter(({ source }) => source).map((crate) => path.join(crate.manifest_path, '../..'))
  const { commit } = told('rustc', '--version', '--verbose').match(/^commit-hash: (?<commit>.*)$/m).groups
  const library = path.join(told('rustc', '--print', 'sysroot').trim(), 'lib/rustlib/src/rust')
  const renamed = new Map([
    [root, 'metis-light'],
    [target, 'target'],
    ...registries.map((folder) => [folder, 'crates']),
    [library, `/rustc/${commit}`],
  ])
  const paths = [...renamed].map(([from, to]) => `--remap-path-prefix=${from}=${to}`)
  return ['-Ctarget-feature=+simd128', ...paths].join('\x1f')
}

function buildModule(feature, name) {
  const wasm = ['--release', '--target', 'wasm32-unknown-unknown', '--no-default-features', '--features', `${feature},shipped`]
  run('cargo', 'rustc', ...wasm, '--lib', '--crate-type', 'cdylib')
  const folder = mkdtempSync(path.join(tmpdir(), 'metis-light-'))
  try {
    const built = path.join(target, 'wasm32-unknown-unknown/release/metis_light.wasm')
    run('wasm-bindgen', '--target', 'web', '--omit-default-module-path', '--no-typescript', '--out-dir', folder, built)
    const [bound, text, optimized] = ['metis_light_bg.wasm', `${name}.wat`, `${name}.wasm`].map((file) => path.join(folder, file))
    writeFileSync(bound, withoutPanics(readFileSync(bound)))
    const names = JSON.parse(told('wasm-opt', ...optimizerFlags(), ...shippedFlags, bound, '--emit-text', '-o', text))
    writeFileSync(text, ordered(readFileSync(text, 'utf8')))
    // Once more: text does not say all that the optimizer knew, and the second time it finds a little more.
    run('wasm-opt', ...optimizerFlags(), '--low-memory-unused', text, '-o', optimized)
    const packed = gzipSync(readFileSync(optimized), { level: 9 }).toString('base64')
    writeFileSync(path.join(out, `${name}.inline.js`), `export { instantiate } from './${name}.js'\nexport default '${packed}'\n`)
    // Only the small one is streamed from where a page has put it.
    if (name === 'page') cpSync(optimized, path.join(dist, 'core.wasm'))
    const glue = renamed(readFileSync(path.join(folder, 'metis_light.js'), 'utf8'), names)
    writeFileSync(path.join(out, `${name}.js`), factory(glue))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The glue with the short names that wasm-opt told. */
function renamed(glue, { imports, exports }) {
  const short = new Map(exports)
  const find = (name) => {
    if (!short.has(name)) throw new Error(`the module has no ${name}, which its glue calls`)
    return short.get(name)
  }
  return replaced(glue, [
    [/"\.\/metis_light_bg\.js": import0/, 'a: import0'],
    ...imports.map(([, from, to]) => [new RegExp(`^ *${from}: function`, 'm'), () => `${to}: function`]),
    [/\bwasm\.(\w+)/g, (_, name) => `wasm.${find(name)}`],
  ])
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
  const { code } = transformSync(
    `export async function instantiate(__module, shield) {
${body}
  __wbg_finalize_init(await WebAssembly.instantiate(__module, __wbg_get_imports()), __module);
  return { ${exports.join(', ')} };
}`,
    { minify: true, target: 'es2022' },
  )
  return `// Made by scripts/build.mjs from the glue of wasm-bindgen, without its comments and long names.\n${code}`
}

/** The SHA-256 of what lies in dist/, as a module of the package. */
function writeHashes() {
  const full = readFileSync(path.join(out, 'full.inline.js'), 'utf8').match(/default '(.*)'/)[1]
  const page = readFileSync(path.join(dist, 'core.wasm'))
  const hashes = { page: sha256(page), full: sha256(gunzipSync(Buffer.from(full, 'base64'))) }
  const known = JSON.stringify({ ...hashes, pageBytes: page.length })
  writeFileSync(path.join(out, 'hashes.js'), `// Made by scripts/build.mjs.\nexport default ${known}\n`)
  const lines = Object.entries(hashes).map(([name, hash]) => `${hash}  ${name}.wasm\n`)
  if (process.argv.includes('--record')) writeFileSync(path.join(js, 'wasm.sha256'), lines.join(''))
  process.stdout.write(lines.join(''))
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * Joins what tsc made into a file for each entry, one for a client and one for its engine, and one for each part that is imported
 * only when it is wanted: Node takes longer to find thirty files than to compile the module, and bundlers split between files.
 */
async function joinModules() {
  const files = JSON.stringify(entries()).match(/[\w.]+\.js(?=")/g)
  const joined = await rollup({
    // A test makes errors of every code, which no entry does.
    input: [...new Set([...files, 'errors.js'])].map((name) => path.join(dist, name)),
    external: /^node:|\/wasm\/(page|full)|^\.\/core\.wasm/,
  })
  const { output } = await joined.generate({
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    // What hosts with and without a compiler share (nothing with a compiler in it may reach those without), and of that what
    // runs in a worker: a worker's code is one file to some bundlers, so nothing in it may be loaded later by a client.
    manualChunks: (id, { getModuleInfo }) => {
      const isIn = (entry) => reached(path.join(dist, entry), getModuleInfo).has(id)
      if (!isIn('edge.js') || !isIn('slim.js')) return undefined
      return isIn('worker.js') || isIn('verify.js') ? 'engine' : 'client'
    },
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    // All files lie beside each other, so the way to the modules is the same from each.
    paths: (id) => (path.isAbsolute(id) ? `./${path.relative(dist, id)}` : id),
  })
  for (const name of readdirSync(dist, { recursive: true })) {
    if (name.endsWith('.js') && !/^wasm.(page|full)/.test(name)) rmSync(path.join(dist, name))
  }
  // Comments are for those who read types, and for us.
  for (const { fileName, code } of output) writeFileSync(path.join(dist, fileName), transformSync(code, { target: 'es2022' }).code)
}

/** Removes the types that no entry leads to: those of what is inside. */
function dropInnerTypes() {
  const wanted = new Set()
  const follow = (file) => {
    if (wanted.has(file)) return
    wanted.add(file)
    const ways = readFileSync(file, 'utf8').matchAll(/(?:from |import\()["'](\.[^"']+)\.js["']/g)
    for (const [, way] of ways) follow(path.resolve(path.dirname(file), `${way}.d.ts`))
  }
  for (const { types } of Object.values(entries())) if (types) follow(path.join(js, types))
  for (const name of readdirSync(dist, { recursive: true })) {
    const file = path.join(dist, name)
    if (name.endsWith('.d.ts') && !wanted.has(file)) rmSync(file)
  }
}

/** The package's entries, each with its conditions. */
function entries() {
  return JSON.parse(readFileSync(path.join(js, 'package.json'), 'utf8')).exports
}

/** A module and all that it imports, but for what it imports when it is wanted. */
function reached(id, infoOf, found = new Set()) {
  if (found.has(id)) return found
  found.add(id)
  for (const next of infoOf(id)?.importedIds ?? []) reached(next, infoOf, found)
  return found
}

/** Replaces, and sees that there was something to replace. */
function replaced(text, pairs) {
  return pairs.reduce((text, [from, to]) => {
    if (text.search(from) < 0) throw new Error(`the glue has changed: ${from} is not in it`)
    return text.replace(from, to)
  }, text)
}

if (!process.argv.includes('--no-wasm')) {
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  process.env.CARGO_ENCODED_RUSTFLAGS = portableFlags()
  buildModule('page', 'page')
  buildModule('engine', 'full')
}
writeHashes()
mkdirSync(path.join(js, 'docs'), { recursive: true })
for (const name of ['attestations.md', 'errors.md', 'runtimes.md']) cpSync(path.join(root, 'docs', name), path.join(js, 'docs', name))
for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) cpSync(path.join(root, name), path.join(js, name))
execFileSync('npx', ['--no-install', 'tsc', '-p', '.'], { cwd: js, stdio: 'inherit' })
await joinModules()
dropInnerTypes()
