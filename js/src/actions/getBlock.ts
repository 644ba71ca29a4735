import { misuse } from '../errors.js'
import type { ActionOptions, Block, BlockTag, Hash, Proven } from '../types.js'
import { at, hash, proven } from '../convert.js'
import { block as converted } from '../chain.js'
import type { BlockOptions } from '../light-client.js'
import type { Core } from './core.js'

/** A posted block with its transactions, by its number, a tag or its hash. */
export async function getBlock(core: Core, { block, hash: of, signal }: BlockOptions = {}): Promise<Proven<Block>> {
  return proven(await core.ask({ ask: 'block', ...oneBlock({ block, hash: of }) }, { signal }), converted)
}

/** One block, as the engine takes it. */
export function oneBlock({ block, hash: of }: { block?: bigint | BlockTag | undefined; hash?: Hash | undefined }) {
  if (of === undefined) return { from: at(block), to: at(block) }
  if (block !== undefined) throw misuse('a block is named by its number or by its hash, not by both')
  return { hash: hash(of) }
}

/** What names a transaction. */
export interface TransactionOptions extends ActionOptions {
  /** Its hash: of a transaction of L1 for deposits, of L2 for all else. */
  readonly hash: Hash
}
