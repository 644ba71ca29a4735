import type { ActionOptions, Heads } from '../types.js'
import { heads } from '../convert.js'
import type { Core } from './core.js'

/** Follows L1 to its newest heads, and climbs to the rollup's head under the finalized one. */
export async function ready(core: Core, options?: ActionOptions): Promise<Heads> {
  const found = heads(await core.ask({ ask: 'head' }, options))
  core.tell({ type: 'head', heads: found })
  return found
}
