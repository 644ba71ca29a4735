// The L2's state and EVM: an anvil that is told what to execute and when, so that its block n has the state of L2 block n.
// Its own headers, hashes and receipts are not shown to anyone.
//
// Gas is free and nothing has value in the anvil: on Metis balances are storage of a contract and every account's own
// balance is zero, which is what this state proves. A transaction that moves METIS as value is refused.

import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concatHex, keccak256 } from 'viem'
import { freePort, startProcess } from '../execution/process.mjs'
import { rpcTo } from '../execution/rpc.mjs'
import { GAS_LIMIT } from './header.mjs'
import { word } from './hex.mjs'

/** @typedef {`0x${string}`} Hex */
/** @typedef {{ code?: Hex, storage?: Record<Hex, Hex>, balance?: bigint }} Account a balance is one of METIS */
/** @typedef {Awaited<ReturnType<typeof startState>>} State */

/** The contract whose storage holds the balances of METIS. */
export const METIS = '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000'

/** The vault of fees, which contracts see as the COINBASE. */
const FEE_VAULT = '0x4200000000000000000000000000000000000011'

/**
 * Where the METIS of an account stands in the storage of {@link METIS}.
 * @param {Hex} address
 * @returns {Hex}
 */
export const balanceSlot = (address) => keccak256(concatHex([word(address), word(0)]))

/**
 * Starts an anvil with some accounts in its state.
 * @param {{ alloc: Record<Hex, Account>, chainId: number, genesisTime: number }} options
 */
export async function startState({ alloc, chainId, genesisTime }) {
  const { rpc, stop } = await startAnvil(chainId, genesisTime)
  try {
    await allocate(rpc, alloc)
    await rpc('anvil_setCoinbase', [FEE_VAULT])
    return {
      /** Any question to the anvil, with its own block numbers: they are those of L2. */
      rpc,
      run: (timestamp, transactions) => run(rpc, timestamp, transactions),
      check: (transaction) => check(rpc, transaction),
      genesisRoot: await rootOfBlock0(rpc),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Anvil's header of block 0 has the root of an empty state. Proofs at block 0 are right, and begin with the root's node. */
async function rootOfBlock0(rpc) {
  const { accountProof } = await rpc('eth_getProof', [METIS, [], '0x0'])
  return keccak256(accountProof[0])
}

async function allocate(rpc, alloc) {
  for (const [address, { code, storage = {}, balance }] of Object.entries(alloc)) {
    if (code) await rpc('anvil_setCode', [address, code])
    for (const [slot, value] of Object.entries(storage)) {
      await rpc('anvil_setStorageAt', [address, word(slot), word(value)])
    }
    if (balance) await rpc('anvil_setStorageAt', [METIS, balanceSlot(address), word(balance)])
  }
}

/**
 * Executes one block: all of the transactions, in their order, or none of them.
 * @param {State['rpc']} rpc
 * @param {number} timestamp
 * @param {import('./transaction.mjs').Transaction[]} transactions
 * @returns {Promise<{ stateRoot: Hex, gasUsed: Hex, receipts: object[] }>}
 */
async function run(rpc, timestamp, transactions) {
  await rpc('evm_setNextBlockTimestamp', [timestamp])
  const hashes = []
  try {
    for (const transaction of transactions) hashes.push(await submit(rpc, transaction))
  } catch (error) {
    await rpc('anvil_dropAllTransactions')
    throw error
  }
  await rpc('evm_mine')
  const block = await rpc('eth_getBlockByNumber', ['latest', false])
  if (block.transactions.join() !== hashes.join()) {
    await rpc('anvil_rollback', [1])
    await rpc('anvil_dropAllTransactions')
    throw new Error('not all of the transactions can be executed in one block, in this order')
  }
  return {
    stateRoot: block.stateRoot,
    gasUsed: block.gasUsed,
    receipts: await rpc('eth_getBlockReceipts', [block.number]),
  }
}

/** Fails where a transaction could not be executed, whatever its nonce. */
async function check(rpc, transaction) {
  await submit(rpc, transaction)
  await rpc('anvil_dropAllTransactions')
}

/** A message is executed in the name of its origin, who signed nothing. */
async function submit(rpc, { queueOrigin, rawTransaction, l1TxOrigin, to, gas, input }) {
  if (queueOrigin === 'sequencer') return rpc('eth_sendRawTransaction', [rawTransaction])
  await rpc('anvil_impersonateAccount', [l1TxOrigin])
  return rpc('eth_sendTransaction', [{ from: l1TxOrigin, to, gas, gasPrice: '0x0', data: input }])
}

/**
 * An anvil of Metis' rules. The default length of its history is too short for tests of old proofs, and the files with that
 * history are otherwise left behind in the home directory.
 */
async function startAnvil(chainId, genesisTime) {
  const port = await freePort()
  const cache = await mkdtemp(join(tmpdir(), 'metis-light-l2-'))
  const rpc = rpcTo(`http://127.0.0.1:${port}`)
  const flags = {
    host: '127.0.0.1',
    port,
    'chain-id': chainId,
    timestamp: genesisTime,
    hardfork: 'berlin',
    order: 'fifo',
    accounts: 0,
    'gas-price': 0,
    'gas-limit': GAS_LIMIT,
    'max-persisted-states': 20_000,
    'cache-path': cache,
  }
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
  const others = ['--no-mining', '--disable-default-create2-deployer', '--quiet']
  const removeCache = () => rm(cache, { recursive: true, force: true })
  try {
    const { stop } = await startProcess(ANVIL, [...args, ...others], { isReady: () => rpc('eth_chainId') })
    return { rpc, stop: () => stop().then(removeCache) }
  } catch (error) {
    await removeCache()
    throw error
  }
}

const ANVIL = createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/bin/anvil')
