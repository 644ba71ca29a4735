// The state that L2 starts from: the predeploys' code, and their storage as if constructors had run.

import { concat, numberToHex, parseEther, stringToHex } from 'viem'
import { compile } from '../contracts.mjs'
import { actors } from './actors.mjs'
import { PREDEPLOYS } from './addresses.mjs'
import { balanceSlot, word } from './slots.mjs'

/** @typedef {`0x${string}`} Hex */
/** @typedef {Record<Hex, { code: Hex, storage: Record<Hex, Hex> }>} Alloc */

const NO_SENDER = '0x000000000000000000000000000000000000dEaD'
const FIRST_MESSAGE_NONCE = 100_000
const EACH = parseEther('1000')

/** What the users own from the start, in the METIS predeploy or the ETH one. */
const users = () => ({ [actors.alice.address]: EACH, [actors.bob.address]: EACH })

/**
 * The predeploys.
 *
 * @param {{ l1CrossDomainMessenger: Hex, l1StandardBridge: Hex }} l1Addresses the proxies, whose messages L2 takes
 * @param {object} [options]
 * @param {Record<Hex, bigint>} [options.metis] balances of METIS, which is native: no account's leaf holds any
 * @param {Record<Hex, bigint>} [options.eth] balances of ETH, a token
 * @returns {Alloc}
 */
export function l2Alloc({ l1CrossDomainMessenger, l1StandardBridge }, { metis = users(), eth = users() } = {}) {
  const contract = (predeploy, name, variables = {}) =>
    [PREDEPLOYS[predeploy], { code: compile()[name].deployedBytecode, storage: storage(variables) }]
  return Object.fromEntries([
    contract('messagePasser', 'OVM_L2ToL1MessagePasser'),
    contract('deployerWhitelist', 'OVM_DeployerWhitelist'),
    contract('l2CrossDomainMessenger', 'L2CrossDomainMessenger',
      { 3: FIRST_MESSAGE_NONCE, 4: NO_SENDER, 5: l1CrossDomainMessenger }),
    contract('gasPriceOracle', 'OVM_GasPriceOracle', { 0: actors.council.address, 5: 6 }),
    contract('l2StandardBridge', 'L2StandardBridge', { 0: PREDEPLOYS.l2CrossDomainMessenger, 1: l1StandardBridge }),
    contract('metis', 'MVM_Coinbase', token('Metis Token', 'Metis', metis)),
    contract('eth', 'OVM_ETH', token('Ether', 'WETH', eth)),
  ])
}

/** A token of the standard bridge. METIS and ETH have no L1 token, so slot 5 stays empty. */
function token(name, symbol, balances) {
  const supply = Object.values(balances).reduce((sum, balance) => sum + balance, 0n)
  const owned = Object.entries(balances).map(([owner, balance]) => [balanceSlot(owner), balance])
  return {
    2: supply,
    3: shortString(name),
    4: shortString(symbol),
    6: PREDEPLOYS.l2StandardBridge,
    ...Object.fromEntries(owned),
  }
}

/** Solidity's form of a string below 32 bytes: the bytes, and twice the length in the last one. */
function shortString(text) {
  return concat([stringToHex(text, { size: 31 }), numberToHex(2 * text.length, { size: 1 })])
}

/** Slots by number or by key. A word of zero is no storage at all. */
function storage(variables) {
  const key = (slot) => (slot.startsWith('0x') ? slot : word(Number(slot)))
  const words = Object.entries(variables).map(([slot, value]) => [key(slot), word(value)])
  return Object.fromEntries(words.filter(([, value]) => BigInt(value) !== 0n))
}
