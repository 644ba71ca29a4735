// ethers over proven reads: `node index.mjs ADDRESS`
//
// The client's EIP-1193 provider takes a wallet's place. What cannot be proven, such as `eth_call`, it rejects with 4200.

import { existsSync, readFileSync } from 'node:fs'
import { BrowserProvider, formatEther } from 'ethers'
import { createLightClient } from 'metis-light'

const { env, argv } = process
const network = env.METIS_LIGHT_NETWORK ?? 'andromeda'
const [, , address] = argv

const light = await createLightClient({
  network: existsSync(network) ? readFileSync(network, 'utf8') : network,
  checkpoint: env.METIS_LIGHT_CHECKPOINT,
  l1: { beacon: env.METIS_LIGHT_BEACON, execution: env.METIS_LIGHT_L1 },
  l2: env.METIS_LIGHT_L2,
  ...(env.METIS_LIGHT_NOW && { clock: () => Number(env.METIS_LIGHT_NOW) }),
})
const provider = new BrowserProvider(light.provider)

try {
  console.log(`block ${await provider.getBlockNumber()}`)
  console.log(`balance ${formatEther(await provider.getBalance(address))} METIS`)
  console.log(`nonce ${await provider.getTransactionCount(address)}`)
} catch (error) {
  console.error(error.error?.message ?? error.message)
  process.exitCode = 1
} finally {
  provider.destroy()
  await light.close()
}
