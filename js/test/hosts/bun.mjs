// Bun, which loads the package as it lies in node_modules.

import { imported } from './node.mjs'
import { installed, run } from './support/place.mjs'

const bun = installed('@oven/bun-linux-x64/bin/bun')

export default [
  {
    name: 'Bun',
    version: () => run(bun, ['--version']),
    quick: true,
    attempt: (places) => run(bun, ['--no-install', 'main.mjs'], { cwd: places.make({ 'main.mjs': imported }) }),
  },
]
