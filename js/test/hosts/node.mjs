// Node: the package imported and required, and a file storage.

import assert from 'node:assert/strict'
import { run } from './support/place.mjs'

export const imported = `
  import * as lightClient from 'metis-light'
  import given from './given.mjs'
  import { answer } from './smoke.mjs'
  console.log(await answer(lightClient, given))
`
const required = `
  const lightClient = require('metis-light')
  const { default: given } = require('./given.mjs')
  const { answer } = require('./smoke.mjs')
  answer(lightClient, given).then(console.log)
`

/** Goes on from a file, in a second client that is given no checkpoint. */
export const keeping = `
  import * as lightClient from 'metis-light'
  import given from './given.mjs'
  import { kept } from './smoke.mjs'
  const storage = lightClient.fileStorage('kept')
  const first = await kept(lightClient, given, storage, true)
  console.log(JSON.stringify([first, await kept(lightClient, given, storage, false)]))
`
export const isKept = (places, text) => assert.deepEqual(JSON.parse(text), [places.expected.balance, places.expected.balance])

const version = () => process.version.slice(1)

export default [
  {
    name: 'Node, `import`',
    version,
    attempt: (places) => run('node', ['main.mjs'], { cwd: places.make({ 'main.mjs': imported }) }),
  },
  {
    name: 'Node, `require`',
    version,
    attempt: (places) => run('node', ['--no-warnings', 'main.cjs'], { cwd: places.make({ 'main.cjs': required }) }),
  },
  {
    name: 'Node goes on from a file',
    check: async (places) => isKept(places, await run('node', ['main.mjs'], { cwd: places.make({ 'main.mjs': keeping }) })),
  },
]
