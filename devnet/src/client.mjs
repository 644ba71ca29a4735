// The command line: where it is, and an environment with nothing of the user's own in it.

import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The client: METIS_LIGHT_BIN, seen from the repository's folder, or what `cargo build` has made. */
export const binary = path.resolve(
  root,
  process.env.METIS_LIGHT_BIN ?? path.join(process.env.CARGO_TARGET_DIR ?? 'target', 'debug', 'metis-light'),
)

/** The environment without the variables that the client reads, and without a home that may hold a configuration. */
export function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^METIS_LIGHT_|^XDG_CONFIG_HOME$|^HOME$/.test(name))
  return Object.fromEntries(kept)
}
