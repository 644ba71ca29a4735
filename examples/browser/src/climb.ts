// One climb: from the checkpoint to what the visitor asks, over sources of which one may lie. Each begins anew, so that the whole
// ladder is seen.

import { createLightClient, LightClientError } from 'metis-light'
import type {
  Address,
  Hash,
  Heads,
  LightClient,
  Proven,
  RelayMessage,
  SyncEvent,
  Withdrawal,
  WithdrawalStatus,
} from 'metis-light'
import { lying, type Lie } from './lies.ts'
import { height, type RungId } from './rungs.ts'
import { Traffic } from './watch.ts'
import type { World } from './world.ts'

/** What can be asked: by its length. */
export type Question = { readonly address: Address } | { readonly transaction: Hash }

/** What came of it. */
export type Answer =
  | { readonly kind: 'balance'; readonly address: Address; readonly balance: Proven<bigint> }
  | {
      readonly kind: 'withdrawals'
      readonly transaction: Hash
      readonly withdrawals: readonly Withdrawal[]
      /** The call that relays each that is ready, by its message's hash. */
      readonly relays: ReadonlyMap<Hash, RelayMessage>
    }
  | { readonly kind: 'waiting'; readonly transaction: Hash; readonly status: WithdrawalStatus }

/** A source that was passed over. */
export interface Caught {
  readonly rung: RungId
  readonly source: 'beacon' | 'l1' | 'l2'
  readonly message: string
}

/** How a climb ended. */
export interface Climb {
  readonly client: LightClient
  readonly traffic: Traffic
  readonly caught: readonly Caught[]
  readonly heads?: Heads
  readonly answer?: Answer
  /** The portable proof of the answer, where there is one. */
  readonly bundle?: string
  /** Why there is no answer, and which rung did not hold. */
  readonly refusal?: { readonly error: LightClientError; readonly rung: RungId }
}

export interface ClimbOptions {
  readonly lie?: Lie | undefined
  /** Whether an honest source stands beside the one that lies. */
  readonly isBeside: boolean
  readonly signal: AbortSignal
  /** Is told of each rung that is asked about. */
  readonly onAsk: (rung: RungId) => void
  /** Is told when the rollup's head is proven. */
  readonly onHeads: (heads: Heads) => void
  /** Is told of what verifiers say, as it comes. */
  readonly onAttestation: (event: Extract<SyncEvent, { type: 'attestation' }>) => void
}

/** What a text asks for, if it asks for anything. */
export function questionOf(text: string): Question | undefined {
  const hex = text.trim() as `0x${string}`
  if (/^0x[0-9a-fA-F]{40}$/.test(hex)) return { address: hex }
  return /^0x[0-9a-fA-F]{64}$/.test(hex) ? { transaction: hex } : undefined
}

/** @throws {LightClientError} an option is wrong; what sources do wrong is in the result */
export async function climb(world: World, question: Question, options: ClimbOptions): Promise<Climb> {
  const traffic = new Traffic(options.onAsk)
  const caught: Caught[] = []
  const client = await open(world, options, traffic, (event) => {
    if (event.type === 'attestation') return options.onAttestation(event)
    // It is told at the end of the flow in which the source was caught, and asked no more.
    // One that is silent has told no lie.
    if (event.type !== 'source' || event.code === 'UNAVAILABLE' || event.kind === 'attestations') return
    caught.push({ rung: traffic.lastOf(event.kind, event.source) ?? 'answer', source: event.kind, message: event.message })
  })
  let heads: Heads | undefined
  try {
    heads = await client.ready({ signal: options.signal })
    options.onHeads(heads)
    const answer = await ask(client, question, options.signal)
    const bundle = await bundleOf(client, answer, options.signal)
    return { client, traffic, caught, heads, answer, ...(bundle && { bundle }) }
  } catch (error) {
    if (!(error instanceof LightClientError) || options.signal.aborted) throw error
    const rung = rungOf(error, caught, traffic)
    return { client, traffic, caught, ...(heads && { heads }), refusal: { error, rung } }
  }
}

/** Asks, and says where withdrawals stand that are not posted yet. */
export async function ask(client: LightClient, question: Question, signal: AbortSignal): Promise<Answer> {
  if ('address' in question) {
    const { address } = question
    return { kind: 'balance', address, balance: await client.getBalance({ address, signal }) }
  }
  const { transaction } = question
  try {
    const withdrawals = await client.getWithdrawals({ hash: transaction, signal })
    return { kind: 'withdrawals', transaction, withdrawals, relays: await relaysOf(client, withdrawals, signal) }
  } catch (error) {
    if (!(error instanceof LightClientError) || error.details.rule !== 'client.not-posted') throw error
    return { kind: 'waiting', transaction, status: await client.getWithdrawalStatus({ hash: transaction, signal }) }
  }
}

async function relaysOf(
  client: LightClient,
  all: readonly Withdrawal[],
  signal: AbortSignal,
): Promise<Map<Hash, RelayMessage>> {
  const relays = new Map<Hash, RelayMessage>()
  for (const { hash, messageHash, status } of all) {
    if (status.next === 'relay') relays.set(messageHash, await client.buildRelayMessage({ hash, messageHash, signal }))
  }
  return relays
}

async function bundleOf(client: LightClient, answer: Answer, signal: AbortSignal): Promise<string | undefined> {
  if (answer.kind === 'balance') return client.createBundle({ balance: answer.address, signal })
  if (answer.kind === 'waiting' || answer.withdrawals.length === 0) return undefined
  return client.createBundle({ withdrawals: answer.transaction, signal })
}

function open(
  world: World,
  { lie, isBeside, signal }: ClimbOptions,
  traffic: Traffic,
  onProgress: (event: SyncEvent) => void,
) {
  const { network, checkpoint, sources, clock, attestations, verifiers } = world
  const first = traffic.watched(lie ? lying(sources, lie) : sources, 0)
  const all = lie && isBeside ? [first, traffic.watched(sources, 1)] : [first]
  const ahead = lie?.silentFor ?? 0
  return createLightClient({
    network,
    checkpoint,
    l1: { beacon: all.map(({ beacon }) => beacon), execution: all.map(({ l1 }) => l1) },
    l2: all.map(({ l2 }) => l2),
    ...(attestations && { attestations }),
    ...(verifiers && { verifiers }),
    clock: () => clock() + ahead,
    limits: { whole: 60_000, answer: 15_000, retries: 1 },
    signal,
    onProgress,
  })
}

/** Where it broke: where the source that is to blame was last asked, or else where the climb had come. */
function rungOf(error: LightClientError, caught: readonly Caught[], traffic: Traffic): RungId {
  if (error.details.rule === 'consensus.checkpoint') return 'checkpoint'
  const last = traffic.exchanges.at(-1)?.rung ?? 'checkpoint'
  const [first, ...others] = caught.map(({ rung }) => rung)
  return others.reduce((a, b) => (height(a) > height(b) ? a : b), first ?? last)
}
