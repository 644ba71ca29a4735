// Tries the packed tarball in each host.
//
//   node --test-reporter=spec js/test/hosts/run.mjs [quick|full|NAME...] [--write]
//
// Each host proves the same balance and withdrawal over the same recorded sources, and refuses the same lie and the same
// redirect. `quick` are the hosts that need nothing but the packages of js/ and Chromium, the others need scripts/setup.sh
// hosts. NAME is that of a file beside this one. `--write` with `full` writes what was seen into docs/runtimes.md.

import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { inCi, root, vectors } from '../support/paths.mjs'
import { Places } from './support/place.mjs'

const quick = ['node', 'bundlers', 'vite', 'extension']
const full = [...quick, 'webpack', 'deno', 'bun', 'workerd', 'firefox', 'next']

const [what = 'quick', ...more] = process.argv.slice(2).filter((word) => word !== '--write')
const files = { quick, full }[what] ?? [what, ...more]
const isWriting = process.argv.includes('--write') && what === 'full'
const hosts = (await Promise.all(files.map((file) => import(`./${file}.mjs`)))).flatMap((file) => file.default)
const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

const page = path.join(root, 'docs/runtimes.md')
const table = /(?<=\| host \| version \| proven \| refused \|\n\|---\|---\|---\|---\|\n)(\|.*\|\n)*/

describe('the packed tarball', { skip }, () => {
  const places = new Places()
  const seen = []
  before(() => places.begin())
  after(() => places.end())

  for (const { name, version, attempt, without, check } of hosts) {
    it(name, async (test) => {
      if (check) return check(places)
      await places.see(() => attempt(places), without)
      const row = [name, await version(), without ? 'balance' : 'balance, withdrawal', 'lie, redirect']
      test.diagnostic(row.join(' | '))
      seen.push(`| ${row.join(' | ')} |\n`)
    })
  }

  it(`docs/runtimes.md names ${isWriting ? 'what was seen' : 'them'}`, () => {
    const text = readFileSync(page, 'utf8')
    if (isWriting) {
      assert.equal(seen.length, hosts.filter(({ check }) => !check).length, 'not all of them passed')
      writeFileSync(page, text.replace(table, () => seen.join('')))
    } else {
      const [rows] = text.match(table)
      for (const { name, check } of hosts) assert.ok(check || rows.includes(`| ${name} |`), `${name} is not in the table`)
    }
  })
})
