// A transaction of Metis: nine fields T, signed by a user or enqueued on L1, and what the sequencer says of it, M. The hash
// covers T alone. The transactions trie holds rlp[T, M], which is where Metis departs from every other chain.
//
// A transaction is a plain object with the names and spellings of eth_getTransactionByHash.

import { fromRlp, keccak256, recoverAddress, toRlp } from 'viem'
import { sign } from 'viem/accounts'
import { ZERO_ADDRESS, integer, quantity, word } from './hex.mjs'

/** @typedef {`0x${string}`} Hex */

/**
 * An L1 to L2 message as the queue on L1 holds it.
 * @typedef {object} QueueElement
 * @property {number | bigint} queueIndex
 * @property {Hex} target
 * @property {number | bigint} gasLimit
 * @property {Hex} data
 * @property {Hex} l1TxOrigin who acts on L2: the aliased sender
 * @property {number} [l1BlockNumber] when it was enqueued
 * @property {number} [l1Timestamp] when it was enqueued
 */

/**
 * @typedef {object} Transaction
 * @property {Hex} nonce
 * @property {Hex} gasPrice
 * @property {Hex} gas
 * @property {Hex | null} to
 * @property {Hex} value
 * @property {Hex} input
 * @property {Hex} v
 * @property {Hex} r
 * @property {Hex} s
 * @property {Hex} hash
 * @property {Hex} from zeros for a message, which nobody signed
 * @property {'sequencer' | 'l1'} queueOrigin
 * @property {Hex} l1TxOrigin zeros for a user's transaction
 * @property {Hex} l1BlockNumber
 * @property {Hex} l1Timestamp
 * @property {Hex} index the block's number less one
 * @property {Hex} queueIndex
 * @property {Hex} rawTransaction
 * @property {Hex} [seqR] this and the next two are there from the height at which the sequencer set began
 * @property {Hex} [seqS]
 * @property {Hex} [seqV]
 */

/**
 * A user's transaction, before it has a place in a block.
 * @param {Hex} raw the signed legacy transaction
 * @returns {Promise<Transaction>}
 */
export async function userTransaction(raw) {
  const items = /** @type {Hex[]} */ (fromRlp(raw))
  if (!Array.isArray(items) || items.length !== 9) throw new Error('a legacy transaction is a list of nine items')
  const [nonce, gasPrice, gas, to, value, input, v, r, s] = items
  const transaction = {
    nonce: quantity(nonce),
    gasPrice: quantity(gasPrice),
    gas: quantity(gas),
    to: to === '0x' ? null : to,
    value: quantity(value),
    input,
    v: quantity(v),
    r: quantity(r),
    s: quantity(s),
    hash: keccak256(raw),
    queueOrigin: 'sequencer',
    l1TxOrigin: ZERO_ADDRESS,
    queueIndex: '0x0',
    rawTransaction: raw,
  }
  return { ...transaction, from: await signer(transaction) }
}

/**
 * The transaction that an enqueued message becomes, before it has a place in a block. Its hash follows from the element
 * alone, so whoever sees the event on L1 knows the transaction on L2.
 * @param {QueueElement} element
 * @returns {Transaction}
 */
export function depositTransaction(element) {
  const transaction = {
    nonce: quantity(element.queueIndex),
    gasPrice: '0x0',
    gas: quantity(element.gasLimit),
    to: lower(element.target),
    value: '0x0',
    input: element.data,
    v: '0x0',
    r: '0x0',
    s: '0x0',
    from: ZERO_ADDRESS,
    queueOrigin: 'l1',
    l1TxOrigin: lower(element.l1TxOrigin),
    queueIndex: quantity(element.queueIndex),
    rawTransaction: element.data,
  }
  return { ...transaction, hash: transactionHash(transaction) }
}

/**
 * How a contract of L1 is called on L2.
 * @param {Hex} address
 * @returns {Hex}
 */
export function aliased(address) {
  const sum = BigInt(address) + 0x1111000000000000000000000000000000001111n
  return /** @type {Hex} */ (`0x${BigInt.asUintN(160, sum).toString(16).padStart(40, '0')}`)
}

/**
 * The sequencer's signature under a transaction: over its hash, and over nothing else. Messages have zeros.
 * @param {Transaction} transaction
 * @param {Hex} key the sequencer's
 * @returns {Promise<{ seqR: Hex, seqS: Hex, seqV: Hex }>}
 */
export async function sequencerSignature(transaction, key) {
  if (transaction.queueOrigin === 'l1') return { seqR: '0x0', seqS: '0x0', seqV: '0x0' }
  const { r, s, yParity } = await sign({ hash: transaction.hash, privateKey: key })
  return { seqR: quantity(r), seqS: quantity(s), seqV: quantity(yParity) }
}

/**
 * Which sequencer signed a transaction; null for a message, or before there was a sequencer set.
 * @param {Transaction} transaction
 * @returns {Promise<Hex | null>}
 */
export async function sequencerSigner({ hash, seqR, seqS, seqV }) {
  if (!seqR || BigInt(seqR) === 0n) return null
  return lower(await recoverAddress({ hash, signature: { r: word(seqR), s: word(seqS), yParity: Number(seqV) } }))
}

/**
 * Who acts: the user who signed, or the origin of a message.
 * @param {Transaction} transaction
 * @returns {Promise<Hex>}
 */
export async function sender(transaction) {
  return transaction.queueOrigin === 'l1' ? transaction.l1TxOrigin : signer(transaction)
}

/**
 * The chain that a user signed for; null where the signature holds on every chain, as before EIP-155.
 * @param {Transaction} transaction
 * @returns {number | null}
 */
export const signedChainId = ({ v }) => (Number(v) < 35 ? null : Math.floor((Number(v) - 35) / 2))

/**
 * The hash of T.
 * @param {Transaction} transaction
 * @returns {Hex}
 */
export const transactionHash = (transaction) => keccak256(toRlp(signedFields(transaction)))

/**
 * The value that the transactions trie holds: rlp[T, M].
 * @param {Transaction} transaction
 * @returns {Hex}
 */
export const encodeLeaf = (transaction) => toRlp(leafItems(transaction))

/**
 * T and M, not yet encoded.
 * @param {Transaction} transaction
 */
export const leafItems = (transaction) => [signedFields(transaction), metadata(transaction)]

const payload = ({ nonce, gasPrice, gas, to, value, input }) => [
  integer(nonce),
  integer(gasPrice),
  integer(gas),
  to ?? '0x',
  integer(value),
  input,
]

const signedFields = (transaction) => [...payload(transaction), ...['v', 'r', 's'].map((name) => integer(transaction[name]))]

/** M: seven members, and three more from the height at which the sequencer set began. */
function metadata(transaction) {
  const first = [
    integer(transaction.l1BlockNumber),
    integer(transaction.l1Timestamp),
    transaction.l1TxOrigin,
    transaction.queueOrigin === 'l1' ? '0x01' : '0x',
    integer(transaction.index),
    integer(transaction.queueIndex),
    transaction.rawTransaction,
  ]
  if (!transaction.seqR) return first
  return [...first, integer(transaction.seqR), integer(transaction.seqS), integer(transaction.seqV)]
}

/** Who signed T, by EIP-155 or as it was before. */
async function signer(transaction) {
  const chainId = signedChainId(transaction)
  const forChain = chainId === null ? [] : [integer(chainId), '0x', '0x']
  const hash = keccak256(toRlp([...payload(transaction), ...forChain]))
  // 27 and 28, or twice the chain id and 35 and 36.
  const yParity = (Number(transaction.v) + 1) % 2
  return lower(await recoverAddress({ hash, signature: { r: word(transaction.r), s: word(transaction.s), yParity } }))
}

const lower = (address) => /** @type {Hex} */ (address.toLowerCase())
