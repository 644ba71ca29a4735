// L1: a beacon chain, its execution client and its Beacon API, as one thing that is started and stopped.

import './beacon/preset.mjs'
import { SLOTS_PER_EPOCH } from '@lodestar/params'
import { bytesToHex } from 'viem'
import { serveBeacon } from './beacon/api.mjs'
import { BeaconChain } from './beacon/chain.mjs'
import { startAnvil } from './execution/anvil.mjs'
import { startEthereumjs } from './execution/ethereumjs.mjs'

const executionClients = { anvil: startAnvil, ethereumjs: startEthereumjs }

/**
 * Starts L1 at slot 0.
 *
 * @param {object} [options]
 * @param {'anvil' | 'ethereumjs'} [options.execution]
 * @param {{ electra?: number, fulu?: number }} [options.forks] epochs; absent means never
 * @param {number} [options.genesisTime] Unix seconds; by default so long ago that a day of slots is in the past, because
 *   light clients refuse what comes from their future
 * @param {number} [options.secondsPerSlot]
 * @param {{ execution?: number, beacon?: number }} [options.ports] 0 or absent for free ones
 */
export async function startL1({
  execution: client = 'anvil',
  forks = { electra: 0, fulu: 0 },
  genesisTime = Math.floor(Date.now() / 1000) - 86400,
  secondsPerSlot = 6,
  ports = {},
} = {}) {
  const timeOfEpoch = (epoch) => (epoch ? genesisTime + epoch * SLOTS_PER_EPOCH * secondsPerSlot : epoch)
  const execution = await executionClients[client]({
    genesisTime,
    pragueTime: timeOfEpoch(forks.electra),
    port: ports.execution,
  })
  try {
    const beacon = await BeaconChain.start({ execution, genesisTime, forks, secondsPerSlot })
    const api = await serveBeacon(beacon, ports.beacon)
    return {
      url: execution.url,
      beaconUrl: api.url,
      chainId: execution.chainId,
      rpc: execution.rpc,
      beacon,

      /** Makes one block with all pending transactions. */
      mine: () => beacon.mine(),

      /** The time of the head, in Unix seconds: a light client's `now` where slots are not made with the clock. */
      now: () => beacon.timeOf(),

      /** The root of the finalized block: what a light client may begin from. */
      checkpoint: () => bytesToHex(beacon.finalized.root),

      async stop() {
        await api.close()
        await execution.stop()
      },
    }
  } catch (error) {
    await execution.stop()
    throw error
  }
}
