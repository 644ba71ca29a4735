// What answers the methods of the EIP-1193 door: each from the action that proves it, in JSON-RPC's own form.

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
import { ProviderRpcError, rpcError, type Method } from './provider.js'
import { requesters } from './sources/send.js'
import type { ActionOptions, BlockTag, Hex } from './types.js'
import { version } from './version.js'

type Answer = (core: Core, params: readonly unknown[], options: { signal?: AbortSignal }) => Promise<unknown>

/** Answers a method, and rejects with what EIP-1193 wants. */
export async function answer(core: Core, method: Method, params: unknown, options: { signal?: AbortSignal }): Promise<unknown> {
  try {
    if (!Array.isArray(params)) throw misuse('params must be an array')
    return await methods[method](core, params, options)
  } catch (error) {
    throw asRpcError(error)
  }
}

/** What answers each. */
const methods: Record<Method, Answer> = {
  eth_chainId: async ({ host }) => quantity(host.chainId),
  net_version: async ({ host }) => String(host.chainId),
  web3_clientVersion: async () => `metis-light/${version}`,
  eth_syncing: async () => false,
  eth_blockNumber: async (core, _, options) => {
    const { verification } = await core.ask({ ask: 'root', at: 'newest' }, options)
    return quantity(verification.l2?.number ?? 0)
  },
  eth_getBalance: async (core, [who, block], options) =>
    quantity((await getBalance(core, { address: address(who), ...blockOf(block), ...options })).value),
  eth_getStorageAt: async (core, [who, wanted, block], options) =>
    (await getStorageAt(core, { address: address(who), slot: slot(wanted), ...blockOf(block), ...options })).value,
  eth_getTransactionCount: async (core, [who, block], options) =>
    quantity((await getTransactionCount(core, { address: address(who), ...blockOf(block), ...options })).value),
  eth_getCode: async (core, [who, block], options) =>
    (await getCode(core, { address: address(who), ...blockOf(block), ...options })).value,
  eth_getProof: async (core, [who, slots, block], options) => {
    if (!Array.isArray(slots)) throw misuse('the slots of eth_getProof must be an array')
    const question = { address: address(who), slots: slots.map(slot), ...blockOf(block), ...options }
    const { exists: _, nonce, storageProof, ...account } = (await getProof(core, question)).value
    const words = storageProof.map(({ key, value, proof }) => ({ key, value: quantity(BigInt(value)), proof }))
    // The leaf's own balance: METIS stands elsewhere, and has a proof of its own.
    return { ...account, balance: '0x0', nonce: quantity(nonce), storageProof: words }
  },
  eth_getBlockByNumber: (core, [block, isFull], options) => blockAt(core, oneBlock(blockOf(block)), isFull, options),
  eth_getBlockByHash: (core, [of, isFull], options) => blockAt(core, { hash: hash(of) }, isFull, options),
  eth_getTransactionByHash: async (core, [of], options) => (await core.ask({ ask: 'transaction', transaction: hash(of) }, options)).value,
  eth_getTransactionReceipt: async (core, [of], options) => (await core.ask({ ask: 'receipt', transaction: hash(of) }, options)).value,
  eth_getLogs: logs,
  eth_sendRawTransaction: send,
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
async function send({ options: { l2 } }: Core, params: readonly unknown[], options: { signal?: AbortSignal }): Promise<unknown> {
  let refused: unknown
  for (const node of requesters(l2)) {
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
  if (error.details.rule !== 'rollup.no-last-block') return rpcError(error)
  return new ProviderRpcError(4200, 'the batch of this block is of before May 2025 and names no block hash', { code: error.code }, { cause: error })
}

function quantity(number: number | bigint): Hex {
  return `0x${number.toString(16)}`
}
