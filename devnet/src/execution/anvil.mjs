// Anvil as the execution client: fast, but without the engine API.
//
// The beacon chain asks it for a block and wraps what it mines. Three things differ from a real client: `prevRandao` is
// anvil's own choice; the header's parent beacon block root is zero; and a storage slot of zero that a transaction reads or
// writes becomes a leaf of the trie, so that a strict verifier refuses proofs of it. The last is why there is
// `ethereumjs.mjs` as well.

import { createRequire } from 'node:module'
import { numberToHex } from 'viem'
import { payloadFromBlock } from './payload.mjs'
import { freePort, startProcess } from './process.mjs'
import { rpcTo } from './rpc.mjs'

const binary = createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/bin/anvil')

/**
 * Starts anvil. It mines nothing by itself.
 *
 * @param {{ chainId?: number, genesisTime: number, port?: number, slotsPerEpoch?: number }} options
 * @returns {Promise<import('./types.mjs').Execution>}
 */
export async function startAnvil({ chainId = 31337, genesisTime, port = 0, slotsPerEpoch = 8 }) {
  port ||= await freePort()
  const url = `http://127.0.0.1:${port}`
  const rpc = rpcTo(url)
  const flags = {
    host: '127.0.0.1',
    port,
    'chain-id': chainId,
    timestamp: genesisTime,
    hardfork: 'prague',
    'slots-in-an-epoch': slotsPerEpoch,
    // Proofs reach as far back as any test goes.
    'max-persisted-states': 20000,
  }
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = await startProcess(binary, [...args, '--no-mining', '--quiet'], { isReady: () => rpc('eth_chainId') })

  async function build({ forkchoice, timestamp, feeRecipient }) {
    const { headBlockHash } = forkchoice
    const parent = await rpc('eth_getBlockByNumber', ['latest', false])
    if (parent.hash !== headBlockHash) throw new Error(`anvil is at ${parent.hash} and not at ${headBlockHash}`)
    await rpc('anvil_setCoinbase', [feeRecipient])
    await rpc('evm_setNextBlockTimestamp', [numberToHex(timestamp)])
    await rpc('evm_mine')
    const block = await rpc('eth_getBlockByNumber', ['latest', false])
    return payloadFromBlock(block, await rawTransactions(block))
  }

  const rawTransactions = (block) =>
    Promise.all(block.transactions.map((hash) => rpc('eth_getRawTransactionByHash', [hash])))

  /** Forgets the blocks above `hash`; their transactions are pending again, as on a real network. */
  async function rewind(hash) {
    const [kept, head] = await Promise.all([
      rpc('eth_getBlockByHash', [hash, false]),
      rpc('eth_getBlockByNumber', ['latest', false]),
    ])
    const transactions = []
    for (let number = Number(kept.number) + 1; number <= Number(head.number); number++) {
      const block = await rpc('eth_getBlockByNumber', [numberToHex(number), false])
      transactions.push(...(await rawTransactions(block)))
    }
    await rpc('anvil_rollback', [Number(head.number) - Number(kept.number)])
    for (const transaction of transactions) await rpc('eth_sendRawTransaction', [transaction])
  }

  return {
    name: 'anvil',
    url,
    chainId,
    rpc,
    genesis: async () => payloadFromBlock(await rpc('eth_getBlockByNumber', ['0x0', false]), []),
    build,
    setHead: async () => {},
    rewind,
    stop: child.stop,
  }
}
