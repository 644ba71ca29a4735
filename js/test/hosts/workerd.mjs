// workerd, the runtime of Cloudflare's workers. It compiles no WebAssembly from bytes, so modules are deployed beside the code.
//
// The bundler does what wrangler does: one file, with the condition `workerd`, and modules copied as they are.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { installed, run, writeModules } from './support/place.mjs'

const workerd = installed('@cloudflare/workerd-linux-64/bin/workerd')

const worker = (head, body) => `
  ${head}
  import given from './given.mjs'
  import { answer } from './smoke.mjs'
  export default { async fetch() { return new Response(await (async () => { ${body} })()) } }
`
const plain = worker(`import * as lightClient from 'metis-light'`, `return answer(lightClient, { ...given, hash: undefined })`)
const withFull = worker(
  `import * as lightClient from 'metis-light/slim'
   import page from './core.wasm'
   import full from './full.wasm'
   lightClient.initWasm({ page, full })`,
  `return answer(lightClient, given)`,
)
const refused = worker(
  `import { createLightClient } from 'metis-light'
   import { fullModule } from 'metis-light/full'`,
  `const { honest, hash, now, ...options } = given
   const client = await createLightClient({ ...options, ...honest, clock: () => now })
   const codes = [client.getWithdrawals({ hash }), fullModule()].map((one) => one.then(() => 'taken', ({ code }) => code))
   return JSON.stringify(await Promise.all(codes))`,
)

async function attempt(places, source) {
  const place = places.make({ 'worker.mjs': source })
  await writeModules(place)
  const outdir = path.join(place, 'out')
  await build({
    entryPoints: [path.join(place, 'worker.mjs')],
    outdir,
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    loader: { '.wasm': 'copy' },
    logLevel: 'error',
  })
  const modules = readdirSync(outdir).map((name) => `(name = "${name}", ${name.endsWith('.wasm') ? 'wasm' : 'esModule'} = embed "${name}")`)
  // The main module is the first.
  modules.sort((a, b) => Number(b.includes('esModule')) - Number(a.includes('esModule')))
  writeFileSync(path.join(outdir, 'config.capnp'), config(modules))
  return ask(path.join(outdir, 'config.capnp'))
}

const config = (modules) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (modules = [${modules.join(', ')}], compatibilityDate = "2026-01-01")),
    (name = "internet", network = (allow = ["private", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`

/** Serves a worker and asks it once. */
async function ask(file) {
  const served = spawn(workerd, ['serve', '--control-fd=3', file], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  let said = ''
  served.stderr.on('data', (text) => (said += text))
  try {
    const port = await new Promise((resolve, reject) => {
      served.stdio[3].on('data', (text) => {
        const listening = String(text).match(/"port":(\d+)/)
        if (listening) resolve(listening[1])
      })
      served.once('error', reject).once('exit', () => reject(new Error(`workerd has ended: ${said.slice(0, 2000)}`)))
    })
    const response = await fetch(`http://127.0.0.1:${port}/`)
    assert.equal(response.status, 200, said.slice(0, 2000))
    return await response.text()
  } finally {
    if (served.exitCode === null) {
      served.kill('SIGKILL')
      await once(served, 'exit')
    }
  }
}

const version = async () => (await run(workerd, ['--version'])).replace('workerd ', '')

export default [
  {
    name: 'workerd',
    version,
    without: 'phase',
    attempt: (places) => attempt(places, plain),
  },
  {
    name: 'workerd, full module deployed',
    version,
    attempt: (places) => attempt(places, withFull),
  },
  {
    name: 'workerd refuses what its modules do not answer',
    check: async (places) => assert.equal(await attempt(places, refused), '["MISUSE","MISUSE"]'),
  },
]
