// The header of a Metis block: always the 15 fields of old Ethereum, sealed by clique. A header is a plain object with the
// names and spellings of eth_getBlockByNumber, so that a block of any node can be encoded here too.

import { concatHex, keccak256, recoverAddress, sliceHex, size, toRlp } from 'viem'
import { privateKeyToAddress, sign } from 'viem/accounts'
import { ZERO_ADDRESS, ZERO_WORD, integer, quantity, word } from './hex.mjs'

/** @typedef {`0x${string}`} Hex */

/**
 * @typedef {object} Header
 * @property {Hex} parentHash
 * @property {Hex} sha3Uncles
 * @property {Hex} miner
 * @property {Hex} stateRoot
 * @property {Hex} transactionsRoot
 * @property {Hex} receiptsRoot
 * @property {Hex} logsBloom
 * @property {Hex} difficulty
 * @property {Hex} number
 * @property {Hex} gasLimit
 * @property {Hex} gasUsed
 * @property {Hex} timestamp
 * @property {Hex} extraData
 * @property {Hex} mixHash
 * @property {Hex} nonce
 */

/** Every block's gas limit. */
export const GAS_LIMIT = 1_100_000_000

/**
 * What a header holds without its seal: all but the members that say nothing on Metis, and a vanity for extraData.
 * @param {Pick<Header, 'parentHash' | 'stateRoot' | 'transactionsRoot' | 'receiptsRoot' | 'logsBloom' | 'number' | 'gasUsed'
 *   | 'timestamp'>} fields
 * @param {Hex} signer the clique signer, whom headers at an epoch's start name
 * @returns {Header}
 */
export function unsealedHeader(fields, signer) {
  const number = Number(fields.number)
  const vanity = number === 0 ? ZERO_WORD : VANITY
  return {
    ...fields,
    sha3Uncles: NO_UNCLES,
    miner: ZERO_ADDRESS,
    difficulty: quantity(number === 0 ? 1 : 2),
    gasLimit: quantity(GAS_LIMIT),
    extraData: concatHex([vanity, number % CLIQUE_EPOCH === 0 ? signer : '0x', NO_SEAL]),
    mixHash: ZERO_WORD,
    nonce: '0x0000000000000000',
  }
}

/**
 * The header with the clique seal in the place of the zeros that end its extraData. Block 0 stays as it is.
 * @param {Header} header
 * @param {Hex} key the clique signer's
 * @returns {Promise<Header>}
 */
export async function seal(header, key) {
  if (Number(header.number) === 0) return header
  const { r, s, yParity } = await sign({ hash: sealHash(header), privateKey: key })
  return { ...header, extraData: concatHex([unsealed(header), word(r), word(s), yParity === 0 ? '0x00' : '0x01']) }
}

/**
 * Who sealed a header.
 * @param {Header} header
 * @returns {Promise<Hex>}
 */
export function cliqueSigner(header) {
  const end = size(header.extraData)
  const [r, s] = [sliceHex(header.extraData, end - 65, end - 33), sliceHex(header.extraData, end - 33, end - 1)]
  const yParity = Number(sliceHex(header.extraData, end - 1))
  return recoverAddress({ hash: sealHash(header), signature: { r, s, yParity } })
}

/**
 * A header's RLP. Members that are none of the 15 are passed over.
 * @param {Header} header
 * @returns {Hex}
 */
export const encodeHeader = (header) => toRlp(headerFields(header))

/**
 * A block's hash.
 * @param {Header} header
 * @returns {Hex}
 */
export const headerHash = (header) => keccak256(encodeHeader(header))

/**
 * A block's RLP: header, transactions as the transactions trie holds them, no uncles.
 * @param {Header} header
 * @param {unknown[]} leaves the items of `leafItems`, one list for each transaction
 * @returns {Hex}
 */
export const encodeBlock = (header, leaves) => toRlp([headerFields(header), leaves, []])

/**
 * The address of a clique key.
 * @param {Hex} key
 * @returns {Hex}
 */
export const signerOf = (key) => /** @type {Hex} */ (privateKeyToAddress(key).toLowerCase())

const sealHash = (header) => keccak256(encodeHeader({ ...header, extraData: unsealed(header) }))

const unsealed = (header) => sliceHex(header.extraData, 0, size(header.extraData) - 65)

/** The header's fields in their order. The nonce is eight bytes, not a number. */
function headerFields(header) {
  return [
    header.parentHash,
    header.sha3Uncles,
    header.miner,
    header.stateRoot,
    header.transactionsRoot,
    header.receiptsRoot,
    header.logsBloom,
    integer(header.difficulty),
    integer(header.number),
    integer(header.gasLimit),
    integer(header.gasUsed),
    integer(header.timestamp),
    header.extraData,
    header.mixHash,
    header.nonce,
  ]
}

/** The hash of an empty list of uncles. */
const NO_UNCLES = keccak256(toRlp([]))

/** What l2geth's headers begin their extraData with: it is part of the code, so that every node derives the same hash. */
const VANITY = '0xd98301090a846765746889676f312e31352e3133856c696e7578000000000000'

/** How many blocks pass between headers that name the signers. */
const CLIQUE_EPOCH = 30_000

const NO_SEAL = /** @type {Hex} */ (`0x${'00'.repeat(65)}`)
