// Deno, with the package in node_modules, and no permission but to read the project, to ask the sources and to keep progress.

import { imported, isKept, keeping } from './node.mjs'
import { installed, run } from './support/place.mjs'

const deno = installed('@deno/linux-x64-glibc/deno')
const quiet = { DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }
const allowed = ['--allow-read=.', '--allow-write=kept', '--allow-net=127.0.0.1', '--no-prompt']

function attempt(places, source) {
  const cwd = places.make({ 'main.mjs': source })
  const args = ['run', ...allowed, '--node-modules-dir=manual', '--cached-only', 'main.mjs']
  return run(deno, args, { cwd, env: { ...quiet, DENO_DIR: `${cwd}/.deno` } })
}

export default [
  {
    name: 'Deno',
    version: async () => (await run(deno, ['--version'], { env: quiet })).match(/deno (\S+)/)[1],
    attempt: (places) => attempt(places, imported),
  },
  { name: 'Deno goes on from a file', check: async (places) => isKept(places, await attempt(places, keeping)) },
]
