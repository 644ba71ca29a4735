// What the compiler must take, and what it must not: with the types of viem and ethers as their users have them.

import { BrowserProvider } from 'ethers'
import { createPublicClient, custom, http, type Address, type Hex, type Transport } from 'viem'
import {
  build,
  createLightClient,
  wrapWallet,
  type Block,
  type Build,
  type ClientOptions,
  type LightClient,
  type Proven,
  type Support,
} from '../dist/index.js'
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
  const unwatch: () => void = viem.watchWithdrawal({ hash, onStatus: ({ phase, readyAt }) => console.log(phase, readyAt) })
  unwatch()
  const { phase } = await client.waitForWithdrawal({ hash, phase: 'relayed', signal: AbortSignal.timeout(1) })
  if (phase === 'ready-to-relay') console.log(phase)
  const block: Proven<Block> = await viem.proven.getBlock({ block: 'finalized' })
  const { value: receipt } = await client.getTransactionReceipt({ hash: block.value.transactions[0]?.hash ?? hash })
  const complete: true = (await client.getLogs({ fromBlock: 5n, address: who, topics: [null, [hash]] })).value.isComplete
  const support: Support = client.supports('eth_getLogs')
  wrapWallet(client, client.provider, { onUnproven: (method, params) => console.log(method, params, complete, support) })
  const attested = await createLightClient({
    ...options,
    attestations: ['https://verifiers.example', async (path) => path],
    verifiers: [{ address: who, weight: 1n }, { address: who, weight: '2' }],
    quorum: { moreThan: 3, of: 4, signers: 5 },
    minFinality: 'attested',
    onProgress: (event) => event.type === 'attestation' && console.log(event.batch, event.attestation.weight / 2n),
  })
  const { value: words, verification } = await attested.getAttestation({ batch: 3 })
  const weight: bigint | undefined = verification.attestation?.contested?.weight
  const required: bigint = (await viem.getVerifiers()).value.quorum.required
  const [word] = words.agreeing
  if (word) console.log((await viem.verifyAttestation(word.attestation)).value.verdict === 'dissents', weight, required)
  const firm: 'posted' | 'attested' | 'final' | 'disputed' | undefined = verification.finality
  await client.waitForWithdrawal({ hash, phase: 'in-challenge-period', finality: 'attested', onStatus: () => console.log(firm) })
  const built: Build = client.build === build ? client.build : build
  const hash256: string = built.wasm.page

  // @ts-expect-error a block number is a bigint
  await client.getBalance({ address: who, block: 5 })
  // @ts-expect-error what is pending cannot be proven
  await client.getBalance({ address: who, block: 'pending' })
  // @ts-expect-error nor a pending block
  await client.getBlock({ block: 'pending' })
  // @ts-expect-error a dispute is nothing to wait for
  await client.waitForWithdrawal({ hash, phase: 'disputed' })
  // @ts-expect-error a withdrawal is named by its transaction
  client.watchWithdrawal({ onStatus: console.log })
  // @ts-expect-error amounts are bigints
  const gas: number = receipt.gasUsed
  // @ts-expect-error a quorum is lowered by saying so, and not by denying it
  await createLightClient({ ...options, quorum: { signers: 1, lowered: false } })
  // @ts-expect-error a weight is a whole number of any size
  await createLightClient({ ...options, verifiers: [{ address: who, weight: 1 }] })
  // @ts-expect-error contested is no finality
  await client.waitForWithdrawal({ hash, finality: 'contested' })
  // @ts-expect-error disputed is no floor
  await createLightClient({ ...options, minFinality: 'disputed' })
  // @ts-expect-error there is no default source
  await createLightClient({ network: 'andromeda', checkpoint: hash })
  // @ts-expect-error what was built stays as it is
  client.build.wasm.page = ''
  // @ts-expect-error a proven value is no bare value
  const bare: bigint = proven
}
