import { misuse } from '../errors.js'
import type { ActionOptions, Block, BlockTag, Hash, Proven, StateOptions } from '../types.js'
import { at, hash, proven } from '../convert.js'
import { block as converted } from '../chain.js'
import type { Core } from './core.js'

/**
 * A posted block with its transactions, by its number, a tag or its hash. It is linked by parent hashes to the block hash
 * that the proposer posted with its batch, which L1 does not check: `verification.basis` is `block-hash`. The headers from the
 * batch's last block down to it are fetched for that, at most 4,096.
 *
 * @throws {NotYetError} the block is not posted, or does not meet the floor
 * @throws {MisuseError} its batch is of before May 2025 and names no block hash, or it is the genesis block
 * @throws {UnavailableError} no node knows the hash, or the posted chain does not have it: that is not told apart
 * @throws {InvalidProofError} no source's answers hold
 * @example
 * const { value, verification } = await client.getBlock({ block: 'finalized' })
 */
export async function getBlock(
  core: Core,
  { block, hash: of, signal }: StateOptions & { hash?: Hash | undefined } = {},
): Promise<Proven<Block>> {
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
  readonly hash: Hash
}
