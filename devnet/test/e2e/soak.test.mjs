// A short soak; `scripts/soak.sh` is the long one.

import { describe, it } from 'node:test'
import { soak } from './support/soak.mjs'

describe('a client among sources that misbehave at random', () => {
  const seed = Number(process.env.METIS_LIGHT_SEED ?? Date.now() % 1_000_000)
  it(`tells what is true and stays as it is, seed ${seed}`, { timeout: 280_000 }, async (test) => {
    await soak({ seconds: 30, seed, log: (line) => test.diagnostic(line) })
  })
})
