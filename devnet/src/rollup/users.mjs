// What users do: deposits and messages to L2, withdrawals and messages to L1, and the relay of these on L1.

import { encodeFunctionData, getAddress, parseEventLogs } from 'viem'
import { compile } from '../contracts.mjs'
import { actors } from './actors.mjs'
import { PREDEPLOYS } from './addresses.mjs'
import { contractAt } from './contract.mjs'
import { transact } from './transact.mjs'

/** @typedef {`0x${string}`} Hex */
/** @typedef {import('viem').Address} Address */
/** @typedef {import('viem').LocalAccount} Account */
/** @typedef {import('./deploy.mjs').L1} L1 */

/**
 * A message from L1 that waits to be run on L2.
 *
 * @typedef {object} QueueElement
 * @property {number} queueIndex also the message's nonce
 * @property {Address} target the L2 messenger
 * @property {number} gasLimit
 * @property {Hex} data the message, as it is hashed
 * @property {number} l1BlockNumber
 * @property {number} l1Timestamp
 * @property {Address} l1TxOrigin the alias of the L1 messenger, who is the sender on L2
 * @property {Hex} l1TransactionHash the L1 transaction that enqueued it
 */

const L2_GAS = 200_000
const NO_DATA = '0x'

// From L1 to L2.

/**
 * Moves METIS to L2, through the bridge.
 *
 * @param {L1} l1
 * @param {{ from?: Account, to?: Address, amount: bigint }} deposit
 * @returns {Promise<QueueElement>}
 */
export function depositMetis(l1, { from = actors.alice, to = from.address, amount }) {
  const { l1StandardBridge, metisToken } = l1.addresses
  const args = [l1.l2ChainId, metisToken, PREDEPLOYS.metis, to, amount, L2_GAS, NO_DATA]
  return enqueue(l1, contractAt('L1StandardBridge', l1StandardBridge).call(from, 'depositERC20ToByChainId', args))
}

/**
 * Moves ether to L2, through the bridge.
 *
 * @param {L1} l1
 * @param {{ from?: Account, to?: Address, amount: bigint }} deposit
 * @returns {Promise<QueueElement>}
 */
export function depositEth(l1, { from = actors.alice, to = from.address, amount }) {
  const bridge = contractAt('L1StandardBridge', l1.addresses.l1StandardBridge)
  return enqueue(l1, bridge.call(from, 'depositETHToByChainId', [l1.l2ChainId, to, L2_GAS, NO_DATA], amount))
}

/**
 * Sends a message that calls `target` on L2.
 *
 * @param {L1} l1
 * @param {{ from?: Account, target: Address, message?: Hex, gasLimit?: number }} message
 * @returns {Promise<QueueElement>}
 */
export function sendToL2(l1, { from = actors.alice, target, message = NO_DATA, gasLimit = L2_GAS }) {
  const args = [l1.l2ChainId, target, message, gasLimit]
  return enqueue(l1, messenger(l1).call(from, 'sendMessageViaChainId', args))
}

async function enqueue(l1, call) {
  const [receipt] = await transact(l1.chain, [call])
  const queue = contractAt('CanonicalTransactionChain', l1.addresses.canonicalTransactionChain)
  const [{ queueIndex, target, gasLimit, data, timestamp, l1TxOrigin }] = queue.events(receipt, 'TransactionEnqueued')
  return {
    queueIndex: Number(queueIndex),
    target,
    gasLimit: Number(gasLimit),
    data,
    l1BlockNumber: Number(receipt.blockNumber),
    l1Timestamp: Number(timestamp),
    l1TxOrigin,
    l1TransactionHash: receipt.transactionHash,
  }
}

// From L2 to L1.

/**
 * An L2 transaction that withdraws METIS through the bridge.
 *
 * @param {L2Sender & { to?: Address, amount: bigint }} withdrawal
 * @returns {Promise<{ raw: Hex }>}
 */
export function withdrawMetis({ from = actors.alice, to = from.address, amount, ...sender }) {
  return bridgeTransaction('withdrawMetisTo', [to, amount, 0, NO_DATA], { from, ...sender })
}

/**
 * An L2 transaction that withdraws ether through the bridge.
 *
 * @param {L2Sender & { to?: Address, amount: bigint }} withdrawal
 * @returns {Promise<{ raw: Hex }>}
 */
export function withdrawEth({ from = actors.alice, to = from.address, amount, ...sender }) {
  return bridgeTransaction('withdrawTo', [PREDEPLOYS.eth, to, amount, 0, NO_DATA], { from, ...sender })
}

/**
 * An L2 transaction that sends a message, which calls `target` on L1 once it is relayed.
 *
 * @param {L2Sender & { target: Address, message?: Hex }} message
 * @returns {Promise<{ raw: Hex }>}
 */
export function sendToL1({ target, message = NO_DATA, ...sender }) {
  const { abi } = compile().L2CrossDomainMessenger
  const data = encodeFunctionData({ abi, functionName: 'sendMessage', args: [target, message, 0] })
  return l2Transaction({ ...sender, to: PREDEPLOYS.l2CrossDomainMessenger, data })
}

/**
 * An L2 transaction that gives METIS to another account.
 *
 * @param {L2Sender & { to: Address, amount: bigint }} transfer
 * @returns {Promise<{ raw: Hex }>}
 */
export function transferMetis({ to, amount, ...sender }) {
  const { abi } = compile().MVM_Coinbase
  const data = encodeFunctionData({ abi, functionName: 'transfer', args: [to, amount] })
  return l2Transaction({ ...sender, to: PREDEPLOYS.metis, data })
}

/**
 * The messages to L1 that an L2 transaction sent.
 *
 * @param {{ logs: object[] }} receipt
 * @returns {import('./message.mjs').Message[]}
 */
export function sentMessages({ logs }) {
  const { abi } = compile().L2CrossDomainMessenger
  const own = logs.filter((log) => getAddress(log.address) === PREDEPLOYS.l2CrossDomainMessenger)
  return parseEventLogs({ abi, eventName: 'SentMessage', logs: own })
    .map(({ args: { target, sender, message, messageNonce } }) => ({ target, sender, message, messageNonce }))
}

/**
 * Who sends on L2, and their next nonce there.
 *
 * @typedef {{ from?: Account, nonce: number, chainId?: number }} L2Sender
 */

function bridgeTransaction(functionName, args, sender) {
  const { abi } = compile().L2StandardBridge
  return l2Transaction({ ...sender, to: PREDEPLOYS.l2StandardBridge, data: encodeFunctionData({ abi, functionName, args }) })
}

/** L2 knows transactions of the oldest form alone. Here they are free. */
async function l2Transaction({ from = actors.alice, nonce, chainId = 1088, to, data }) {
  const raw = await from.signTransaction({ type: 'legacy', chainId, nonce, gasPrice: 0n, gas: 1_000_000n, to, data })
  return { raw }
}

// The relay.

/**
 * Sends a relay call to the L1 messenger.
 *
 * @param {L1} l1
 * @param {Hex} calldata of `relayMessage` or `relayMessageViaChainId`
 * @param {Account} [from]
 * @returns {Promise<{ outcome: 'relayed' | 'failed', messageHash: Hex, receipt: object }>} `failed`: the messenger took it,
 *   and what it called reverted
 */
export async function relay(l1, calldata, from = actors.relayer) {
  const { address, events } = messenger(l1)
  const [receipt] = await transact(l1.chain, [{ from, to: address, data: calldata }])
  const [relayed] = events(receipt, 'RelayedMessage')
  const [failed] = events(receipt, 'FailedRelayedMessage')
  return { outcome: relayed ? 'relayed' : 'failed', messageHash: (relayed ?? failed).msgHash, receipt }
}

/** The L1 messenger behind its proxy. */
export const messenger = (l1) => contractAt('L1CrossDomainMessenger', l1.addresses.l1CrossDomainMessenger)
