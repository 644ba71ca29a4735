// What the compiler must take, and what it must not: with the types of viem and ethers as their users have them.

import { BrowserProvider } from 'ethers'
import { createPublicClient, custom, http, type Address, type Hex, type Transport } from 'viem'
import { build, createLightClient, wrapWallet, type Build, type ClientOptions, type LightClient, type Proven } from '../dist/index.js'
import { metisActions, verified } from '../dist/viem.js'

export async function compiles(options: ClientOptions, who: Address, hash: Hex): Promise<void> {
  const client: LightClient = await createLightClient({ ...options, l2: [http('https://l2.example'), 'https://l2.example'] })
  const transport: Transport = verified(client)
  const viem = createPublicClient({ transport }).extend(metisActions(client))
  const wei: bigint = await viem.getBalance({ address: who })
  const proven: Proven<bigint> = await viem.proven.getBalance({ address: who, block: 5n })
  const [withdrawal] = await viem.getWithdrawals({ hash })
  if (withdrawal) await client.buildRelayMessage(withdrawal)
  createPublicClient({ transport: custom(client.provider) })
  new BrowserProvider(client.provider)
  wrapWallet(client, client.provider)
  await createLightClient({ ...options, l2: createPublicClient({ transport }) })
  await using scoped = client
  const built: Build = client.build === build ? client.build : build
  const hash256: string = built.wasm.page

  // @ts-expect-error a block number is a bigint
  await client.getBalance({ address: who, block: 5 })
  // @ts-expect-error what is pending cannot be proven
  await client.getBalance({ address: who, block: 'pending' })
  // @ts-expect-error disputed is no floor
  await createLightClient({ ...options, minFinality: 'disputed' })
  // @ts-expect-error there is no default source
  await createLightClient({ network: 'andromeda', checkpoint: hash })
  // @ts-expect-error what was built stays as it is
  client.build.wasm.page = ''
  // @ts-expect-error a proven value is no bare value
  const bare: bigint = proven
}
