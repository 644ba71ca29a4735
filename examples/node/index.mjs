// The METIS of an address, or where the withdrawals of a transaction stand: `node index.mjs 0x…`
//
// The sources and the checkpoint come from the environment, as for the command `metis-light`. What does not hold is not printed:
// the program ends with 1 and says what was refused.

import { existsSync, readFileSync } from 'node:fs'
import { createLightClient, fileStorage, LightClientError } from 'metis-light'

const { env, argv } = process
const network = env.METIS_LIGHT_NETWORK ?? 'andromeda'
const [, , asked] = argv

let client
try {
  client = await createLightClient({
    network: existsSync(network) ? readFileSync(network, 'utf8') : network,
    checkpoint: env.METIS_LIGHT_CHECKPOINT,
    l1: { beacon: env.METIS_LIGHT_BEACON, execution: env.METIS_LIGHT_L1 },
    l2: env.METIS_LIGHT_L2,
    ...(env.METIS_LIGHT_STORE && { storage: fileStorage(env.METIS_LIGHT_STORE) }),
    ...(env.METIS_LIGHT_NOW && { clock: () => Number(env.METIS_LIGHT_NOW) }),
  })
  if (asked?.length === 42) {
    const { value, verification } = await client.getBalance({ address: asked })
    console.log(`${value} wei, ${verification.finality}, at block ${verification.l2.number}`)
  } else {
    for (const { token, status } of await client.getWithdrawals({ hash: asked })) {
      console.log(`${token?.amount ?? 'a message'}: ${status.phase}, ${status.next}`)
    }
  }
} catch (error) {
  if (!(error instanceof LightClientError)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = 1
} finally {
  await client?.close()
}
