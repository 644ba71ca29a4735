// Deno, with the package in node_modules and no permission but to read the project and to ask the sources.

import { imported } from './node.mjs'
import { installed, run } from './support/place.mjs'

const deno = installed('@deno/linux-x64-glibc/deno')
const quiet = { DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }

export default [
  {
    name: 'Deno',
    version: async () => (await run(deno, ['--version'], { env: quiet })).match(/deno (\S+)/)[1],
    quick: true,
    attempt(places) {
      const cwd = places.make({ 'main.mjs': imported })
      const allowed = ['--allow-read=.', '--allow-net=127.0.0.1', '--no-prompt', '--node-modules-dir=manual', '--cached-only']
      return run(deno, ['run', ...allowed, 'main.mjs'], { cwd, env: { ...quiet, DENO_DIR: `${cwd}/.deno` } })
    },
  },
]
