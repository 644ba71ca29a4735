// The network to look at, with verifiers: what it prints can be run as it stands.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually, metis, tallyOf, verifiersOf } from './support/attested.mjs'
import { run } from './support/client.mjs'

const program = fileURLToPath(new URL('../../devnet.mjs', import.meta.url))

describe('node devnet.mjs --verifiers', () => {
  let child, directory
  let printed = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'metis-light-devnet-test-'))
    const args = [program, '--verifiers', '--slot-seconds', '1', '--directory', directory]
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout.on('data', (text) => (printed += text))
    await eventually(() => printed, (text) => text.includes('/ctl/dishonest-batch'))
  })
  after(async () => {
    child?.kill('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  })

  /** Runs a command that was printed, with the variables that are to be exported before it. */
  function runPrinted(command) {
    const line = printed.split('\n').find((text) => text.startsWith(`metis-light ${command}`))
    const variables = printed.matchAll(/(METIS_LIGHT_\w+)=(\S+)/g)
    const flagOf = (name) => `--${name.replace('METIS_LIGHT_', '').toLowerCase()}`
    const flags = [...variables].flatMap(([, name, value]) => [flagOf(name), value])
    return run([...line.split(' ').slice(1), ...flags])
  }

  const control = async (path) => {
    const [url] = printed.match(/http:\S+\/ctl/)
    return fetch(`${url}/${path}`, { method: 'POST' })
  }

  it('says who they are and what they say, and has an alarm', async () => {
    assert.equal(verifiersOf(await runPrinted('verifiers')).total, metis(300_000))
    const look = async () => tallyOf(await runPrinted('attestations'))
    await eventually(look, ({ weight }) => weight === metis(300_000))
    assert.equal((await control('dishonest-batch')).status, 200)
    await eventually(() => printed, (text) => text.includes('alarm: stateRoot of batch'))
  })

  it('does with them what it is told', async () => {
    const done = async (path) => assert.equal((await control(path)).status, 200, path)
    const [, url] = printed.match(/^leaver +(\S+)/m)
    await done('kill?name=leaver')
    await assert.rejects(fetch(url))
    await done('restart?name=leaver')
    assert.equal((await fetch(`${url}/v1/attestations/1088/0`)).status, 200)
    for (const path of ['lag?blocks=2', 'lag', 'differ?block=1000', 'differ', 'lock?amount=1', 'leave']) await done(path)
    await done('finalize')
    assert.equal(verifiersOf(await runPrinted('verifiers')).total, metis(140_001))
  })

  it('refuses controls that a verifier does not have', async () => {
    for (const path of ['play?name=steady', 'play?name=nobody', 'play?saying=sing', 'lag?name=liar']) {
      assert.equal((await control(path)).status, 400, path)
    }
  })

  it('ends with all of them', async () => {
    const urls = printed.match(/METIS_LIGHT_ATTESTATIONS=(\S+)/)[1].split(',')
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    assert.equal(code, 0)
    for (const url of urls) await assert.rejects(fetch(url), url)
  })
})
