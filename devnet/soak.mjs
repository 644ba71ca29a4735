#!/usr/bin/env node
// A long soak: node soak.mjs [SECONDS] [SEED]. What it is stands in test/e2e/support/soak.mjs.

import { soak } from './test/e2e/support/soak.mjs'

const [seconds = 3600, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number)
console.log(`soak: ${seconds} seconds, seed ${seed}`)
await soak({ seconds, seed, log: (line) => console.log(`soak: ${line}`) })
console.log('soak: passed')
