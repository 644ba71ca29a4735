// Tries the packed tarball in each host: node --test-reporter=spec js/test/hosts/run.mjs [quick|full|NAME...]
//
// Each host proves the same balance and withdrawal over the same recorded sources, and is told the same lie.

import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { inCi, vectors } from '../support/paths.mjs'
import { Places } from './support/place.mjs'

const files = ['node', 'deno', 'bun', 'workerd', 'bundlers', 'vite', 'extension', 'firefox', 'next']
const [what = 'quick', ...more] = process.argv.slice(2)
const wanted = files.includes(what) ? [what, ...more] : files
const hosts = (await Promise.all(wanted.map((file) => import(`./${file}.mjs`)))).flatMap((file) => file.default)
const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

describe('the packed tarball', { skip }, () => {
  const places = new Places()
  before(() => places.begin())
  after(() => places.end())

  for (const { name, version, quick, attempt, without, check } of hosts) {
    if (what === 'quick' && !quick) continue
    it(name, async (test) => {
      if (check) return check(places)
      await places.see(() => attempt(places), without)
      test.diagnostic(`${name} ${await version()}`)
    })
  }
})
