// A place to try a host in: an empty project in which the packed tarball is installed, and sources that serve what was
// recorded, honestly and not.
//
// A smoke test that a host passes without having asked anybody would show nothing, so what was asked is counted.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { keys, serveAttestations, signed, statement, verifiers } from '../../support/attestations.mjs'
import { limits, urlsOf, world } from '../../support/golden.mjs'
import { serve } from '../../support/recording.mjs'

export const hostsFolder = fileURLToPath(new URL('..', import.meta.url))
const js = path.join(hostsFolder, '../..')
const execute = promisify(execFile)

/** A program among the packages of this folder. */
export const installed = (...parts) => path.join(hostsFolder, 'node_modules', ...parts)

/** Writes the modules into a project, as the documentation tells users to. */
export async function writeModules(cwd) {
  const [, script] = readFileSync(path.join(js, '../docs/runtimes.md'), 'utf8').match(/```js\n(\/\/ write-modules\.mjs\n[^]*?)```/)
  writeFileSync(path.join(cwd, 'write-modules.mjs'), script)
  await run('node', ['write-modules.mjs'], { cwd })
}

/** Runs a program to its end and gives what it printed. No host inherits what another is told by the environment. */
export async function run(command, args, { cwd, env, seconds = 120 } = {}) {
  const { NODE_OPTIONS, NODE_ENV, NODE_PATH, ...rest } = process.env
  const options = { cwd, env: { ...rest, ...env }, encoding: 'utf8', timeout: seconds * 1000, maxBuffer: 1 << 24 }
  const { stdout } = await execute(command, args, options)
  return stdout.trim()
}

/** Packs once, and gives out copies of a project that has installed it. */
export class Places {
  #base = mkdtempSync(path.join(tmpdir(), 'metis-light-hosts-'))
  #made = []
  #servers = []
  #ends = []

  async begin() {
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', this.#base], { cwd: js })
    const tarball = readdirSync(this.#base).find((name) => name.endsWith('.tgz'))
    const project = path.join(this.#base, 'project')
    mkdirSync(project)
    writeFileSync(path.join(project, 'package.json'), '{ "private": true, "type": "module" }\n')
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', path.join(this.#base, tarball)], { cwd: project })
    cpSync(path.join(hostsFolder, 'support/smoke.mjs'), path.join(project, 'smoke.mjs'))

    const honest = world('1-happy', 'ready')
    // The node says a larger balance than its proof shows.
    const lying = world('1-happy', 'ready', 'q04')
    const truth = await serve(honest.recording)
    // Whoever follows gets the truth, and is wrong to.
    const elsewhere = await serve(honest.recording, ({ url }, response) => {
      response.writeHead(307, { location: new URL(url, truth.url('l1')).href }).end()
      return true
    })
    const said = await serveAttestations({ 3: await signed(honest, keys, statement(honest, 3)) })
    this.#servers = [truth, await serve(lying.recording), elsewhere]
    this.atEnd(() => said.close())
    const told = honest.expected.balances.find(({ l2Block, who }) => l2Block === 13 && who === 'user1')
    const { clock, l1, l2, ...options } = honest.options
    this.given = {
      ...options,
      limits: { ...limits, whole: 60_000, answer: 20_000 },
      now: clock(),
      address: told.account,
      block: told.l2Block,
      hash: honest.expected.messages[1].txHash,
      honest: urlsOf(this.#servers[0]),
      lying: urlsOf(this.#servers[1]),
      elsewhere: urlsOf(elsewhere),
      words: { attestations: said.url, verifiers: verifiers.map(({ address, weight }) => ({ address, weight: String(weight) })) },
    }
    this.expected = { balance: told.metis, phase: 'ready-to-relay, attested', lie: 'INVALID_PROOF', redirect: 'UNAVAILABLE' }
    writeFileSync(path.join(project, 'given.mjs'), `export default ${JSON.stringify(this.given)}\n`)
  }

  /** A copy of the project, with more files in it. `within` is the folder to put it into. */
  make(files = {}, within = this.#base) {
    const place = mkdtempSync(path.join(within, '.place-'))
    this.#made.push(place)
    cpSync(path.join(this.#base, 'project'), place, { recursive: true })
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(place, name)), { recursive: true })
      writeFileSync(path.join(place, name), text)
    }
    return place
  }

  /** Sees that `attempt` gives the true answer (but for what it is tried without), refuses what is to be refused, and has asked all. */
  async see(attempt, without) {
    for (const { requests } of this.#servers) requests.length = 0
    const { [without]: _, ...expected } = this.expected
    assert.deepEqual(JSON.parse(await attempt()), expected)
    for (const { requests } of this.#servers) assert.ok(requests.length > 0, 'a source was not asked')
  }

  /** Has something done when all is over. */
  atEnd(done) {
    this.#ends.push(done)
  }

  async end() {
    for (const done of this.#ends) await done()
    for (const server of this.#servers) server.close()
    for (const place of [...this.#made, this.#base]) if (existsSync(place)) rmSync(place, { recursive: true, force: true })
  }
}
