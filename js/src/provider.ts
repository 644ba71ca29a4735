// The EIP-1193 door. It hands out bare values, and only for methods that it can prove; what it cannot is rejected with 4200,
// and never forwarded. `latest` and `safe` are the newest block that meets the client's floor, `finalized` the newest final
// one; a block below the floor rejects. `pending` is what nobody can prove.

import type { Core } from './actions/core.js'
import { getBalance } from './actions/getBalance.js'
import { oneBlock } from './actions/getBlock.js'
import { getCode } from './actions/getCode.js'
import { filter } from './actions/getLogs.js'
import { getProof } from './actions/getProof.js'
import { getStorageAt } from './actions/getStorageAt.js'
import { getTransactionCount } from './actions/getTransactionCount.js'
import { address, at, hash, isHex, slot } from './convert.js'
import { LightClientError, misuse } from './errors.js'
import type { AskedBlocks } from './engine/protocol.js'
import type { ActionOptions, BlockTag, Hex } from './types.js'
import { version } from './version.js'

/** What the provider does with a method: proves it, knows it itself, passes it on, or refuses it. */
export type Support = 'verified' | 'local' | 'forwarded' | 'no'

/** EIP-1193. Nothing is ever emitted: a light client has no accounts, and its chain does not change. */
export interface Eip1193 {
  request(args: { readonly method: string; readonly params?: unknown }, options?: { readonly signal?: AbortSignal }): Promise<unknown>
  on(event: string, listener: (...values: never[]) => void): Eip1193
  removeListener(event: string, listener: (...values: never[]) => void): Eip1193
}

/** What the provider rejects with: a numeric `code`, as EIP-1193 wants it. */
export class ProviderRpcError extends Error {
  override readonly name = 'ProviderRpcError'

  constructor(
    readonly code: number,
    message: string,
    /** The code of the error that it stands for. */
    readonly data?: { readonly code: string },
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

type Method = (core: Core, params: readonly unknown[], options: { signal?: AbortSignal }) => Promise<unknown>

/** Makes the provider of a client. */
export function createProvider(core: Core): Eip1193 {
  const provider: Eip1193 = {
    async request({ method, params = [] }, { signal } = {}) {
      const known = Object.hasOwn(methods, method) ? methods[method] : undefined
      if (!known) throw new ProviderRpcError(4200, `${method} is not supported: it cannot be proven`)
      try {
        if (!Array.isArray(params)) throw misuse('params must be an array')
        return await known.answer(core, params, signal ? { signal } : {})
      } catch (error) {
        throw asRpcError(error)
      }
    },
    on: () => provider,
    removeListener: () => provider,
  }
  return provider
}

/** What the provider does with a method. */
export function supports(method: string): Support {
  return Object.hasOwn(methods, method) ? (methods[method]?.support ?? 'no') : 'no'
}

const methods: Record<string, { support: Support; answer: Method }> = {
  eth_chainId: { support: 'local', answer: async ({ host }) => quantity(host.chainId) },
  net_version: { support: 'local', answer: async ({ host }) => String(host.chainId) },
  web3_clientVersion: { support: 'local', answer: async () => `metis-light/${version}` },
  eth_syncing: { support: 'local', answer: async () => false },
  eth_blockNumber: {
    support: 'verified',
    answer: async (core, _, options) => {
      const { verification } = await core.ask({ ask: 'root', at: 'newest' }, options)
      return quantity(verification.l2?.number ?? 0)
    },
  },
  eth_getBalance: {
    support: 'verified',
    answer: async (core, [who, block], options) =>
      quantity((await getBalance(core, { address: address(who), ...blockOf(block), ...options })).value),
  },
  eth_getStorageAt: {
    support: 'verified',
    answer: async (core, [who, wanted, block], options) =>
      (await getStorageAt(core, { address: address(who), slot: slot(wanted), ...blockOf(block), ...options })).value,
  },
  eth_getTransactionCount: {
    support: 'verified',
    answer: async (core, [who, block], options) =>
      quantity((await getTransactionCount(core, { address: address(who), ...blockOf(block), ...options })).value),
  },
  eth_getCode: {
    support: 'verified',
    answer: async (core, [who, block], options) =>
      (await getCode(core, { address: address(who), ...blockOf(block), ...options })).value,
  },
  eth_getProof: {
    support: 'verified',
    answer: async (core, [who, slots, block], options) => {
      if (!Array.isArray(slots)) throw misuse('the slots of eth_getProof must be an array')
      const question = { address: address(who), slots: slots.map(slot), ...blockOf(block), ...options }
      const { exists: _, nonce, storageProof, ...account } = (await getProof(core, question)).value
      const words = storageProof.map(({ key, value, proof }) => ({ key, value: quantity(BigInt(value)), proof }))
      // The leaf's own balance: METIS stands elsewhere, and has a proof of its own.
      return { ...account, balance: '0x0', nonce: quantity(nonce), storageProof: words }
    },
  },
  eth_getBlockByNumber: {
    support: 'verified',
    answer: (core, [block, isFull], options) => blockAt(core, oneBlock(blockOf(block)), isFull, options),
  },
  eth_getBlockByHash: {
    support: 'verified',
    answer: (core, [of, isFull], options) => blockAt(core, { hash: hash(of) }, isFull, options),
  },
  eth_getTransactionByHash: {
    support: 'verified',
    answer: async (core, [of], options) => (await core.ask({ ask: 'transaction', transaction: hash(of) }, options)).value,
  },
  eth_getTransactionReceipt: {
    support: 'verified',
    answer: async (core, [of], options) => (await core.ask({ ask: 'receipt', transaction: hash(of) }, options)).value,
  },
  eth_getLogs: { support: 'verified', answer: logs },
  eth_sendRawTransaction: { support: 'forwarded', answer: send },
}

/** The hash of an empty list. */
const NO_UNCLES = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

/** A block, with its transactions or their hashes. */
async function blockAt(core: Core, of: AskedBlocks, isFull: unknown, options: ActionOptions): Promise<unknown> {
  const { value } = await core.ask({ ask: 'block', ...of }, options)
  const uncles = value.sha3Uncles === NO_UNCLES && { uncles: [] }
  return { ...value, ...uncles, transactions: isFull ? value.transactions : value.transactions.map(({ hash }) => hash) }
}

async function logs(core: Core, [wanted]: readonly unknown[], options: ActionOptions): Promise<unknown> {
  if (typeof wanted !== 'object' || wanted === null) throw misuse('the filter of eth_getLogs must be an object')
  const { fromBlock, toBlock, blockHash, address: of, topics } = wanted as Record<string, unknown>
  if (blockHash !== undefined && (fromBlock ?? toBlock) !== undefined) throw misuse('a filter has a range or a block hash')
  const range = blockHash === undefined ? { from: at(blockOf(fromBlock).block), to: at(blockOf(toBlock).block) } : { hash: hash(blockHash) }
  return (await core.ask({ ask: 'logs', ...range, ...filter(of, topics ?? []) }, options)).value.logs
}

/** The one write, handed to the first node that takes it. */
async function send({ l2 }: Core, params: readonly unknown[], options: { signal?: AbortSignal }): Promise<unknown> {
  let refused: unknown
  for (const node of l2) {
    try {
      return await node.request({ method: 'eth_sendRawTransaction', params }, options)
    } catch (error) {
      options.signal?.throwIfAborted()
      refused ??= error
    }
  }
  throw refused
}

/** A block as EIP-1898 names it. */
function blockOf(block: unknown): { block?: bigint | BlockTag } {
  if (block === undefined || block === null) return {}
  if (block === 'latest' || block === 'safe' || block === 'finalized') return { block }
  if (isHex(block) && block.length < 20) return { block: BigInt(block) }
  if (typeof block === 'object' && 'blockNumber' in block) return blockOf(block.blockNumber)
  const name = typeof block === 'string' ? block : JSON.stringify(block)
  throw new ProviderRpcError(4200, `block ${name} is not supported: its state cannot be proven`)
}

function asRpcError(error: unknown): unknown {
  if (!(error instanceof LightClientError)) return error
  // Nothing leads to what is in such a batch.
  if (error.details.rule === 'rollup.no-last-block') {
    return new ProviderRpcError(4200, 'the batch of this block is of before May 2025 and names no block hash', { code: error.code }, { cause: error })
  }
  return new ProviderRpcError(error.rpcCode, error.message, { code: error.code }, { cause: error })
}

function quantity(number: number | bigint): Hex {
  return `0x${number.toString(16)}`
}
