// The storage in files, killed while it writes: what is kept is an old one or a new one as a whole. METIS_LIGHT_KILLS says how
// often, METIS_LIGHT_SEED when.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileStorage } from '../dist/index.js'

const KILLS = Number(process.env.METIS_LIGHT_KILLS ?? 25)
const SEED = Number(process.env.METIS_LIGHT_SEED ?? Date.now() % 1_000_000)

/** The longest that a writer goes on after its first save, in milliseconds. */
const LONGEST = 60

/** Long enough to take a while, and as stores are: of some kilobytes for each period. */
const lengths = [300_000, 400_000]

/** Saves the one and the other in turn, without an end; says so after the first. */
const writer = (save) => `
  import { fileStorage } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)}
  import { writeFile } from 'node:fs/promises'
  const [folder, key] = process.argv.slice(1)
  const whole = ${JSON.stringify(lengths)}.map((length, index) => new Uint8Array(length).fill(index + 1))
  ${save}
  for (let turn = 0; ; turn += 1) {
    await save(whole[turn % 2])
    if (turn === 0) console.log('saved')
  }`

const inStorage = writer('const save = (bytes) => fileStorage(folder).save(key, bytes)')

/** What must not be: in its place, piece by piece. */
const inPlace = writer(`
  const save = async (bytes) => {
    await writeFile(folder + '/' + key + '.store', bytes.subarray(0, 1000))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await writeFile(folder + '/' + key + '.store', bytes)
  }`)

describe('the storage in files', () => {
  let folder
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'metis-light-'))))
  after(() => rmSync(folder, { recursive: true }))

  /** Kills so many writers; how often what was kept then was no whole. */
  async function broken(code, key, kills) {
    let count = 0
    for (let kill = 0; kill < kills; kill += 1) {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', code, folder, key], { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      await setTimeout(spread(SEED + kill) * LONGEST)
      child.kill('SIGKILL')
      await once(child, 'close')
      if (!isWhole(await fileStorage(folder).load(key))) count += 1
    }
    return count
  }

  it(`keeps a whole through ${KILLS} kills, seed ${SEED}`, async (test) => {
    assert.equal(await broken(inStorage, 'kept', KILLS), 0)
    const unfinished = readdirSync(folder).filter((name) => name.startsWith('kept.store.')).length
    test.diagnostic(`${unfinished} of the kills came within a write`)
    // A clean start: what is saved now is what is kept.
    const bytes = new Uint8Array(lengths[0]).fill(1)
    await fileStorage(folder).save('kept', bytes)
    assert.deepEqual(await fileStorage(folder).load('kept'), bytes)
  })

  it('would be seen to be broken, were it written in its place', async () => {
    assert.ok((await broken(inPlace, 'in-place', 8)) > 0)
  })

  it('leaves nothing behind where it cannot save', async () => {
    mkdirSync(path.join(folder, 'taken.store', 'full'), { recursive: true })
    await assert.rejects(fileStorage(folder).save('taken', new Uint8Array(10)))
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('taken.')), ['taken.store'])
  })
})

function isWhole(bytes) {
  return lengths.some((length, index) => bytes?.length === length && bytes.every((byte) => byte === index + 1))
}

/** A number from 0 to 1 that is spread well. */
function spread(number) {
  return ((Math.imul(number, 0x9e3779b1) ^ (number << 7)) >>> 0) / 2 ** 32
}
