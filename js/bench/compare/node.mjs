// The milliseconds from the import of a module to where it is ready, in this process: node node.mjs MODULE GIVEN

import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [, , module, file] = process.argv
const given = JSON.parse(readFileSync(file, 'utf8'))
const start = performance.now()
const { ready } = await import(pathToFileURL(module))
await ready(given)
console.log(performance.now() - start)
// Who begins to follow a chain does not end by itself.
process.exit(0)
