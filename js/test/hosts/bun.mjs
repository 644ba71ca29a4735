// Bun, which loads the package as it lies in node_modules.

import { imported, isKept, keeping } from './node.mjs'
import { installed, run } from './support/place.mjs'

const bun = installed('@oven/bun-linux-x64/bin/bun')
const attempt = (places, source) => run(bun, ['--no-install', 'main.mjs'], { cwd: places.make({ 'main.mjs': source }) })

export default [
  { name: 'Bun', version: () => run(bun, ['--version']), attempt: (places) => attempt(places, imported) },
  { name: 'Bun goes on from a file', check: async (places) => isKept(places, await attempt(places, keeping)) },
]
