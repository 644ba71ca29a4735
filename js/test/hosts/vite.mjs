// Vite: its server for development, with and without dependencies bundled ahead, its build, and rendering on the server.

import { readdirSync } from 'node:fs'
import path from 'node:path'
import { build, createServer, version } from 'vite'
import { imported } from './node.mjs'
import { answerOfBundle, answerOfPage, pages } from './support/page.mjs'
import { run } from './support/place.mjs'

const common = { configFile: false, logLevel: 'error', clearScreen: false }

/** A page of the server for development. */
async function served(places, page, more) {
  const root = places.make(pages)
  // Only the page at hand is looked through for what to bundle ahead.
  const optimizeDeps = { entries: [page], ...more?.optimizeDeps }
  const server = await createServer({ ...common, root, server: { host: '127.0.0.1', port: 0 }, ...more, optimizeDeps })
  try {
    await server.listen()
    return await answerOfPage(`http://127.0.0.1:${server.httpServer.address().port}/${page}`)
  } finally {
    await server.close()
  }
}

async function built(places, page) {
  const root = places.make(pages)
  const rollupOptions = { input: path.join(root, page), output: { entryFileNames: page } }
  await build({ ...common, root, base: '/out/', build: { rollupOptions } })
  return answerOfBundle(path.join(root, 'dist'), page)
}

const rendering = `
  import * as lightClient from 'metis-light'
  import given from './given.mjs'
  import { answer } from './smoke.mjs'
  export const render = () => answer(lightClient, given)
`
const inside = { noExternal: true }

/** A module that the server for development loads, with the package as one of its own. */
async function rendered(places) {
  const root = places.make({ 'server.mjs': rendering })
  const server = await createServer({ ...common, root, appType: 'custom', server: { middlewareMode: true, ws: false }, ssr: inside })
  try {
    const { render } = await server.ssrLoadModule('/server.mjs')
    return await render()
  } finally {
    await server.close()
  }
}

/** A bundle for the server, with the package in it, that Node runs where the package is not installed. */
async function builtForServer(places) {
  const root = places.make({ 'server.mjs': imported })
  await build({ ...common, root, build: { ssr: 'server.mjs', outDir: 'dist' }, ssr: inside })
  const folder = path.join(root, 'dist')
  const [entry] = readdirSync(folder).filter((name) => name.startsWith('server'))
  return run('node', [entry], { cwd: folder })
}

const host = (name, attempt) => ({ name, version: () => version, attempt })

export default [
  host('Vite, development server', (places) => served(places, 'plain.html')),
  host('Vite, development server, not bundled ahead', (places) =>
    served(places, 'plain.html', { optimizeDeps: { exclude: ['metis-light'] } }),
  ),
  host('Vite, development server, worker', (places) => served(places, 'with-worker.html')),
  host('Vite, build', (places) => built(places, 'plain.mjs')),
  host('Vite, build, worker', (places) => built(places, 'with-worker.mjs')),
  host('Vite, server rendering in development', rendered),
  host('Vite, server rendering built', builtForServer),
]
