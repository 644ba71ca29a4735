// The words of the package. Trust is data: whatever was proven says what it rests on.

/** Bytes as hex with `0x`; assignable to viem's and abitype's. */
export type Hex = `0x${string}`
/** An address of 20 bytes. */
export type Address = Hex
/** A hash of 32 bytes. */
export type Hash = Hex

/**
 * How firmly an L2 block stands: `posted` (its state root is in a batch on L1), `attested` (and a quorum of verifiers signed it,
 * which nothing on L1 enforces), `final` (the fraud proof window is over and nobody disputes it), or `disputed`.
 */
export type Finality = 'posted' | 'attested' | 'final' | 'disputed'

/** Which L2 block: the newest that meets the client's floor, the newest final one, or one by its number. */
export type BlockTag = 'latest' | 'safe' | 'finalized'

/** An L1 block. */
export interface L1Block {
  readonly number: bigint
  readonly hash: Hash
  /** Seconds since 1970. */
  readonly timestamp: number
  /** `optimistic`: signed by the sync committee; `finalized`: by two thirds of all validators. */
  readonly status: 'finalized' | 'optimistic'
}

/** A value on chain that differs from what the network's data pins, and that the caller has accepted. */
export interface AcceptedChange {
  /** What differs, such as `metisCode`. */
  readonly what: string
  /** The value, as a word. */
  readonly value: Hash
}

/** What an answer rests on. */
export interface Verification {
  /**
   * `state-root`: proven under a state root that is posted to L1. `block-hash`: under a block hash that the proposer posted
   * and L1 does not check. `l1`: under L1 alone.
   */
  readonly basis: 'state-root' | 'block-hash' | 'l1'
  /** The network's name. */
  readonly network: string
  /** Absent where nothing of L2 is said. Judged at the time of the L1 block, never by the wall clock. */
  readonly finality?: Finality
  /** When the window of the batch closes or closed, in seconds of L1 time. Absent where it is disputed. */
  readonly windowCloses?: number
  readonly l1: L1Block
  readonly l2?: { readonly number: bigint; readonly stateRoot: Hash; readonly hash?: Hash }
  readonly batch?: { readonly index: number; readonly firstBlock: bigint; readonly lastBlock: bigint }
  /**
   * What verifiers say of the batch: where its window is open and the client has sources of attestations, and always where
   * `getAttestation` or `verifyAttestation` was asked.
   */
  readonly attestation?: AttestationWeight
  /** The fraud proof window in seconds: what the contract says, and what the network's data expects. */
  readonly window: { readonly seconds: number; readonly expected?: number }
  readonly accepted: readonly AcceptedChange[]
  /** Safeguards that the caller has waived, such as `old-checkpoint` and `lowered-quorum`. */
  readonly overrides: readonly string[]
  /** What the network's data does not pin. */
  readonly unpinned: readonly string[]
  /** What the answer does not say, as sentences. */
  readonly notChecked: readonly string[]
}

/**
 * What verifiers say of a batch, counted: each signer of the proven set once. Weights are in the smallest unit of what is staked,
 * or those of the caller's own list.
 */
export interface AttestationWeight {
  /** The weight of those that agree. */
  readonly weight: bigint
  /** The weight of the whole set. */
  readonly of: bigint
  /** The least weight of a quorum. */
  readonly required: bigint
  /** How many agree. */
  readonly signers: number
  /** How many must agree at least, whatever they weigh. */
  readonly requiredSigners: number
  /** The weight of those that dissent; absent where nobody does. It is no phase, but above a third no quorum can form. */
  readonly contested?: { readonly weight: bigint; readonly of: bigint }
  /** Whether a quorum signed the hash of the batch's last block too, on which blocks, transactions, receipts and logs rest. */
  readonly blockHash: boolean
  /** The quorum asks for less than the default: the caller said so. */
  readonly lowered?: true
}

/** What a verifier signs of a batch, EIP-712's `StateAttestation`. Numbers are decimal strings, as they travel. */
export interface AttestationMessage {
  readonly l2ChainId: string
  readonly batchIndex: string
  /** The hash of the batch's header, as L1 holds it. */
  readonly batchHeaderHash: Hash
  readonly batchRoot: Hash
  /** The batch's last block; of a dissent the first one that differs. */
  readonly l2BlockNumber: string
  /** The signer's own state root of that block. */
  readonly l2StateRoot: Hash
  /** The signer's own hash of that block, or zero. */
  readonly l2BlockHash: Hash
  /** 1 agrees, 0 dissents. */
  readonly verdict: number
  /** Seconds since 1970, by the signer's clock. */
  readonly issuedAt: string
}

/** A verifier's statement with its signature of 65 bytes, or 64 as EIP-2098 has it. */
export interface Attestation {
  readonly message: AttestationMessage
  readonly signature: Hex
}

/** Whose word counts, and how much. */
export interface Verifiers {
  /** Where the set stands: Metis' `LockingPool`, its older `MVM_Verifier`, or a list of the caller's or the network's data. */
  readonly policy: 'locking-pool' | 'mvm-verifier' | 'list'
  readonly members: readonly { readonly address: Address; readonly weight: bigint }[]
  /** The sum of all weights. */
  readonly total: bigint
  /** What it takes: more than `moreThan` in `of` of the total, which is at least `required`, and so many signers. */
  readonly quorum: {
    readonly moreThan: number
    readonly of: number
    readonly signers: number
    readonly required: bigint
    /** It asks for less than the default: the caller said so. */
    readonly lowered?: true
  }
}

/** A member's word about a batch, which counts. */
export interface VerifierWord {
  readonly signer: Address
  readonly weight: bigint
  readonly verdict: 'agrees' | 'dissents'
  /** Seconds since 1970, by the signer's clock. */
  readonly issuedAt: number
  /** The batch's last block; of a dissent the first one that differs. */
  readonly l2Block: bigint
  readonly stateRoot: Hash
  /** The signer's own hash of that block, or zero. */
  readonly blockHash: Hash
  /** It had dissented before, and took that back. */
  readonly retracted?: true
  readonly attestation: Attestation
}

/** What verifiers say of a batch, one by one. The sum stands in `verification.attestation`. */
export interface BatchAttestation {
  readonly agreeing: readonly VerifierWord[]
  readonly dissenting: readonly VerifierWord[]
  /** Members that signed two things that cannot both be honest: neither counts, and both are evidence. */
  readonly offences: readonly { readonly signer: Address; readonly attestations: readonly [Attestation, Attestation] }[]
  /** Agreements of members that the batch, being final, shows to be false: evidence as well. */
  readonly falseAttestations: readonly { readonly signer: Address; readonly attestation: Attestation }[]
  /** Statements that do not count, each with the rule that it breaks. */
  readonly refused: readonly RefusedAttestation[]
}

/** A statement that does not count. */
export interface RefusedAttestation {
  readonly attestation: Attestation
  /** Whose key signed it, where that was found out. */
  readonly signer?: Address
  readonly message: string
  /** The rule that it breaks, `attestation.rule`; names stay. */
  readonly rule: string
  readonly got?: string
  readonly expected?: string
}

/** A value with what it rests on. */
export interface Proven<T> {
  readonly value: T
  readonly verification: Verification
}

/** An account's leaf and words of its storage, with the trie nodes that prove them. */
export interface AccountProof {
  readonly address: Address
  /** Whether there is a leaf. An account that only holds METIS has none. */
  readonly exists: boolean
  readonly nonce: number
  readonly codeHash: Hash
  readonly storageHash: Hash
  readonly accountProof: readonly Hex[]
  readonly storageProof: readonly { readonly key: Hash; readonly value: Hash; readonly proof: readonly Hex[] }[]
}

/** Where the chains are. */
export interface Heads {
  readonly l1: {
    readonly finalized: L1Block
    /** Absent where the source of L1 does not know that block. */
    readonly optimistic?: L1Block
  }
  /** How many batches L1 holds. */
  readonly batches: number
  /** The last L2 block whose state root is posted. */
  readonly postedBlock: bigint
  /** What the last posted state root rests on; absent where nothing is posted. */
  readonly verification?: Verification
}

/** When a withdrawal can be relayed, in seconds of L1 time. */
export type Estimate =
  /** By the batch and the window that are proven. */
  | { readonly kind: 'exact'; readonly at: number }
  /** If batches are posted as they were in the last hours; the word of logs. */
  | { readonly kind: 'projected'; readonly at: number }
  /** Nobody can tell. */
  | { readonly kind: 'none' }

/**
 * Where a withdrawal stands. `unverified`: nothing is proven yet, which is what `watchWithdrawal` begins with. The others follow
 * from storage of L1 and its time, never from logs or the wall clock.
 */
export type WithdrawalPhase =
  | 'unverified'
  | 'waiting-for-state-root'
  | 'in-challenge-period'
  | 'disputed'
  | 'ready-to-relay'
  | 'relayed'
  | 'blocked'

/** What a message of the standard bridge pays out on L1. */
export interface TokenWithdrawal {
  readonly asset: 'ETH' | 'METIS' | 'ERC20'
  readonly l1Token?: Address
  readonly l2Token?: Address
  readonly from: Address
  readonly to: Address
  /** In the token's smallest unit. */
  readonly amount: bigint
}

/** A message from L2 to L1 that is in proven storage. The field names are those of the contract. */
export interface Withdrawal {
  /** The L2 transaction that was asked about. */
  readonly hash: Hash
  readonly messageHash: Hash
  readonly target: Address
  readonly sender: Address
  readonly message: Hex
  readonly messageNonce: bigint
  readonly token?: TokenWithdrawal
  readonly status: WithdrawalStatus
}

/** Where a withdrawal stands, and what is next. */
export interface WithdrawalStatus {
  readonly phase: WithdrawalPhase
  /**
   * What blocks it, where it is blocked. `state-root-deleted`: L1 has deleted the batch after the last one that is posted, and
   * none has taken its place; the withdrawal was in it, or waits behind it.
   */
  readonly reason?: 'message-blocked' | 'messenger-paused' | 'target-refused' | 'state-root-deleted'
  readonly estimate: Estimate
  /** The exact time at which it can be relayed, in seconds of L1 time, where it is known. */
  readonly readyAt?: number
  /**
   * A relay that was tried and failed: by L1's storage, so it is true. Looked for where it is ready to relay, among the newest
   * 1,000 blocks of L1, or by a transaction that the caller names: its absence says nothing.
   */
  readonly failedBefore?: { readonly relayer: Address; readonly l1Block: bigint }
  /** What somebody can do next. */
  readonly next: 'wait' | 'relay' | 'nothing'
  /** Whether it was proven at the last posted block, for no source had the state of its own. */
  readonly isAtLastBlock: boolean
  /**
   * Absent while it is `unverified`. While it waits for its state root, of L1 alone: how far batches are posted is proven, and
   * which block the transaction is in is the node's word.
   */
  readonly verification?: Verification
}

/** A call of a contract on L1. */
export interface RelayMessage {
  readonly to: Address
  readonly data: Hex
  readonly value: bigint
}

/**
 * Where a deposit stands: `queued` on L1; `executed` on L2 (its call did not revert; what was paid is not proven); and by its
 * own transaction: `called` (no deposit of the standard bridge), `credited`, `not-credited` (the bridge does not know the
 * token) or `reverted`.
 */
export type DepositPhase = 'queued' | 'executed' | 'called' | 'credited' | 'not-credited' | 'reverted'

/** A message from L1 to L2 that L1's queue holds. */
export interface Deposit {
  /** The L1 transaction that was asked about. */
  readonly hash: Hash
  readonly queueIndex: number
  readonly messageHash: Hash
  readonly l2TransactionHash: Hash
  /** Seconds of L1 time. */
  readonly enqueuedAt: number
  readonly l1Block: bigint
  /** The L2 block that settled it, or whose state shows that it was executed. */
  readonly l2Block?: bigint
  readonly token?: {
    readonly l1Token: Address
    readonly l2Token: Address
    readonly from: Address
    readonly to: Address
    readonly amount: bigint
  }
  readonly status: DepositStatus
}

/** Where a deposit stands. */
export interface DepositStatus {
  readonly phase: DepositPhase
  readonly verification: Verification
}

/** A posted block with its transactions. */
export interface Block {
  readonly number: bigint
  readonly hash: Hash
  readonly parentHash: Hash
  /** Seconds since 1970, by the sequencer. */
  readonly timestamp: number
  readonly stateRoot: Hash
  readonly transactionsRoot: Hash
  readonly receiptsRoot: Hash
  readonly sha3Uncles: Hash
  readonly logsBloom: Hex
  readonly miner: Address
  readonly difficulty: bigint
  readonly gasLimit: bigint
  readonly gasUsed: bigint
  readonly extraData: Hex
  readonly mixHash: Hash
  /** All of them, in order. */
  readonly transactions: readonly Transaction[]
}

/** A transaction of a posted block. Metis has only legacy ones. */
export interface Transaction {
  readonly hash: Hash
  readonly blockHash: Hash
  readonly blockNumber: bigint
  readonly transactionIndex: number
  /** Who signed it. A deposit has no signature: who acts by it, where nodes say zero. */
  readonly from: Address
  /** `null` where it creates a contract. */
  readonly to: Address | null
  readonly nonce: number
  readonly value: bigint
  readonly gas: bigint
  readonly gasPrice: bigint
  readonly input: Hex
  /** The signature; zeros of a deposit. */
  readonly v: bigint
  readonly r: Hex
  readonly s: Hex
  /** Of a signature that names it. */
  readonly chainId?: number
  /** Sent on L2, or queued on L1: a deposit. */
  readonly queueOrigin: 'sequencer' | 'l1'
  /** A deposit's place in L1's queue; else 0. */
  readonly queueIndex: number
  readonly l1TxOrigin: Address
  readonly l1BlockNumber: bigint
  readonly l1Timestamp: number
  /** As it was sent, or a deposit's calldata. */
  readonly rawTransaction: Hex
}

/** What a transaction of a posted block did. */
export interface TransactionReceipt {
  readonly transactionHash: Hash
  readonly transactionIndex: number
  readonly blockHash: Hash
  readonly blockNumber: bigint
  readonly from: Address
  readonly to: Address | null
  /** Of the contract that it was to create. */
  readonly contractAddress: Address | null
  readonly cumulativeGasUsed: bigint
  readonly gasUsed: bigint
  readonly effectiveGasPrice: bigint
  readonly logsBloom: Hex
  readonly status?: 'success' | 'reverted'
  readonly logs: readonly Log[]
}

/** What a contract logged in a posted block. */
export interface Log {
  readonly address: Address
  readonly topics: readonly Hash[]
  readonly data: Hex
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly transactionHash: Hash
  readonly transactionIndex: number
  /** Its place among the block's logs. */
  readonly logIndex: number
}

/** The logs of blocks that follow each other. */
export interface Logs {
  readonly fromBlock: bigint
  readonly toBlock: bigint
  /** There are no others that the filter takes in these blocks. A question that cannot be answered so is rejected. */
  readonly isComplete: true
  readonly logs: readonly Log[]
}

/** What happens while a client works. */
export type SyncEvent =
  /** A long flow goes on: so many of so many. */
  | { readonly type: 'progress'; readonly what: string; readonly done: number; readonly of: number }
  | { readonly type: 'head'; readonly heads: Heads }
  /** What verifiers say of a batch was heard for the first time, or has changed. */
  | {
      readonly type: 'attestation'
      readonly batch: number
      readonly finality: Finality
      readonly attestation: AttestationWeight
    }
  /** A source failed or lied, and was passed over. */
  | {
      readonly type: 'source'
      readonly kind: 'beacon' | 'l1' | 'l2' | 'attestations'
      readonly source: number
      readonly name: string
      readonly code: string
      readonly message: string
    }
  /** What does not keep the client from answering, such as storage that cannot be written. */
  | { readonly type: 'warning'; readonly message: string }

/** Options of every action. */
export interface ActionOptions {
  /** Gives the question up; what was under way is called off. */
  readonly signal?: AbortSignal | undefined
}

/** Options of an action that reads L2's state. */
export interface StateOptions extends ActionOptions {
  /** The L2 block, the newest that meets the floor by default. A number below the floor rejects. */
  readonly block?: bigint | BlockTag | undefined
}
