// An L1 of anvil's alone with the contracts on it, and an L2 beside: enough for what the contracts do.

import { startAnvil } from '../../src/execution/anvil.mjs'
import { startL2 } from '../../src/l2/node.mjs'
import {
  PREDEPLOYS,
  actors,
  batch as batches,
  deployL1,
  l2Alloc,
  message,
  proposer,
  slots,
  users,
} from '../../src/rollup/index.mjs'

const GENESIS_TIME = 1_750_000_000

/** Starts both. Blocks of L1 are made by the operations, ten seconds apart. */
export async function startRollup(options) {
  const anvil = await startAnvil({ genesisTime: GENESIS_TIME })
  const { url, chainId, rpc } = anvil
  await rpc('anvil_setBlockTimestampInterval', [10])
  const l1 = await deployL1({ url, chainId, rpc, mine: () => rpc('evm_mine') }, options)
  const l2 = await startL2({ alloc: l2Alloc(l1.addresses), genesisTime: GENESIS_TIME })
  return {
    l1,
    l2,
    stop: async () => {
      await l2.close()
      await anvil.stop()
    },
  }
}

/** A word of a contract's storage on L1, now. */
export const storageAt = (l1, address, slot) => l1.chain.rpc('eth_getStorageAt', [address, slot, 'latest'])

/** Now, by L1. */
export async function l1Time(l1) {
  return Number((await l1.chain.rpc('eth_getBlockByNumber', ['latest', false])).timestamp)
}

/** Makes one L1 block at this time. */
export async function mineAt(l1, timestamp) {
  await l1.chain.rpc('evm_setNextBlockTimestamp', [timestamp])
  await l1.chain.mine()
}

/** Makes one L1 block at which every window that is open now is over. */
export const passWindow = async (l1) => mineAt(l1, (await l1Time(l1)) + l1.window)

/** Posts what is not posted, and makes the relay call of a message that was sent in L2's newest block. */
export async function relayCall({ l1, l2 }, sent) {
  const block = l2.head()
  const batch = await proposer.appendFrom(l1, l2)
  return { batch, ...(await relayCallOf({ l1, l2 }, sent, batch, block.number)) }
}

/** The relay call of a message that was sent in a block of a batch. */
export async function relayCallOf({ l1, l2 }, sent, batch, number) {
  const passerSlot = message.passerSlot(sent)
  const proof = await ask(l2, 'eth_getProof', PREDEPLOYS.messagePasser, [passerSlot], `0x${number.toString(16)}`)
  const index = number - 1 - Number(batch.header.prevTotalElements)
  const parts = {
    chainId: l1.l2ChainId,
    message: sent,
    header: batch.header,
    stateRoot: batch.stateRoots[index],
    index,
    siblings: batches.siblings(batch.stateRoots, index),
    proof,
  }
  return {
    parts,
    calldata: message.relayCalldata(parts),
    passerSlot,
    hash: message.messageHash(sent),
    xDomainCalldata: message.xDomainCalldata(sent),
  }
}

/** JSON-RPC of an L2. */
export async function ask(l2, method, ...params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const headers = { 'content-type': 'application/json' }
  const { result, error } = await (await fetch(l2.url, { method: 'POST', headers, body })).json()
  if (error) throw new Error(error.message)
  return result
}

/** Makes an L2 block of these transactions and returns their receipts. */
export async function run(l2, transactions, l1BlockNumber = 1) {
  const block = await l2.addBlock({ timestamp: GENESIS_TIME + l2.head().number * 2 + 2, l1BlockNumber, transactions })
  return ask(l2, 'eth_getTransactionReceiptsByBlock', `0x${block.number.toString(16)}`)
}

/** The next nonce of a user on L2. */
export const nonceOf = async (l2, user) => Number(await ask(l2, 'eth_getTransactionCount', user.address, 'latest'))

/** Makes L2 blocks that hold one transfer each. */
export async function fill(l2, count) {
  for (let nonce = await nonceOf(l2, actors.bob), end = nonce + count; nonce < end; nonce++) {
    const transfer = { from: actors.bob, nonce, to: actors.alice.address, amount: 1n }
    await run(l2, [await users.transferMetis(transfer)])
  }
}

/** The METIS of an account on L2. */
export const metisOf = (l2, owner) => balanceOf(l2, 'metis', owner)

/** The ether of an account on L2. */
export const ethOf = (l2, owner) => balanceOf(l2, 'eth', owner)

async function balanceOf(l2, token, owner) {
  return BigInt(await ask(l2, 'eth_getStorageAt', PREDEPLOYS[token], slots.balanceSlot(owner), 'latest'))
}
