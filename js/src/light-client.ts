// What a client can be asked, by hand: what an editor shows of each action is what stands here.

import type { AttestationOptions } from './actions/getAttestation.js'
import type { TransactionOptions } from './actions/getBlock.js'
import type { BundleOf } from './actions/createBundle.js'
import type { LogOptions } from './actions/getLogs.js'
import type { WithdrawalOptions } from './actions/getWithdrawalStatus.js'
import type { WaitForWithdrawal } from './actions/waitForWithdrawal.js'
import type { WatchHeads } from './actions/watchHeads.js'
import type { WatchWithdrawal } from './actions/watchWithdrawal.js'
import type { VerifiedBundle } from './bundle.js'
import type { Build } from './build.js'
import type { Eip1193, Support } from './provider.js'
import type {
  AccountProof,
  ActionOptions,
  Address,
  Attestation,
  BatchAttestation,
  Block,
  Deposit,
  DepositStatus,
  Hash,
  Heads,
  Hex,
  Logs,
  Proven,
  RelayMessage,
  StateOptions,
  Transaction,
  TransactionReceipt,
  VerifierWord,
  Verifiers,
  Withdrawal,
  WithdrawalStatus,
} from './types.js'

/** Which account, at which block. */
export interface AccountOptions extends StateOptions {
  /** The account. */
  readonly address: Address
}

/** Which word of an account's storage. */
export interface StorageOptions extends AccountOptions {
  /** Its slot, below 2^256. */
  readonly slot: bigint | Hex
}

/** Which words of an account's storage, besides its leaf. */
export interface ProofOptions extends AccountOptions {
  /** Their slots, each below 2^256; none by default. */
  readonly slots?: readonly (bigint | Hex)[] | undefined
}

/** Whose balance of which token. */
export interface TokenOptions extends AccountOptions {
  /** The token's contract on L2. */
  readonly token: Address
  /** The slot of the mapping that it keeps its balances in; 0 by default. */
  readonly mapping?: number | undefined
}

/** Which block, by its number or tag, or by its hash. */
export interface BlockOptions extends StateOptions {
  /** Its hash, in place of `block`. */
  readonly hash?: Hash | undefined
}

/** Which withdrawal is to be relayed: one that `getWithdrawals` gave. */
export interface RelayOptions extends TransactionOptions {
  /** Its own hash: a transaction can send several. */
  readonly messageHash: Hash
}

/** Which deposit. */
export interface DepositOptions extends TransactionOptions {
  /** Needed where the transaction made several. */
  readonly messageHash?: Hash | undefined
}

/** A light client. Made by `createLightClient`. */
export interface LightClient {
  /**
   * Follows L1 to its newest heads, and climbs to the rollup's head under the finalized one.
   *
   * @throws {UnavailableError} no source of a kind answers
   * @throws {InvalidProofError} no source's answers hold
   * @throws {StaleError} sources withhold what is new, or the checkpoint is too old
   * @throws {UnsupportedError} the rollup's contracts have changed
   * @example
   * const { postedBlock, l1 } = await client.ready()
   */
  ready(options?: ActionOptions): Promise<Heads>

  /**
   * Looks for new heads again and again, and tells of each that differs, what verifiers say of it included. In a hidden tab it sleeps, and looks at once when the
   * tab is seen again. Gives a function that ends it; closing the client does too.
   *
   * @example
   * const unwatch = client.watchHeads({ onHeads: ({ postedBlock }) => console.log(postedBlock) })
   */
  watchHeads(options: WatchHeads): () => void

  /**
   * The METIS of an account, in wei.
   *
   * @throws {NotYetError} the block is not posted, or does not meet the floor
   * @throws {UnsupportedError} METIS is kept by other code than the network's data pins
   * @throws {UnavailableError} no node has that state
   * @example
   * const { value, verification } = await client.getBalance({ address: '0x…' })
   */
  getBalance(options: AccountOptions): Promise<Proven<bigint>>

  /**
   * A token's balance, in its smallest unit, read from the mapping that the token keeps its balances in: slot 0 in every token
   * that the standard bridge makes, and in ETH. That a token keeps them there is the caller's knowledge: for one that does not,
   * the word that is proven is another, or 0.
   *
   * @throws {NotYetError} the block is not posted, or does not meet the floor
   * @throws {UnavailableError} no node has that state
   * @example
   * const ether = await client.getTokenBalance({ token: ETH_TOKEN, address: '0x…' })
   */
  getTokenBalance(options: TokenOptions): Promise<Proven<bigint>>

  /**
   * How many transactions an account had sent at a posted block. Posted blocks are up to hours old: who sends needs the
   * pending count, which nobody can prove.
   *
   * @throws {NotYetError} the block is not posted, or does not meet the floor
   * @throws {UnavailableError} no node has that state
   * @example
   * const { value } = await client.getTransactionCount({ address: '0x…' })
   */
  getTransactionCount(options: AccountOptions): Promise<Proven<number>>

  /**
   * The code of an account; `0x` where it has none.
   *
   * @throws {NotYetError} the block is not posted, or does not meet the floor
   * @throws {UnavailableError} no node has that state
   * @example
   * const { value } = await client.getCode({ address: '0x…' })
   */
  getCode(options: AccountOptions): Promise<Proven<Hex>>

  /**
   * A word of an account's storage.
   *
   * @throws {NotYetError} the block is not posted, or does not meet the floor
   * @throws {UnavailableError} no node has that state
   * @example
   * const { value } = await client.getStorageAt({ address: '0x…', slot: 0n })
   */
  getStorageAt(options: StorageOptions): Promise<Proven<Hash>>

  /**
   * An account's leaf and words of its storage, with the trie nodes that prove them. The leaf's balance is not METIS, which a
   * predeploy keeps, and is left out.
   *
   * @throws {NotYetError} the block is not posted, or does not meet the floor
   * @throws {UnavailableError} no node has that state
   * @example
   * const { value } = await client.getProof({ address: '0x…', slots: [0n, 1n] })
   */
  getProof(options: ProofOptions): Promise<Proven<AccountProof>>

  /**
   * A posted block with its transactions, by its number, a tag or its hash. It is linked by parent hashes to the block hash
   * that the proposer posted with its batch, which L1 does not check: `verification.basis` is `block-hash`. The headers from the
   * batch's last block down to it are fetched for that, at most 4,096.
   *
   * @throws {NotYetError} the block is not posted, or does not meet the floor
   * @throws {MisuseError} its batch is of before May 2025 and names no block hash, or it is the genesis block
   * @throws {UnavailableError} no node knows the hash, or the posted chain does not have it: that is not told apart
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const { value, verification } = await client.getBlock({ block: 'finalized' })
   */
  getBlock(options?: BlockOptions): Promise<Proven<Block>>

  /**
   * A transaction of a posted block, under the block hash that its batch names, as `getBlock` has it. That there is none of a
   * hash cannot be proven: a hash that nobody knows rejects.
   *
   * @throws {NotYetError} its block is not posted, or does not meet the floor
   * @throws {MisuseError} its batch is of before May 2025 and names no block hash
   * @throws {UnavailableError} no node knows it
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const { value } = await client.getTransaction({ hash: '0x…' })
   */
  getTransaction(options: TransactionOptions): Promise<Proven<Transaction>>

  /**
   * What a transaction of a posted block did, under the block hash that its batch names, as `getBlock` has it. What the node
   * adds to receipts of its own word, such as the fee for L1, is left out.
   *
   * @throws {NotYetError} its block is not posted, or does not meet the floor
   * @throws {MisuseError} its batch is of before May 2025 and names no block hash
   * @throws {UnavailableError} no node knows it
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const { value } = await client.getTransactionReceipt({ hash: '0x…' })
   * if (value.status === 'success') console.log(value.logs)
   */
  getTransactionReceipt(options: TransactionOptions): Promise<Proven<TransactionReceipt>>

  /**
   * The logs of posted blocks, at most 128 in a row. They are all that there are: every receipt of each block is proven, and no
   * node's own selection is asked for. As `getBlock`, they rest on the block hash that the proposer posted; `verification` is
   * that of the last block, whose batch is the least firm.
   *
   * @throws {NotYetError} a block is not posted, or does not meet the floor
   * @throws {MisuseError} there are too many blocks, or one of a batch of before May 2025, which names no block hash
   * @throws {UnavailableError} no node gives all receipts of a block
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const { value } = await client.getLogs({ fromBlock: 22_000_000n, toBlock: 22_000_031n, address: '0x…' })
   * for (const { topics, data } of value.logs) console.log(topics, data)
   */
  getLogs(options?: LogOptions): Promise<Proven<Logs>>

  /**
   * The withdrawals that an L2 transaction sent, each proven with where it stands. A list, for one transaction can send several.
   *
   * Under the head that is known, which may be half an hour old: `getWithdrawalStatus` looks anew each time.
   *
   * @throws {NotYetError} the transaction's block is not posted: `getWithdrawalStatus` says when it may be
   * @throws {UnavailableError} no node knows the transaction
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const [withdrawal] = await client.getWithdrawals({ hash: '0x…' })
   */
  getWithdrawals(options: TransactionOptions): Promise<readonly Withdrawal[]>

  /**
   * Where a withdrawal stands: one that `getWithdrawals` gave, or the one of a transaction. `messageHash` is needed where a
   * transaction sent several.
   *
   * @throws {MisuseError} the transaction sent several and none is named, or it did not send that one
   * @throws {UnavailableError} no node knows the transaction
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const { phase, readyAt, estimate } = await client.getWithdrawalStatus({ hash: '0x…' })
   */
  getWithdrawalStatus(options: WithdrawalOptions): Promise<WithdrawalStatus>

  /**
   * Follows a withdrawal, and tells where it stands: at first `unverified`, then each phase as it is proven, and each change of
   * reason, of the time from which it can be relayed, of tries that failed, or of what verifiers say. It looks at new finalized L1 blocks, at the latest when the estimate
   * says that something is to happen, sleeps in a hidden tab and looks at once when the tab is seen again. It ends when the
   * withdrawal is relayed, and by the function that it gives, its signal or the client's end.
   *
   * @example
   * const unwatch = client.watchWithdrawal({ hash, onStatus: ({ phase, readyAt }) => console.log(phase, readyAt) })
   */
  watchWithdrawal(options: WatchWithdrawal): () => void

  /**
   * Waits until a withdrawal is at a phase, or past it, and gives its status. It goes on waiting while the withdrawal is
   * disputed or blocked, and while sources do not answer: give it a signal to end that.
   *
   * @throws {MisuseError} the transaction sent several withdrawals and none is named, or not that one; or the client was closed
   * @throws {InvalidProofError} no source's answers hold
   * @throws {UnsupportedError} the rollup's contracts have changed
   * @example
   * const { phase } = await client.waitForWithdrawal({ hash, signal: AbortSignal.timeout(8 * 24 * 3_600_000) })
   * if (phase === 'ready-to-relay') await wallet.sendTransaction(await client.buildRelayMessage(withdrawal))
   */
  waitForWithdrawal(options: WaitForWithdrawal): Promise<WithdrawalStatus>

  /**
   * The call of L1's messenger that relays a withdrawal, after the contract's own checks have been run again. Anyone may send
   * it, from any account.
   *
   * @throws {NotYetError} the contract would refuse it now: `details.until` says from when it would not
   * @throws {UnavailableError} no node knows the transaction or the message
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const { to, data, value } = await client.buildRelayMessage(withdrawal)
   * await wallet.sendTransaction({ to, data, value })
   */
  buildRelayMessage(options: RelayOptions): Promise<RelayMessage>

  /**
   * The deposits that an L1 transaction made, each proven to be in L1's queue, with what became of it on L2.
   *
   * @throws {NotYetError} the transaction's block is not finalized yet
   * @throws {UnavailableError} no node knows the transaction
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const [deposit] = await client.getDeposits({ hash: '0x…' })
   */
  getDeposits(options: TransactionOptions): Promise<readonly Deposit[]>

  /**
   * Where a deposit stands: one that `getDeposits` gave, or the one of a transaction. `messageHash` is needed where a
   * transaction made several.
   *
   * @throws {MisuseError} the transaction made several and none is named, or it did not make that one
   * @throws {NotYetError} the transaction's block is not finalized yet
   * @example
   * const { phase } = await client.getDepositStatus({ hash: '0x…' })
   */
  getDepositStatus(options: DepositOptions): Promise<DepositStatus>

  /**
   * Whose word about batches counts, and how much: the stakes as L1 holds them under the finalized block, or the list that the
   * option `verifiers` gives. No source of attestations is asked.
   *
   * @throws {MisuseError} the network's data names no set, and neither does the option
   * @throws {UnsupportedError} the pool runs other code than the network's data pins, or its set cannot be counted
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const { value, verification } = await client.getVerifiers()
   * console.log(value.members.length, value.quorum.required, verification.l1.number)
   */
  getVerifiers(options?: ActionOptions): Promise<Proven<Verifiers>>

  /**
   * What verifiers say of a batch, one by one: each signer of the proven set once, every signed field compared with what L1 holds.
   * All sources are asked anew; one that fails or lies is told of and counts for nothing. The sum, and whether it is a quorum,
   * stand in `verification`.
   *
   * They are the signed words of staked parties, and an early alarm. Nothing on L1 slashes a false one, and L1 relays nothing the
   * earlier for a quorum.
   *
   * @throws {MisuseError} `batch` and `block` are both named, or nothing says who counts
   * @throws {NotYetError} the batch or the block is not posted
   * @throws {InvalidProofError} no source's answers hold
   * @example
   * const { value, verification } = await client.getAttestation({ batch: 21_363 })
   * console.log(verification.finality, verification.attestation, value.dissenting)
   */
  getAttestation(options?: AttestationOptions): Promise<Proven<BatchAttestation>>

  /**
   * What one statement that you were given is worth: who of the proven set signed it, and whether it is about what L1 holds, with
   * every signed field compared. No source of attestations is asked. `verification` counts this statement alone.
   *
   * @throws {InvalidProofError} it does not count: `details.rule` says why, such as `attestation.not-member`
   * @throws {NotYetError} L1 does not hold the batch or block that it is about, or not any more
   * @throws {MisuseError} it is no statement, its signature has another form, or nothing says who counts
   * @example
   * const { value } = await client.verifyAttestation({ message, signature })
   * console.log(value.signer, value.weight, value.verdict)
   */
  verifyAttestation(attestation: Attestation, options?: ActionOptions): Promise<Proven<VerifierWord>>

  /**
   * A portable proof: one JSON document, from the checkpoint to the answer, that anybody can verify without a network.
   *
   * @throws {MisuseError} the transaction sent no withdrawal
   * @throws {NotYetError} the block is not posted, or does not meet the floor
   * @throws {UnavailableError} no node has that state
   * @example
   * const bundle = await client.createBundle({ balance: '0x…' })
   */
  createBundle(options: BundleOf & StateOptions): Promise<string>

  /**
   * Verifies a portable proof with the client's own checkpoint and network, and without asking anybody.
   *
   * @throws {MisuseError} the client was given no checkpoint
   * @throws {MalformedReplyError} it is no bundle
   * @throws {InvalidProofError} it does not hold, or begins at another checkpoint
   * @throws {StaleError} the checkpoint is too old
   * @example
   * const { withdrawals, age } = await client.verifyWithdrawal(bundle)
   */
  verifyWithdrawal(bundle: string | Uint8Array): Promise<VerifiedBundle>

  /**
   * The root of the newest finalized beacon block, which another client may be given as its checkpoint.
   *
   * @throws {UnavailableError} no source answers
   * @example
   * const { root } = await client.exportCheckpoint()
   */
  exportCheckpoint(options?: ActionOptions): Promise<{ readonly root: Hash; readonly slot: number }>

  /** EIP-1193: answers what can be proven, and rejects the rest with 4200. */
  readonly provider: Eip1193
  /** The L2 chain's id. */
  readonly chainId: number
  /** The build of the package that this client is of. */
  readonly build: Build
  /** What the provider does with a method. */
  supports(method: string): Support
  /** Gives up what is under way, saves progress and lets go of everything. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
