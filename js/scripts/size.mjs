// What a page loads before its first proven balance, in bytes after brotli, and the limits that hold it: node scripts/size.mjs

import { readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'

const js = fileURLToPath(new URL('..', import.meta.url))
const dist = path.join(js, 'dist')

const limits = {
  'slim: code and core.wasm': 141_200,
  'inline: all that is imported': 167_500,
  'inline, to slim': 1.3,
  'package, unpacked': 1_175_000,
}

const slim = await loaded('createLightClient, initWasm', 'slim')
const inline = await loaded('createLightClient', 'index')
const core = brotli(readFileSync(path.join(dist, 'core.wasm')))
const sizes = {
  'slim: code and core.wasm': slim + core,
  'inline: all that is imported': inline,
  'inline, to slim': inline / (slim + core),
  'package, unpacked': folder(dist),
}
for (const [name, limit] of Object.entries(limits)) {
  const is = sizes[name]
  const show = (number) => (limit < 10 ? number.toFixed(2) : Math.round(number).toLocaleString('en'))
  console.log(`${name}: ${show(is)} of ${show(limit)}${is > limit ? ', above its limit' : ''}`)
  if (is > limit) process.exitCode = 1
}
console.log(`  of it core.wasm ${core.toLocaleString('en')}, the code around it ${slim.toLocaleString('en')}`)

/** What a bundler makes of an entry, without what is imported for other questions, or for a worker. */
async function loaded(names, entry) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export { ${names} } from './${entry}.js'`, resolveDir: dist },
    bundle: true,
    format: 'esm',
    minify: true,
    splitting: true,
    write: false,
    metafile: true,
    absWorkingDir: '/',
    outdir: '/',
    chunkNames: '[name]-[hash]',
  })
  const wanted = new Set()
  const load = (file) => {
    if (wanted.has(file)) return
    wanted.add(file)
    for (const { path, kind } of metafile.outputs[file].imports) {
      if (kind === 'import-statement' || /^page[.-]/.test(path)) load(path)
    }
  }
  load('stdin.js')
  const files = outputFiles.filter((file) => wanted.has(path.basename(file.path)))
  return files.reduce((sum, file) => sum + brotli(file.contents), 0)
}

function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS }
  return brotliCompressSync(bytes, { params }).length
}

function folder(of) {
  return readdirSync(of, { recursive: true })
    .map((name) => statSync(path.join(of, name)))
    .filter((entry) => entry.isFile())
    .reduce((sum, { size }) => sum + size, 0)
}
