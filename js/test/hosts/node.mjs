// Node: the package imported, required, and in a worker thread's place a file storage that is gone on from.

import { run } from './support/place.mjs'

const imported = `
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

const version = () => process.version.slice(1)

export default [
  {
    name: 'Node, `import`',
    version,
    quick: true,
    attempt: (places) => run('node', ['main.mjs'], { cwd: places.make({ 'main.mjs': imported }) }),
  },
  {
    name: 'Node, `require`',
    version,
    quick: true,
    attempt: (places) => run('node', ['--no-warnings', 'main.cjs'], { cwd: places.make({ 'main.cjs': required }) }),
  },
]

export { imported }
