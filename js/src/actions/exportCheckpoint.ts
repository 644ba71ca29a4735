import type { ActionOptions, Hash } from '../types.js'
import type { Core } from './core.js'

/** The root of the newest finalized beacon block, which another client may be given as its checkpoint. */
export async function exportCheckpoint(core: Core, options?: ActionOptions): Promise<{ root: Hash; slot: number }> {
  return (await core.ask({ ask: 'sync' }, options)).checkpoint
}
