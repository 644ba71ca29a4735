import { misuse } from '../errors.js'
import type { ActionOptions, Address, BlockTag, Hash, Logs, Proven } from '../types.js'
import { address, at, hash, proven } from '../convert.js'
import { logs } from '../chain.js'
import type { Core } from './core.js'
import { oneBlock } from './getBlock.js'

/** Which logs. */
export interface LogOptions extends ActionOptions {
  /** The first block; the newest that meets the floor by default. */
  readonly fromBlock?: bigint | BlockTag | undefined
  /** The last block; the newest that meets the floor by default. */
  readonly toBlock?: bigint | BlockTag | undefined
  /** One block, in place of the two. */
  readonly blockHash?: Hash | undefined
  /** Of these contracts; of any by default. */
  readonly address?: Address | readonly Address[] | undefined
  /** At each place a topic, one of several, or `null` for any. */
  readonly topics?: readonly (Hash | readonly Hash[] | null)[] | undefined
}

/** The logs of posted blocks, at most 128 in a row. */
export async function getLogs(
  core: Core,
  { fromBlock, toBlock, blockHash, address: of, topics = [], signal }: LogOptions = {},
): Promise<Proven<Logs>> {
  return proven(await core.ask({ ask: 'logs', ...range(), ...filter(of, topics) }, { signal }), logs)

  function range() {
    if (blockHash === undefined) return { from: at(fromBlock), to: at(toBlock) }
    if (fromBlock !== undefined || toBlock !== undefined) throw misuse('logs are of a range or of one block, not of both')
    return oneBlock({ hash: blockHash })
  }
}

/** A filter as the engine takes it: lists, of which an empty one stands for any. */
export function filter(of: unknown, topics: unknown) {
  if (!Array.isArray(topics)) throw misuse('topics must be an array')
  return {
    addresses: listed(of).map((one) => address(one)),
    topics: topics.map((topic) => listed(topic).map((word) => hash(word, 'a topic'))),
  }
}

function listed(value: unknown): unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}
