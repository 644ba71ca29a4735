// The JSON-RPC methods of l2geth, as far as clients of a rollup use them: what is asked, what is answered, and in which words
// it is refused. Results differ from other nodes' where Metis differs: see the chain (transactions, receipts) and `getProof`.

import { keccak256, size } from 'viem'
import { encodeBlock } from './header.mjs'
import { quantity, word } from './hex.mjs'
import { METIS, balanceSlot } from './state.mjs'
import { encodeLeaf, leafItems } from './transaction.mjs'

/** A refusal with its JSON-RPC code; -32000 is what geth gives to every error that has none. */
export class RpcError extends Error {
  /**
   * @param {string} message
   * @param {number} [code]
   */
  constructor(message, code = -32000) {
    super(message)
    this.code = code
  }
}

/**
 * The methods, by name: functions of a call's parameters. The parameters that a function counts are required.
 * @param {object} node
 * @param {Awaited<ReturnType<typeof import('./chain.mjs').createChain>>} node.chain read at each call
 * @param {import('./state.mjs').State} node.state
 * @param {number} node.chainId
 * @param {{ keptStates: number }} node.settings read at each call
 */
export function createMethods({ chain, state, chainId, settings }) {
  const head = () => chain.blocks.at(-1)
  const byHash = (hash) => chain.blocks[chain.numberOf(hash)]

  /** The block of a number or tag; undefined where there is none. Clients must not think that "finalized" means anything. */
  function blockByNumber(tag) {
    if (['latest', 'pending', 'safe', 'finalized'].includes(tag)) return head()
    return chain.blocks[tag === 'earliest' ? 0 : blockNumber(tag)]
  }

  /** The block that is asked for by number, tag, hash or EIP-1898 object; undefined where there is none. */
  function blockByNumberOrHash({ blockHash, blockNumber: number }) {
    if (blockHash && number) throw invalid('cannot specify both BlockHash and BlockNumber, choose one or the other')
    return blockHash ? byHash(blockHash) : blockByNumber(number)
  }

  /** The number to ask the state at. L2geth knows "safe" and "finalized" for blocks, but not for states. */
  function stateAt(tag) {
    const asked = nameOf(tag)
    const block = ['safe', 'finalized'].includes(asked.blockNumber) ? undefined : blockByNumberOrHash(asked)
    if (!block) throw new RpcError(asked.blockHash ? 'header for hash not found' : 'header not found')
    const isKept = block.number > head().number - settings.keptStates
    if (!isKept) throw new RpcError(`missing trie node ${block.header.stateRoot.slice(2)} (path )`)
    return quantity(block.number)
  }

  const askState = (method, params) => refusing(() => state.rpc(method, params))

  const balance = async (address, at) => quantity(await askState('eth_getStorageAt', [METIS, balanceSlot(address), at]))

  /**
   * The balance is the account's METIS, though the proven leaf says 0. The trie of an account without storage has no node,
   * not even for its root.
   */
  async function getProof(address, keys, tag) {
    const at = stateAt(tag)
    const slots = keys.map(storageKey)
    const proof = await askState('eth_getProof', [checkedAddress(address), slots, at])
    const isEmpty = proof.storageHash === EMPTY_ROOT
    return {
      address: proof.address.toLowerCase(),
      accountProof: proof.accountProof,
      balance: await balance(address, at),
      codeHash: proof.codeHash,
      nonce: quantity(proof.nonce),
      storageHash: proof.storageHash,
      storageProof: proof.storageProof.map(({ value, proof: nodes }, place) => {
        return { key: keys[place], value: quantity(value), proof: isEmpty ? [] : nodes }
      }),
    }
  }

  function getBlockRange(first, last, full) {
    const [start, end] = [blockNumber(first), blockNumber(last)]
    if (end < start) throw new RpcError(`Start of block range (${start}) is greater than end of block range (${end})`)
    if (end - start > 1000) {
      throw new RpcError(`Requested block range is too large (max is 1000, requested ${end - start} blocks)`)
    }
    const range = chain.blocks.slice(start, end + 1)
    // Without its last block l2geth has no range.
    return range.length === end - start + 1 ? range.map((block) => blockJson(block, full)) : null
  }

  function receiptsOf(tag) {
    const block = blockByNumberOrHash(nameOf(tag))
    if (!block) throw new RpcError('block not found')
    return block.receipts
  }

  function getLogs({ address, topics, fromBlock, toBlock, blockHash }) {
    const addresses = [address ?? []].flat().map((each) => each.toLowerCase())
    const wanted = (topics ?? []).map((topic) => [topic ?? []].flat().map((each) => each.toLowerCase()))
    const isWanted = (log) =>
      (addresses.length === 0 || addresses.includes(log.address)) &&
      wanted.every((any, place) => any.length === 0 || any.includes(log.topics[place]))
    return logBlocks(fromBlock ?? 'latest', toBlock ?? 'latest', blockHash)
      .flatMap(({ receipts }) => receipts.flatMap(({ logs }) => logs))
      .filter(isWanted)
  }

  function logBlocks(fromBlock, toBlock, blockHash) {
    if (!blockHash) return chain.blocks.slice(lastNumber(fromBlock), lastNumber(toBlock) + 1)
    const block = byHash(blockHash)
    if (!block) throw new RpcError('unknown block')
    return [block]
  }

  /** A number that may lie above the head. */
  const lastNumber = (tag) => blockByNumber(tag)?.number ?? blockNumber(tag)

  function transactionByHash(hash) {
    const place = chain.placeOf(hash)
    if (place) return place.block.transactions[place.index]
    const queued = chain.queue.find((each) => each.hash === hash)
    return queued ? { ...queued, blockHash: null, blockNumber: null, transactionIndex: null } : null
  }

  function receiptByHash(hash) {
    const place = chain.placeOf(hash)
    return place ? place.block.receipts[place.index] : null
  }

  /** Neither the number nor the result has a 0x here. */
  function blockRlp(number) {
    const block = chain.blocks[number]
    if (!block) throw new RpcError(`block #${number} not found`)
    return encodeBlock(...rlpParts(block)).slice(2)
  }

  const inBlock = (block, index) => block?.transactions[Number(index)] ?? null
  const rawLeaf = (transaction) => (transaction ? encodeLeaf(transaction) : '0x')
  const orNull = (block, full) => (block ? blockJson(block, full) : null)
  const count = (block) => (block ? quantity(block.transactions.length) : null)
  const submit = (raw) => refusing(() => chain.submit(raw))

  return {
    debug_getBlockRlp: blockRlp,
    eth_blockNumber: () => head().header.number,
    eth_call: (call, tag) => askState('eth_call', [call, stateAt(tag)]),
    eth_chainId: () => quantity(chainId),
    eth_estimateGas: (call) => askState('eth_estimateGas', [call, head().header.number]),
    eth_gasPrice: () => '0x0',
    eth_getBalance: (address, tag) => balance(checkedAddress(address), stateAt(tag)),
    eth_getBlockByHash: (hash, full) => orNull(byHash(hash), full),
    eth_getBlockByNumber: (tag, full) => orNull(blockByNumber(tag), full),
    eth_getBlockRange: getBlockRange,
    eth_getBlockTransactionCountByHash: (hash) => count(byHash(hash)),
    eth_getBlockTransactionCountByNumber: (tag) => count(blockByNumber(tag)),
    eth_getCode: (address, tag) => askState('eth_getCode', [checkedAddress(address), stateAt(tag)]),
    eth_getLogs: getLogs,
    eth_getProof: getProof,
    eth_getRawTransactionByBlockHashAndIndex: (hash, index) => rawLeaf(inBlock(byHash(hash), index)),
    eth_getRawTransactionByBlockNumberAndIndex: (tag, index) => rawLeaf(inBlock(blockByNumber(tag), index)),
    eth_getRawTransactionByHash: (hash) => rawLeaf(transactionByHash(hash)),
    eth_getStorageAt: (address, key, tag) =>
      askState('eth_getStorageAt', [checkedAddress(address), storageKey(key), stateAt(tag)]),
    eth_getTransactionByBlockHashAndIndex: (hash, index) => inBlock(byHash(hash), index),
    eth_getTransactionByBlockNumberAndIndex: (tag, index) => inBlock(blockByNumber(tag), index),
    eth_getTransactionByHash: transactionByHash,
    eth_getTransactionCount: async (address, tag) => {
      const nonce = await askState('eth_getTransactionCount', [checkedAddress(address), stateAt(tag)])
      const waiting = tag === 'pending' ? chain.queue.filter(({ from }) => from === address.toLowerCase()).length : 0
      return quantity(BigInt(nonce) + BigInt(waiting))
    },
    eth_getTransactionReceipt: receiptByHash,
    eth_getTransactionReceiptsByBlock: receiptsOf,
    eth_sendRawTransaction: submit,
    eth_syncing: () => false,
    net_version: () => String(chainId),
    rollup_gasPrices: () => ({ l1GasPrice: '0x0', l2GasPrice: '0x0' }),
    rollup_getInfo: () => rollupInfo(chain.blocks),
    web3_clientVersion: () => 'Geth/v1.9.10-stable/linux-amd64/go1.15.13',
  }
}

/** A block as eth_getBlockBy* shows it. */
function blockJson(block, full) {
  const { header, hash, transactions } = block
  return {
    ...header,
    hash,
    size: quantity(size(encodeBlock(...rlpParts(block)))),
    totalDifficulty: quantity(2 * block.number + 1),
    transactions: full ? transactions : transactions.map((each) => each.hash),
    uncles: [],
  }
}

const rlpParts = ({ header, transactions }) => [header, transactions.map(leafItems)]

/** Where the node says that it is. The numbers are no quantities here. */
function rollupInfo(blocks) {
  const last = blocks.at(-1).transactions.at(-1)
  const messages = blocks.flatMap(({ transactions }) => transactions).filter(({ queueOrigin }) => queueOrigin === 'l1')
  const index = Math.max(blocks.length - 2, 0)
  return {
    mode: 'sequencer',
    syncing: false,
    ethContext: { blockNumber: Number(last?.l1BlockNumber ?? 0), timestamp: Number(last?.l1Timestamp ?? 0) },
    rollupContext: { index, queueIndex: Number(messages.at(-1)?.queueIndex ?? 0), verifiedIndex: 0 },
  }
}

/** What the chain or the state throws, as geth would put it: without the name of a method. */
async function refusing(task) {
  try {
    return await task()
  } catch (error) {
    throw new RpcError(error.message.replace(/^\w+_\w+: /, ''))
  }
}

const invalid = (message) => new RpcError(message, -32602)

/** What names a block, as the object of EIP-1898. */
function nameOf(tag) {
  if (typeof tag === 'object' && tag !== null) return tag
  return /^0x[0-9a-f]{64}$/i.test(tag) ? { blockHash: tag } : { blockNumber: tag }
}

function blockNumber(text) {
  if (!/^0x(0|[1-9a-f][0-9a-f]*)$/i.test(text)) throw invalid(`invalid block number ${JSON.stringify(text)}`)
  return Number(text)
}

function checkedAddress(address) {
  if (!/^0x[0-9a-f]{40}$/i.test(address)) throw invalid(`invalid address ${JSON.stringify(address)}`)
  return address
}

/** Keys may be shortened, and stand without 0x. */
function storageKey(key) {
  const digits = /^(?:0x)?([0-9a-f]{0,64})$/i.exec(key)?.[1]
  if (digits === undefined) throw invalid(`invalid storage key ${JSON.stringify(key)}`)
  return word(`0x${digits || '0'}`)
}

const EMPTY_ROOT = keccak256('0x80')
