// The chain of Metis' own blocks around executed transactions: headers, the transactions' place and metadata, receipts.

import { headerHash, seal, signerOf, unsealedHeader } from './header.mjs'
import { ZERO_WORD, quantity } from './hex.mjs'
import { encodeReceipt, logsBloom } from './receipt.mjs'
import { depositTransaction, encodeLeaf, sequencerSignature, signedChainId, userTransaction } from './transaction.mjs'
import { listRoot } from './trie.mjs'

/** @typedef {`0x${string}`} Hex */
/** @typedef {import('./transaction.mjs').Transaction} Transaction */
/** @typedef {import('./transaction.mjs').QueueElement} QueueElement */

/**
 * A block. Its header, transactions and receipts are as JSON-RPC shows them.
 * @typedef {object} Block
 * @property {number} number
 * @property {Hex} hash
 * @property {import('./header.mjs').Header} header
 * @property {Transaction[]} transactions
 * @property {object[]} receipts
 */

/**
 * What to put into a block.
 * @typedef {object} BlockContent
 * @property {number} [timestamp] of the L1 block that L2 is at; that of the message's L1 block where it is left out
 * @property {number} [l1BlockNumber] the L1 block that L2 is at; the message's where it is left out
 * @property {({ raw: Hex } | { deposit: QueueElement })[]} [transactions] a message is alone in its block
 * @property {Hex} [sequencerKey] who signs in this block, where it is somebody else
 */

/**
 * Makes a chain that has its block 0.
 * @param {object} options
 * @param {import('./state.mjs').State} options.state
 * @param {number} options.chainId
 * @param {Hex} options.cliqueKey
 * @param {Hex} options.sequencerKey
 * @param {number} options.sequencerSetHeight
 */
export async function createChain({ state, chainId, cliqueKey, sequencerKey, sequencerSetHeight }) {
  /** @type {Block[]} */
  const blocks = []
  /** @type {Transaction[]} */
  const queue = []
  const numbers = new Map()
  const places = new Map()
  await push({ stateRoot: state.genesisRoot, gasUsed: '0x0', timestamp: '0x0', transactions: [], receipts: [] })

  /** Seals what was executed and puts it on top. */
  async function push({ stateRoot, gasUsed, timestamp, transactions, receipts }) {
    const fields = {
      parentHash: blocks.at(-1)?.hash ?? ZERO_WORD,
      stateRoot,
      transactionsRoot: await listRoot(transactions.map(encodeLeaf)),
      receiptsRoot: await listRoot(receipts.map(encodeReceipt)),
      logsBloom: logsBloom(receipts.flatMap(({ logs }) => logs)),
      number: quantity(blocks.length),
      gasUsed,
      timestamp,
    }
    const header = await seal(unsealedHeader(fields, signerOf(cliqueKey)), cliqueKey)
    const block = located({ number: blocks.length, hash: headerHash(header), header, transactions, receipts })
    blocks.push(block)
    numbers.set(block.hash, block.number)
    for (const [index, { hash }] of transactions.entries()) places.set(hash, { block, index })
    return block
  }

  async function addBlock({ transactions = [], sequencerKey: key = sequencerKey, ...place }) {
    const deposit = transactions.find((each) => 'deposit' in each)?.deposit
    if (deposit && transactions.length > 1) throw new Error('a message from L1 is alone in its block')
    const queued = deposit ? [] : [...queue]
    const all = [...queued, ...(await Promise.all(transactions.map(read)))]
    if (all.length === 0) throw new Error('a block of Metis is never empty')
    await checkUsers(all)

    const context = contextOf(place, deposit)
    const signs = blocks.length >= sequencerSetHeight
    const placed = await Promise.all(
      all.map(async (each) => ({ ...each, ...context, ...(signs && (await sequencerSignature(each, key))) })),
    )
    const executed = await state.run(Number(context.l1Timestamp), placed)
    queue.splice(0, queued.length)
    return push({ ...executed, timestamp: context.l1Timestamp, transactions: placed })
  }

  /** What all transactions of the next block say of their place. Messages that waited long take the time of the head. */
  function contextOf({ timestamp, l1BlockNumber }, deposit) {
    const headTime = Number(blocks.at(-1).header.timestamp)
    const time = timestamp ?? Math.max(deposit?.l1Timestamp, headTime)
    if (!(time >= headTime)) throw new Error(`a block's time is at least that of its parent, ${headTime}, and not ${time}`)
    return {
      l1BlockNumber: quantity(l1BlockNumber ?? deposit?.l1BlockNumber),
      l1Timestamp: quantity(time),
      index: quantity(blocks.length - 1),
    }
  }

  async function submit(raw) {
    const transaction = await userTransaction(raw)
    await checkUsers([...queue, transaction])
    await state.check(transaction)
    queue.push(transaction)
    return transaction.hash
  }

  /**
   * What the state would not refuse but pass over: transactions for other chains, and those of a user that do not go on
   * where the user is.
   */
  async function checkUsers(transactions) {
    const next = new Map()
    for (const transaction of transactions) {
      const { queueOrigin, from, nonce } = transaction
      if (queueOrigin === 'l1') continue
      if ((signedChainId(transaction) ?? chainId) !== chainId) throw new Error('invalid chain id for signer')
      const expected = next.get(from) ?? Number(await state.rpc('eth_getTransactionCount', [from, 'latest']))
      if (Number(nonce) !== expected) throw new Error(Number(nonce) < expected ? 'nonce too low' : 'nonce too high')
      next.set(from, expected + 1)
    }
  }

  const inTurn = oneAtATime()
  return {
    blocks,
    queue,
    /** Executes and seals the next block: what waits in the queue first, then what is given. */
    addBlock: (/** @type {BlockContent} */ content) => inTurn(() => addBlock(content)),
    /** Puts a user's transaction into the queue for the next block. */
    submit: (/** @type {Hex} */ raw) => inTurn(() => submit(raw)),
    /** The number of the block with a hash; undefined where there is none. */
    numberOf: (/** @type {Hex} */ hash) => numbers.get(hash.toLowerCase()),
    /** The block that holds a transaction, and its place there; undefined where none does. */
    placeOf: (/** @type {Hex} */ hash) => places.get(hash.toLowerCase()),
  }
}

const read = (each) => ('deposit' in each ? depositTransaction(each.deposit) : userTransaction(each.raw))

/** The block with every transaction and receipt told where it stands. */
function located(block) {
  const { hash: blockHash, header } = block
  const where = { blockHash, blockNumber: header.number }
  let logs = 0
  const transactions = block.transactions.map((each, index) => ({ ...where, transactionIndex: quantity(index), ...each }))
  const receipts = block.receipts.map((receipt, index) => {
    const { hash: transactionHash, from, to } = transactions[index]
    const place = { ...where, transactionHash, transactionIndex: quantity(index) }
    return {
      ...place,
      from,
      to,
      contractAddress: receipt.contractAddress ?? null,
      status: receipt.status,
      gasUsed: receipt.gasUsed,
      cumulativeGasUsed: receipt.cumulativeGasUsed,
      logsBloom: receipt.logsBloom,
      logs: receipt.logs.map(({ address, topics, data }) => {
        return { address, topics, data, ...place, logIndex: quantity(logs++), removed: false }
      }),
      ...FREE,
    }
  })
  return { ...block, transactions, receipts }
}

/** What l2geth's receipts say of the fee for data on L1. */
const FREE = { l1GasPrice: '0x0', l1GasUsed: '0x0', l1Fee: '0x0', l1FeeScalar: '1' }

/** Runs tasks one after the other, whatever becomes of each. */
function oneAtATime() {
  let last = Promise.resolve()
  return (task) => {
    const run = last.then(task)
    last = run.catch(() => {})
    return run
  }
}
