// Next: a page of the browser, a route that Node runs, and one that runs at the edge, where no WebAssembly is compiled from
// bytes. All three in one app, which is built by each of its two bundlers and served, and served for development.
//
// Next looks for its own packages above the app, so the app lies in this folder.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { answerOfPage } from './support/page.mjs'
import { hostsFolder, installed, run, writeModules } from './support/place.mjs'

const env = { NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' }
const next = installed('next/dist/bin/next')

// `full.wasm` and `core.wasm` are put beside the app when it is built: Turbopack takes a module at the edge by its file only.
const handlers = {
  node: [`import * as lightClient from 'metis-light'`, 'given'],
  edge: [`import * as lightClient from 'metis-light'`, '{ ...given, hash: undefined }'],
  'edge-full': [
    `import * as lightClient from 'metis-light/slim'
     import page from '../../core.wasm?module'
     import full from '../../full.wasm?module'
     lightClient.initWasm({ page, full })`,
    'given',
  ],
}
const handler = (name) => `
  ${handlers[name][0]}
  import given from '../../given.mjs'
  import { answer } from '../../smoke.mjs'
  const handle = async () => new Response(await answer(lightClient, ${handlers[name][1]}))
`
const route = (name, runtime) => ({
  [`app/${name}/route.js`]: `${handler(name)}
    export const runtime = '${runtime}'
    export const dynamic = 'force-dynamic'
    export const GET = handle
  `,
})
const api = (name) => ({
  [`pages/api/${name}.js`]: `${handler(name)}
    export const config = { runtime: 'edge' }
    export default handle
  `,
})

const common = {
  'next.config.mjs': `export default { devIndicators: false, turbopack: { root: ${JSON.stringify(hostsFolder)} } }\n`,
  'app/layout.js': `export default ({ children }) => (
    <html lang="en"><head><link rel="icon" href="data:," /></head><body>{children}</body></html>
  )`,
  'app/page.js': `'use client'
    import { useEffect } from 'react'
    import * as lightClient from 'metis-light'
    import given from '../given.mjs'
    import { answer } from '../smoke.mjs'
    export default function Page() {
      useEffect(() => { globalThis.answer ??= answer(lightClient, given) }, [])
      return <p>metis-light</p>
    }
  `,
  ...route('node', 'nodejs'),
}
const routes = { ...common, ...route('edge', 'edge'), ...route('edge-full', 'edge') }
// Next's webpack builds no edge route under app/, not even an empty one (16.4.6), but those under pages/api.
const apis = { ...common, ...api('edge'), ...api('edge-full') }

const kinds = {
  turbopack: { named: 'built', files: routes, edge: '' },
  webpack: { named: 'built by webpack', files: apis, edge: 'api/' },
  dev: { named: 'development server', files: routes, edge: '' },
}

/** Apps that are served, by how they were made. */
const apps = new Map()

function app(places, how) {
  if (!apps.has(how)) apps.set(how, begin(places, how))
  return apps.get(how)
}

async function begin(places, how) {
  const cwd = places.make(kinds[how].files, hostsFolder)
  await writeModules(cwd)
  if (how !== 'dev') await run('node', [next, 'build', `--${how}`], { cwd, env, seconds: 400 })
  return serve(places, cwd, how === 'dev' ? 'dev' : 'start')
}

async function serve(places, cwd, command) {
  const { NODE_OPTIONS, NODE_ENV, ...rest } = process.env
  const options = { cwd, env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }
  const server = spawn('node', [next, command, '--hostname', '127.0.0.1', '--port', '0'], options)
  places.atEnd(async () => {
    if (server.exitCode !== null) return
    // It ends the processes that it has started when it is asked to.
    const timer = setTimeout(() => server.kill('SIGKILL'), 20_000)
    server.kill('SIGTERM')
    await once(server, 'exit')
    clearTimeout(timer)
  })
  let said = ''
  return new Promise((resolve, reject) => {
    const hear = (text) => {
      said += text
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+/)
      if (found && /Ready/.test(said)) resolve(found[0])
    }
    server.stdout.on('data', hear)
    server.stderr.on('data', hear)
    server.once('error', reject).once('exit', () => reject(new Error(`Next has ended: ${said.slice(-2000)}`)))
  })
}

const version = () => JSON.parse(readFileSync(installed('next/package.json'), 'utf8')).version

const asked = (path) => async (origin) => (await fetch(`${origin}/${path}`)).text()

export default Object.entries(kinds).flatMap(([how, { named, edge }]) => {
  const host = (part, attempt, without) => ({
    name: `Next, ${named}: ${part}`,
    version,
    without,
    attempt: async (places) => attempt(await app(places, how)),
  })
  return [
    host('page', answerOfPage),
    host('Node route', asked('node')),
    host('edge route', asked(`${edge}edge`), 'phase'),
    host('edge route, modules deployed', asked(`${edge}edge-full`)),
  ]
})
