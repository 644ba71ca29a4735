// A client: one engine, its storage and its actions.

import { build } from './build.js'
import { attestationsOf, type Attested } from './attestations.js'
import { address } from './convert.js'
import { closed, loaded, misuse } from './errors.js'
import { failureOf } from './engine/failure.js'
import { openLocal } from './engine/local.js'
import type { Modules } from './engine/module.js'
import type { Answers, Host, Limits, Opening, Question } from './engine/protocol.js'
import type { Port } from './engine/remote.js'
import type { LightClient } from './light-client.js'
import { createProvider, supports } from './provider.js'
import { pathSources, rpcSources, type AttestationSource, type Beacon, type OneOrMore, type Rpc } from './sources/rpc.js'
import type { Storage } from './storage/storage.js'
import type { AcceptedChange, ActionOptions, Address, Hash, SyncEvent } from './types.js'
import type { Core } from './actions/core.js'
import { exportCheckpoint } from './actions/exportCheckpoint.js'
import { getBalance } from './actions/getBalance.js'
import { getCode } from './actions/getCode.js'
import { getProof } from './actions/getProof.js'
import { getStorageAt } from './actions/getStorageAt.js'
import { getTokenBalance } from './actions/getTokenBalance.js'
import { getTransactionCount } from './actions/getTransactionCount.js'
import { ready } from './actions/head.js'
import { watchHeads } from './actions/watchHeads.js'
import { watchWithdrawal } from './actions/watchWithdrawal.js'

/** What a client is made of. */
export interface ClientOptions {
  /** A network by its name, or a network file (docs/network-file.md) as an object or as JSON text. */
  readonly network: 'andromeda' | 'metis-sepolia' | object | string
  /**
   * The root of a finalized beacon block that you got from somebody you trust: the one thing taken on faith. Needed unless the
   * storage holds progress that is fresh enough.
   */
  readonly checkpoint?: Hash
  /** Takes a checkpoint past the weak subjectivity period all the same. Every answer then says so. */
  readonly allowOldCheckpoint?: boolean
  /** Sources of L1. None is believed. */
  readonly l1: {
    /** Servers of the Beacon API with light-client routes; the next is asked where one fails or lies. */
    readonly beacon: OneOrMore<Beacon>
    /** Execution nodes, for `eth_getProof`, blocks and logs. */
    readonly execution: OneOrMore<Rpc>
  }
  /** Sources of L2. None is believed. */
  readonly l2: OneOrMore<Rpc>
  /**
   * Sources of verifiers' attestations: urls, or functions that answer a path with a body, empty where there is nothing. All are
   * asked and put together, each signer counts once, and none is believed. With them answers under an open window say what
   * verifiers say (`verification.attestation`).
   */
  readonly attestations?: OneOrMore<AttestationSource>
  /**
   * Whose word counts: where Metis keeps stakes, or a list of your own, with each weight as a whole number. By default what
   * the network's data means, on Andromeda the locking pool.
   */
  readonly verifiers?: 'locking-pool' | 'mvm-verifier' | readonly Verifier[]
  /** What it takes for a batch to be attested; more than 2 in 3 of the weight and three signers by default. */
  readonly quorum?: Quorum
  /**
   * How firm a block must be for every answer; `posted` by default. `attested` needs sources of attestations, and is met by what
   * is final too. What is disputed is below every floor.
   */
  readonly minFinality?: 'posted' | 'attested' | 'final'
  /** Values on chain that are taken in place of the network's pins. */
  readonly accept?: readonly AcceptedChange[]
  /** Where progress is kept; nowhere by default. */
  readonly storage?: Storage
  /** Runs the engine there: a worker of your own that calls `serve()` of `metis-light/worker`. */
  readonly worker?: Port
  /** Seconds since 1970, in place of the host's clock. */
  readonly clock?: () => number
  /** How long sources are waited for. */
  readonly limits?: Limits
  /** Closes the client when it is aborted. */
  readonly signal?: AbortSignal
  /** Is told what happens. */
  readonly onProgress?: (event: SyncEvent) => void
}

/** A verifier, and what its word weighs: a whole number, as a bigint or a decimal string. */
export interface Verifier {
  readonly address: Address
  readonly weight: bigint | string
}

/** What it takes for a batch to be attested: strictly more than `moreThan` in `of` of the weight, and at least so many signers. */
export interface Quorum {
  readonly moreThan?: number
  readonly of?: number
  readonly signers?: number
  /** Needed where it asks for less than the default. Every answer then says so, in `verification.overrides`. */
  readonly lowered?: true
}

/** Makes a client over modules that are found elsewhere. */
export async function clientOver(modules: () => Modules, options: ClientOptions): Promise<LightClient> {
  options.signal?.throwIfAborted()
  const failure = options.worker && failureOf(options.worker)
  const network = typeof options.network === 'string' ? options.network : JSON.stringify(options.network)
  const tell = (event: SyncEvent): void => options.onProgress?.(event)
  const keeper = new Keeper(options.storage, keyOf(network), tell)
  const opening: Opening = {
    network,
    checkpoint: options.checkpoint,
    allowOldCheckpoint: options.allowOldCheckpoint,
    store: await keeper.load(),
    sources: {
      beacon: pathSources(options.l1?.beacon, 'l1.beacon'),
      l1: rpcSources(options.l1?.execution, 'l1.execution'),
      l2: rpcSources(options.l2, 'l2'),
      ...(options.attestations !== undefined && { attestations: pathSources(options.attestations, 'attestations') }),
    },
    ...(options.verifiers !== undefined && { verifiers: verifiersOf(options.verifiers) }),
    ...(options.quorum && { quorum: options.quorum }),
    limits: options.limits,
    minFinality: options.minFinality,
    accept: options.accept,
  }
  const progress = (what: string, done: number, of: number): void => tell({ type: 'progress', what, done, of })
  const host = options.worker && failure
    ? await (await loaded(import('./engine/remote.js'))).openRemote(options.worker, failure, opening, { progress }, options.clock)
    : await openLocal(modules(), opening, { progress }, options.clock)
  return new Client(host, network, options, keeper).facade()
}

class Client implements Core {
  readonly trusted: Core['trusted']
  readonly hasAttestations: boolean
  /** What was last told of each batch's verifiers. */
  readonly #attested = new Map<number, string>()
  readonly #gone = new AbortController()

  constructor(
    readonly host: Host,
    readonly network: string,
    readonly options: ClientOptions,
    readonly keeper: Keeper,
  ) {
    const { checkpoint, accept, allowOldCheckpoint, clock } = options
    this.trusted = {
      ...(checkpoint && { checkpoint }),
      ...(accept && { accept }),
      ...(allowOldCheckpoint && { allowOldCheckpoint }),
      ...(clock && { now: Math.floor(clock()) }),
    }
    this.hasAttestations = options.attestations !== undefined
  }

  get gone(): AbortSignal {
    return this.#gone.signal
  }

  async ask<Q extends Question>(question: Q, { signal }: ActionOptions = {}): Promise<Answers[Q['ask']]> {
    this.#gone.signal.throwIfAborted()
    try {
      const answer = await this.host.ask(question, signal)
      if (this.hasAttestations) attestationsOf(answer).forEach((attested) => this.#tellOf(attested))
      return answer
    } finally {
      await this.#after()
    }
  }

  tell(event: SyncEvent): void {
    this.options.onProgress?.(event)
  }

  /** Tells of what verifiers say of a batch where that is new. */
  #tellOf(attested: Attested): void {
    const now = `${attested.finality} ${Object.entries({ ...attested.attestation, ...attested.attestation.contested }).join(' ')}`
    if (this.#attested.get(attested.batch) === now) return
    this.#attested.set(attested.batch, now)
    this.tell({ type: 'attestation', ...attested })
  }

  /** Tells of who failed, and keeps what was reached. */
  async #after(): Promise<void> {
    if (this.#gone.signal.aborted) return
    const blamed = await this.host.takeBlamed()
    for (const one of blamed) this.tell({ type: 'source', ...one })
    await this.keeper.keep(this.host)
  }

  async close(): Promise<void> {
    if (this.#gone.signal.aborted) return
    await this.keeper.keep(this.host, true)
    this.#gone.abort(closed())
    this.host.close()
  }

  facade(): LightClient {
    const close = (): Promise<void> => this.close()
    this.options.signal?.addEventListener('abort', () => void close(), { once: true, signal: this.#gone.signal })
    return {
      ...actions(this),
      provider: createProvider(this),
      chainId: this.host.chainId,
      build,
      supports,
      close,
      [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]: close,
    } as LightClient
  }
}

/** Loads and keeps progress. A storage that fails costs time, and nothing else. */
class Keeper {
  #kept: Uint8Array | undefined
  #looked = 0

  constructor(
    readonly storage: Storage | undefined,
    readonly key: string,
    readonly tell: (event: SyncEvent) => void,
  ) {}

  async load(): Promise<Uint8Array | undefined> {
    this.#kept = await this.#try(() => this.storage?.load(this.key))
    return this.#kept
  }

  /** Where something new was reached; it is looked at once in a while. */
  async keep(host: Host, isLast = false): Promise<void> {
    if (!this.storage || (!isLast && Date.now() - this.#looked < 10_000)) return
    const reached = await host.save()
    if (!reached || same(reached, this.#kept)) return
    this.#looked = Date.now()
    this.#kept = reached
    await this.#try(() => this.storage?.save(this.key, reached))
  }

  async #try<T>(act: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await act()
    } catch (error) {
      this.tell({ type: 'warning', message: `the storage failed: ${String(error)}` })
      return undefined
    }
  }
}

function verifiersOf(given: ClientOptions['verifiers']): string | readonly { address: Address; weight: string }[] {
  if (typeof given === 'string') return given
  if (!Array.isArray(given)) throw misuse('verifiers must be locking-pool, mvm-verifier, or a list of { address, weight }')
  return given.map((one: Verifier) => ({ address: address(one?.address, 'a verifier'), weight: String(one?.weight) }))
}

function same(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return a.length === b?.length && a.every((byte, place) => byte === b[place])
}

/** Networks of one's own are kept apart by what they say of themselves. */
function keyOf(network: string): string {
  if (!network.trimStart().startsWith('{')) return network
  let sum = 0
  for (let place = 0; place < network.length; place += 1) sum = (Math.imul(sum, 31) + network.charCodeAt(place)) | 0
  return `custom-${(sum >>> 0).toString(16)}`
}

type Actions = Omit<LightClient, 'provider' | 'chainId' | 'build' | 'supports' | 'close' | typeof Symbol.asyncDispose>

/** Every action, bound. */
function actions(core: Core): Actions {
  const bound =
    <A extends unknown[], R>(action: (core: Core, ...rest: A) => R) =>
    (...rest: A): R =>
      action(core, ...rest)
  const later =
    <A extends unknown[], R>(action: (more: typeof import('./actions/more.js')) => (core: Core, ...rest: A) => Promise<R>) =>
    async (...rest: A): Promise<R> =>
      action(await loaded(import('./actions/more.js')))(core, ...rest)
  return {
    buildRelayMessage: later((more) => more.buildRelayMessage),
    createBundle: later((more) => more.createBundle),
    exportCheckpoint: bound(exportCheckpoint),
    getAttestation: later((more) => more.getAttestation),
    getBalance: bound(getBalance),
    getBlock: later((more) => more.getBlock),
    getCode: bound(getCode),
    getDepositStatus: later((more) => more.getDepositStatus),
    getDeposits: later((more) => more.getDeposits),
    getLogs: later((more) => more.getLogs),
    getProof: bound(getProof),
    getStorageAt: bound(getStorageAt),
    getTokenBalance: bound(getTokenBalance),
    getTransaction: later((more) => more.getTransaction),
    getTransactionCount: bound(getTransactionCount),
    getTransactionReceipt: later((more) => more.getTransactionReceipt),
    getVerifiers: later((more) => more.getVerifiers),
    getWithdrawalStatus: later((more) => more.getWithdrawalStatus),
    getWithdrawals: later((more) => more.getWithdrawals),
    ready: bound(ready),
    verifyAttestation: later((more) => more.verifyAttestation),
    verifyWithdrawal: later((more) => more.verifyWithdrawal),
    waitForWithdrawal: later((more) => more.waitForWithdrawal),
    watchHeads: bound(watchHeads),
    watchWithdrawal: bound(watchWithdrawal),
  }
}
