// What crosses between TypeScript and the engine: questions as plain data, and what is told. Amounts are decimal strings.

import type { AcceptedChange, Address, Attestation, Estimate, Finality, Hash, Hex, RefusedAttestation } from '../types.js'

export type At = 'newest' | 'final' | number

/** Everything that can be asked; those of `Page` the small module answers too. */
export type Question =
  | { ask: 'sync' | 'head' }
  | { ask: 'root'; at: At }
  | { ask: 'balance' | 'code'; at: At; address: Address }
  | { ask: 'proof'; at: At; address: Address; slots: readonly Hash[] }
  | { ask: 'token'; at: At; address: Address; token: Address; mapping: number }
  | { ask: 'withdrawals' | 'deposits' | 'bundle withdrawals'; transaction: Hash }
  | { ask: 'status'; transaction: Hash; relay?: Hash }
  | { ask: 'relay'; transaction: Hash; message: Hash }
  | { ask: 'bundle account' | 'bundle balance'; at: At; address: Address }
  | ({ ask: 'block' } & AskedBlocks)
  | { ask: 'transaction' | 'receipt'; transaction: Hash }
  | ({ ask: 'logs'; addresses: readonly Address[]; topics: readonly (readonly Hash[])[] } & AskedBlocks)
  | { ask: 'bundle storage'; at: At; address: Address; slots: readonly Hash[] }
  | { ask: 'verifiers' }
  | { ask: 'attestation'; batch?: number; block?: number }
  | { ask: 'statement'; attestation: Attestation }

/** One by its hash, or those from one to another. */
export type AskedBlocks = { from: At; to: At } | { hash: Hash }

export type Ask = Question['ask']

/** What the small module knows: the engine's feature `page`. */
export const pageQuestions: readonly Ask[] = ['sync', 'head', 'root', 'balance', 'code', 'proof', 'token']

/** Whether what the engine begins with is beyond the small module: who names verifiers, or wants their word. */
export function wantsFull({ sources, minFinality, verifiers, quorum }: Opening): boolean {
  return Boolean(sources.attestations ?? verifiers ?? quorum) || minFinality === 'attested'
}

export interface ToldL1Block {
  number: number
  hash: Hash
  timestamp: number
  status: 'finalized' | 'optimistic'
}

export interface ToldVerification {
  basis: 'state-root' | 'block-hash' | 'l1'
  network: string
  finality?: Finality
  windowCloses?: number
  l1: ToldL1Block
  l2?: { number: number; stateRoot: Hash; hash?: Hash }
  batch?: { index: number; firstBlock: number; lastBlock: number }
  attestation?: ToldAttestation
  window: { seconds: number; expected?: number }
  accepted: AcceptedChange[]
  overrides: string[]
  unpinned: string[]
  notChecked: string[]
}

export interface ToldAttestation {
  weight: string
  of: string
  required: string
  signers: number
  requiredSigners: number
  contested?: { weight: string; of: string }
  blockHash: boolean
  lowered?: true
}

export interface ToldVerifiers {
  policy: 'locking-pool' | 'mvm-verifier' | 'list'
  members: { address: Address; weight: string }[]
  total: string
  quorum: { moreThan: number; of: number; signers: number; required: string; lowered?: true }
}

export interface ToldWord {
  signer: Address
  weight: string
  verdict: 'agrees' | 'dissents'
  issuedAt: number
  l2Block: string
  stateRoot: Hash
  blockHash: Hash
  retracted?: true
  attestation: Attestation
}

export interface ToldWords {
  agreeing: ToldWord[]
  dissenting: ToldWord[]
  offences: { signer: Address; attestations: [Attestation, Attestation] }[]
  falseAttestations: { signer: Address; attestation: Attestation }[]
  refused: RefusedAttestation[]
}

export interface Told<T> {
  value: T
  verification: ToldVerification
}

export interface ToldL1 {
  checkpoint: { root: Hash; slot: number }
  finalized: ToldL1Block
  optimistic?: ToldL1Block
}

export interface ToldHead {
  l1: ToldL1
  batches: number
  postedBlock: number
  verification?: ToldVerification
}

export interface ToldAccount {
  exists: boolean
  nonce: number
  codeHash: Hash
  storageHash: Hash
  accountProof: Hex[]
  storageProof: { key: Hash; value: Hash; proof: Hex[] }[]
}

export interface ToldWithdrawal {
  messageHash: Hash
  phase: 'in-challenge-period' | 'disputed' | 'ready-to-relay' | 'relayed' | 'blocked'
  reason?: 'message-blocked' | 'messenger-paused' | 'target-refused'
  estimate: Estimate
  target: Address
  sender: Address
  message: Hex
  messageNonce: string
  token?: {
    asset: 'ETH' | 'METIS' | 'ERC20'
    l1Token?: Address
    l2Token?: Address
    from: Address
    to: Address
    amount: string
  }
  isAtLastBlock: boolean
  failedBefore?: { relayer: Address; l1Block: number }
  verification: ToldVerification
}

export interface ToldWithdrawals {
  withdrawals: ToldWithdrawal[]
  unposted?: { estimate: Estimate; reason?: 'state-root-deleted'; verification: ToldVerification }
}

export interface ToldDeposit {
  phase: 'queued' | 'executed' | 'called' | 'credited' | 'not-credited' | 'reverted'
  queueIndex: number
  messageHash: Hash
  l2TransactionHash: Hash
  enqueuedAt: number
  l1Block: number
  l2Block?: number
  token?: { l1Token: Address; l2Token: Address; from: Address; to: Address; amount: string }
  verification: ToldVerification
}

// Blocks and what is in them are told in JSON-RPC's own form: quantities are hex.

export interface ToldBlock {
  number: Hex
  hash: Hash
  parentHash: Hash
  sha3Uncles: Hash
  miner: Address
  stateRoot: Hash
  transactionsRoot: Hash
  receiptsRoot: Hash
  logsBloom: Hex
  difficulty: Hex
  gasLimit: Hex
  gasUsed: Hex
  timestamp: Hex
  extraData: Hex
  mixHash: Hash
  nonce: Hex
  transactions: ToldTransaction[]
}

export interface ToldTransaction {
  hash: Hash
  type: Hex
  blockHash: Hash
  blockNumber: Hex
  transactionIndex: Hex
  from: Address
  to: Address | null
  nonce: Hex
  value: Hex
  gas: Hex
  gasPrice: Hex
  input: Hex
  v: Hex
  r: Hex
  s: Hex
  chainId?: Hex
  queueOrigin: 'sequencer' | 'l1'
  queueIndex: Hex
  l1TxOrigin: Address
  l1BlockNumber: Hex
  l1Timestamp: Hex
  index: Hex
  rawTransaction: Hex
}

export interface ToldReceipt {
  type: Hex
  transactionHash: Hash
  transactionIndex: Hex
  blockHash: Hash
  blockNumber: Hex
  from: Address
  to: Address | null
  contractAddress: Address | null
  cumulativeGasUsed: Hex
  gasUsed: Hex
  effectiveGasPrice: Hex
  logsBloom: Hex
  status?: Hex
  root?: Hash
  logs: ToldLog[]
}

export interface ToldLog {
  address: Address
  topics: Hash[]
  data: Hex
  blockNumber: Hex
  blockHash: Hash
  transactionHash: Hash
  transactionIndex: Hex
  logIndex: Hex
  removed: boolean
}

export interface ToldLogs {
  fromBlock: number
  toBlock: number
  logs: ToldLog[]
}

/** The answer to each question. */
export interface Answers {
  block: Told<ToldBlock>
  transaction: Told<ToldTransaction>
  receipt: Told<ToldReceipt>
  logs: Told<ToldLogs>
  sync: ToldL1
  head: ToldHead
  root: Told<Hash>
  balance: Told<string>
  token: Told<string>
  code: Told<{ hash: Hash; code: Hex }>
  proof: Told<ToldAccount>
  withdrawals: ToldWithdrawals
  status: ToldWithdrawals
  relay: { to: Address; data: Hex }
  deposits: ToldDeposit[]
  'bundle account': object
  'bundle balance': object
  'bundle storage': object
  'bundle withdrawals': object | null
  verifiers: Told<ToldVerifiers>
  attestation: Told<ToldWords>
  statement: Told<ToldWord>
}

/** Who failed or lied. */
export interface Blamed {
  kind: keyof Sources
  source: number
  name: string
  code: string
  message: string
}

/** A request to a source of one's own. */
export type EngineRequest = { method: 'GET'; path: string } | { method: string; params: unknown }

/** A source as the engine takes it: a url, or a function that answers each request in its place. */
export type EngineSource =
  | string
  | ((kind: string, index: number, requests: EngineRequest[], signal?: AbortSignal) => Promise<(string | Uint8Array | Error)[]>)

export interface Sources {
  beacon: EngineSource[]
  l1: EngineSource[]
  l2: EngineSource[]
  /** Absent where there are none: the small module knows nothing of them. */
  attestations?: EngineSource[]
}

/** What an engine begins with. */
export interface Opening {
  network: string
  checkpoint?: Hash | undefined
  store?: Uint8Array | undefined
  sources: Sources
  limits?: Limits | undefined
  minFinality?: 'posted' | 'attested' | 'final' | undefined
  verifiers?: string | readonly { address: Address; weight: string }[] | undefined
  quorum?: object | undefined
  accept?: readonly AcceptedChange[] | undefined
  allowOldCheckpoint?: boolean | undefined
}

/** How long sources are waited for. */
export interface Limits {
  /** Of a whole question, in milliseconds; 120,000 by default. */
  readonly whole?: number
  /** Of one answer, in milliseconds; 20,000 by default. */
  readonly answer?: number
  /**
   * After which the next source is asked as well, in milliseconds; 2,000 by default. Sources of attestations, which are asked
   * together, are waited for twice as long.
   */
  readonly hedge?: number
  /** How often sources that are silent are asked again; 3 by default. */
  readonly retries?: number
}

/** What a host calls. */
export interface Listeners {
  progress(what: string, done: number, of: number): void
}

/** Where an engine runs: in this thread, or in a worker. */
export interface Host {
  readonly chainId: number
  ask<Q extends Question>(question: Q, signal?: AbortSignal): Promise<Answers[Q['ask']]>
  save(): Promise<Uint8Array | undefined>
  takeBlamed(): Promise<readonly Blamed[]>
  verifyBundle(bundle: string | Uint8Array, trusted: Trusted): Promise<unknown>
  close(): void
}

/** What a bundle is verified with. */
export interface Trusted {
  checkpoint: Hash
  network: string
  now?: number
  accept?: readonly AcceptedChange[]
  allowOldCheckpoint?: boolean
}
