// Transactions on L1: signed here, sent, and waited for block by block.

import { decodeErrorResult, numberToHex } from 'viem'

/**
 * An L1: `mine` makes one block of what is pending.
 *
 * @typedef {object} Chain
 * @property {string} url
 * @property {number} chainId
 * @property {(method: string, params: unknown[]) => Promise<any>} rpc
 * @property {() => Promise<void>} mine
 */

/**
 * @typedef {object} Call
 * @property {import('viem').LocalAccount} from
 * @property {import('viem').Address} [to] absent where a contract is created
 * @property {`0x${string}`} [data]
 * @property {bigint} [value]
 */

/** A transaction that is in a block and failed. */
export class Refused extends Error {
  name = 'Refused'

  /**
   * @param {string} reason
   * @param {object} receipt
   */
  constructor(reason, receipt) {
    super(`L1 refused the transaction: ${reason}`)
    this.reason = reason
    this.receipt = receipt
  }
}

/** Blocks that a transaction may wait for; a deployment fills two or three. */
const MAX_BLOCKS = 16
const GAS_OF_A_CALL = 2_000_000n
const GAS_OF_A_CREATION = 6_000_000n
const GWEI = 10n ** 9n

/**
 * Sends the calls, makes blocks until all are in, and returns their receipts. Only those of one sender keep their order: a
 * block is ordered by whoever makes it.
 *
 * @param {Chain} chain
 * @param {Call[]} calls
 * @returns {Promise<object[]>}
 * @throws {Refused} for the first that failed
 */
export async function transact(chain, calls) {
  const head = Number(await chain.rpc('eth_blockNumber', []))
  const hashes = []
  const nonces = new Map()
  for (const call of calls) {
    const { address } = call.from
    const nonce = nonces.get(address) ?? Number(await chain.rpc('eth_getTransactionCount', [address, 'latest']))
    nonces.set(address, nonce + 1)
    hashes.push(await chain.rpc('eth_sendRawTransaction', [await sign(chain, call, nonce)]))
  }
  const receipts = await mined(chain, head, hashes)
  const failed = receipts.findIndex(({ status }) => BigInt(status) === 0n)
  if (failed >= 0) {
    throw new Refused(await reason(chain, calls[failed], receipts[failed]), receipts[failed])
  }
  return receipts
}

function sign(chain, { from, to, data, value }, nonce) {
  return from.signTransaction({
    type: 'eip1559',
    chainId: chain.chainId,
    nonce,
    to,
    data,
    value,
    // Not estimated: an earlier call of the same block may be what makes this one possible.
    gas: to === undefined || (data?.length ?? 0) > 10_000 ? GAS_OF_A_CREATION : GAS_OF_A_CALL,
    maxFeePerGas: 100n * GWEI,
    maxPriorityFeePerGas: GWEI,
  })
}

/** Reads the receipts by blocks: EthereumJS executes a block again for every question about it. */
async function mined(chain, head, hashes) {
  const receipts = new Map()
  for (let block = 0; block < MAX_BLOCKS; block++) {
    await chain.mine()
    for (const newest = Number(await chain.rpc('eth_blockNumber', [])); head < newest; head++) {
      const more = await chain.rpc('eth_getBlockReceipts', [numberToHex(head + 1)])
      more.forEach((receipt) => receipts.set(receipt.transactionHash, receipt))
    }
    if (hashes.every((hash) => receipts.has(hash))) {
      return hashes.map((hash) => receipts.get(hash))
    }
  }
  throw new Error(`L1 did not take all transactions within ${MAX_BLOCKS} blocks`)
}

/** Runs the call again where it failed: a receipt does not tell why. */
async function reason(chain, { from, to, data }, { blockNumber }) {
  try {
    await chain.rpc('eth_call', [{ from: from.address, to, data }, blockNumber])
    return 'unknown'
  } catch (error) {
    return revertReason(error) ?? error.message
  }
}

/** The text that a contract gave, where the node hands it on. */
function revertReason({ data }) {
  try {
    const { errorName, args: [value] } = decodeErrorResult({ data })
    return errorName === 'Panic' ? `panic ${value}` : value
  } catch {
    return undefined
  }
}
