// viem over proven reads, with the client's own actions: `node index.mjs ADDRESS L2-TRANSACTION`
//
// What viem asks for is proven or rejected. `latest` is the newest posted block, and not the sequencer's.

import { existsSync, readFileSync } from 'node:fs'
import { createPublicClient, formatEther } from 'viem'
import { metis } from 'viem/chains'
import { createLightClient } from 'metis-light'
import { metisActions, verified } from 'metis-light/viem'

const { env, argv } = process
const network = env.METIS_LIGHT_NETWORK ?? 'andromeda'
const [, , address, hash] = argv

const light = await createLightClient({
  network: existsSync(network) ? readFileSync(network, 'utf8') : network,
  checkpoint: env.METIS_LIGHT_CHECKPOINT,
  l1: { beacon: env.METIS_LIGHT_BEACON, execution: env.METIS_LIGHT_L1 },
  l2: env.METIS_LIGHT_L2,
  ...(env.METIS_LIGHT_NOW && { clock: () => Number(env.METIS_LIGHT_NOW) }),
})
const client = createPublicClient({ chain: metis, transport: verified(light) }).extend(metisActions(light))

try {
  console.log(`block ${await client.getBlockNumber()}`)
  console.log(`balance ${formatEther(await client.getBalance({ address }))} METIS`)
  for (const withdrawal of await client.getWithdrawals({ hash })) {
    console.log(`withdrawal ${withdrawal.status.phase}`)
    if (withdrawal.status.next !== 'relay') continue
    const { to, data } = await client.buildRelayMessage(withdrawal)
    console.log(`relay ${to} ${data}`)
  }
} catch (error) {
  console.error(error.shortMessage ?? error.message)
  process.exitCode = 1
} finally {
  await light.close()
}
