// State batches as L1 keeps them: the Merkle tree over the state roots, and the hash of a batch's header.

import { concat, encodeAbiParameters, keccak256 } from 'viem'
import { word } from './slots.mjs'

/** @typedef {`0x${string}`} Hex */

/**
 * @typedef {object} BatchHeader
 * @property {bigint} batchIndex not hashed: it is bound by the place in the container
 * @property {Hex} batchRoot
 * @property {bigint} batchSize
 * @property {bigint} prevTotalElements
 * @property {Hex} extraData
 */

const pair = (left, right) => keccak256(concat([left, right]))

/**
 * The rows of the tree, leaves first. Leaves are not hashed; a row of odd length is filled up with the root of a tree of its
 * height over `keccak256` of 32 zero bytes.
 *
 * @param {Hex[]} stateRoots
 * @returns {Hex[][]}
 */
function rows(stateRoots) {
  if (stateRoots.length === 0) {
    throw new Error('a batch has at least one state root')
  }
  const tree = []
  let row = stateRoots
  let filler = keccak256(word(0))
  for (; row.length > 1; filler = pair(filler, filler)) {
    const full = row.length % 2 === 0 ? row : [...row, filler]
    tree.push(full)
    row = full.filter((_, i) => i % 2 === 0).map((left, i) => pair(left, full[2 * i + 1]))
  }
  return [...tree, row]
}

/**
 * The batch root.
 *
 * @param {Hex[]} stateRoots
 * @returns {Hex}
 */
export const batchRoot = (stateRoots) => rows(stateRoots).at(-1)[0]

/**
 * The branch of the state root at `index`, from the bottom.
 *
 * @param {Hex[]} stateRoots
 * @param {number} index
 * @returns {Hex[]}
 */
export function siblings(stateRoots, index) {
  return rows(stateRoots).slice(0, -1).map((row, height) => row[(index >> height) ^ 1])
}

/**
 * What the chain keeps of a batch.
 *
 * @param {BatchHeader} header
 * @returns {Hex}
 */
export function headerHash({ batchRoot, batchSize, prevTotalElements, extraData }) {
  const types = ['bytes32', 'uint256', 'uint256', 'bytes'].map((type) => ({ type }))
  return keccak256(encodeAbiParameters(types, [batchRoot, batchSize, prevTotalElements, extraData]))
}
