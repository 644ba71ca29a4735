// The tarball as a user gets it: installed into an empty project, imported, required, bundled.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

const js = fileURLToPath(new URL('..', import.meta.url))
const project = mkdtempSync(path.join(tmpdir(), 'metis-light-pack-'))
const run = (command, args, cwd = project) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
const bin = (name) => path.join(js, 'node_modules/.bin', name)

// Every entry is there, and the engine within answers: a client without a checkpoint is the mistake of the caller.
const use = `
  const codes = []
  const right = { network: 'andromeda', checkpoint: '0x' + '11'.repeat(32), l1: { beacon: 'http://b', execution: 'http://e' }, l2: 'http://l' }
  for (const one of [right, { ...right, checkpoint: '0x1' }, { ...right, checkpoint: undefined }]) {
    codes.push(await createLightClient(one).then(({ chainId }) => chainId, ({ code }) => code))
  }
  const bundle = await verifyBundle('{}', { checkpoint: '0x' + '11'.repeat(32) }).catch(({ code }) => code)
  const told = JSON.stringify([...codes, bundle, typeof verified, typeof serve, version])
`
const told = '[1088,"MISUSE","MISUSE","MALFORMED_REPLY","function","function","0.1.0"]'
const imports = `
  import { createLightClient, version } from 'metis-light'
  import { verified } from 'metis-light/viem'
  import { serve } from 'metis-light/worker'
  import { verifyBundle } from 'metis-light/verify'
`

describe('the tarball', () => {
  let tarball
  before(() => {
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', project], js)
    tarball = path.join(project, readdirSync(project).find((name) => name.endsWith('.tgz')))
    writeFileSync(path.join(project, 'package.json'), '{ "private": true, "type": "module" }')
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball])
  })
  after(() => rmSync(project, { recursive: true }))

  it('has what it needs, and no more', () => {
    const installed = path.join(project, 'node_modules/metis-light')
    const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const names = files.map((entry) => path.relative(installed, path.join(entry.parentPath ?? entry.path, entry.name)))
    for (const name of ['LICENSE-MIT', 'LICENSE-APACHE', 'README.md', 'docs/errors.md', 'docs/runtimes.md', 'dist/core.wasm', 'dist/index.d.ts']) {
      assert.ok(names.includes(name), `${name} is missing`)
    }
    assert.ok(!names.some((name) => /^(src|test|bench|scripts)\//.test(name)))
    assert.deepEqual(readdirSync(path.join(project, 'node_modules')).filter((name) => !name.startsWith('.')), ['metis-light'])
    const text = (name) => readFileSync(path.join(installed, name), 'utf8').replace(/^\s*\*.*$/gm, '')
    const lying = names.filter((name) => name.endsWith('.js') && text(name).includes('import.meta'))
    assert.deepEqual(lying, ['dist/node.js'], 'outside of Node nothing is found by where the package lies')
    const relative = /(?<=\b(from|import|import\()\s*["'])\.[^"'?]+/g
    const imported = names.filter((name) => name.endsWith('.js')).flatMap((name) =>
      (text(name).match(relative) ?? []).map((way) => path.join(path.dirname(name), way)))
    assert.ok(imported.length > 20)
    assert.deepEqual(imported.filter((name) => !names.includes(name)), [], 'all that is imported is there')
  })

  it('tells an editor of every action', async () => {
    const types = readFileSync(path.join(project, 'node_modules/metis-light/dist/light-client.d.ts'), 'utf8')
    const { createLightClient } = await import('../dist/index.js')
    const checkpoint = `0x${'11'.repeat(32)}`
    const client = await createLightClient({ network: 'andromeda', checkpoint, l1: { beacon: 'http://b', execution: 'http://e' }, l2: 'http://l' })
    const actions = Object.keys(client).filter((name) => typeof client[name] === 'function' && !['supports', 'close'].includes(name))
    await client.close()
    assert.ok(actions.length > 20)
    const isTold = (name) => new RegExp(`^     \\* @example\\n(     \\* .*\\n)+     \\*/\\n    ${name}\\(`, 'm').test(types)
    assert.deepEqual(actions.filter((name) => !isTold(name)), [])
    assert.ok(!isTold('getNothing'))
  })

  it('its version is that of the crate', () => {
    const [, crate] = readFileSync(path.join(js, '../Cargo.toml'), 'utf8').match(/^version = "(.*)"/m)
    assert.equal(JSON.parse(readFileSync(path.join(js, 'package.json'), 'utf8')).version, crate)
  })

  it('is imported by Node', () => {
    writeFileSync(path.join(project, 'import.mjs'), `${imports}${use}console.log(told)`)
    assert.equal(run('node', ['import.mjs']).trim(), told)
  })

  it('has its small module beside it in Node, or inside where something else lies there', () => {
    writeFileSync(path.join(project, 'beside.mjs'), `${imports}${use}console.log(told)`)
    const file = path.join(project, 'node_modules/metis-light/dist/core.wasm')
    const bytes = readFileSync(file)
    const isTold = () => run('node', ['beside.mjs']).trim() === told
    try {
      writeFileSync(file, 'another')
      assert.ok(isTold())
      rmSync(file)
      assert.ok(isTold())
      // Of the same length: what is beside it was read, or this would do no harm.
      writeFileSync(file, new Uint8Array(bytes.length))
      assert.ok(!isTold())
    } finally {
      writeFileSync(file, bytes)
    }
    assert.ok(isTold())
  })

  it('is required by Node', () => {
    const required = imports.replace(/import (\{.*\}) from ('.*')/g, 'const $1 = require($2);')
    writeFileSync(path.join(project, 'require.cjs'), `${required}(async () => {${use}console.log(told)})()`)
    assert.equal(run('node', ['--no-warnings', 'require.cjs']).trim(), told)
  })

  const bundlers = {
    async esbuild(entry, outdir) {
      const { build } = await import('esbuild')
      await build({ entryPoints: [entry], outdir, bundle: true, format: 'esm', splitting: true, minify: true, logLevel: 'error' })
    },
    async rollup(entry, dir) {
      const { rollup } = await import('@rollup/wasm-node')
      const installed = path.join(project, 'node_modules/metis-light')
      const { exports } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'))
      // The one thing of Node's resolution that is wanted here.
      const resolveId = (id) => (id.startsWith('metis-light') ? path.join(installed, exports[id.replace('metis-light', '.')].default) : null)
      const bundle = await rollup({ input: entry, plugins: [{ name: 'resolve', resolveId }], onwarn: ({ message }) => assert.fail(message) })
      await bundle.write({ dir, format: 'es' })
    },
    async vite(entry, outDir) {
      const { build } = await import('vite')
      const rollupOptions = { input: entry, preserveEntrySignatures: 'strict', output: { entryFileNames: 'entry.js' } }
      await build({ root: project, logLevel: 'error', build: { outDir, target: 'es2022', modulePreload: false, rollupOptions } })
    },
  }
  for (const [name, bundle] of Object.entries(bundlers)) {
    it(`is bundled by ${name}`, async () => {
      const entry = path.join(project, 'entry.js')
      const dir = path.join(project, `out-${name}`)
      writeFileSync(entry, `${imports}export async function answer() {${use}return told}`)
      mkdirSync(dir, { recursive: true })
      await bundle(entry, dir)
      writeFileSync(path.join(dir, 'package.json'), '{ "type": "module" }')
      const { answer } = await import(pathToFileURL(path.join(dir, 'entry.js')))
      assert.equal(await answer(), told)
    })
  }

  it('publint and attw have nothing to say', () => {
    run(bin('publint'), ['run', tarball, '--strict'], js)
    run(bin('attw'), [tarball, '--profile', 'esm-only', '--format', 'ascii', '--exclude-entrypoints', './core.wasm'], js)
  })
})
