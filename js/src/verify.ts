// What can be checked without a network.

import { verifiedBundle, type VerifiedBundle } from './bundle.js'
import { fromEngine, misuse } from './errors.js'
import { inlineModules } from './engine/inline.js'
import { instantiate, type FullInstance } from './engine/instance.js'
import type { AcceptedChange, Address, Hash, Hex } from './types.js'
import { slot } from './convert.js'

export type { AccountLeaf, BundleAnswer, StorageWord, VerifiedBundle } from './bundle.js'
export * from './errors.js'

/** What a bundle is verified with: all of it yours, nothing the bundle's. */
export interface VerifyWith {
  /** The root of a finalized beacon block that you trust; the bundle must begin at it. */
  readonly checkpoint: Hash
  /** `andromeda` by default. */
  readonly network?: 'andromeda' | 'metis-sepolia' | object | string
  /** Seconds since 1970, in place of the host's clock. */
  readonly now?: number
  readonly accept?: readonly AcceptedChange[]
  /** Takes a checkpoint past the weak subjectivity period all the same. */
  readonly allowOldCheckpoint?: boolean
}

/** What was found among parts that somebody handed over: consistency, not proof. */
export interface Consistent {
  /** A list of facts, one for each item. */
  readonly checked: readonly Readonly<Record<string, unknown>>[]
  /** What was not looked at, as sentences. */
  readonly notChecked: readonly string[]
}

/**
 * Verifies a portable proof, from the checkpoint to its answer.
 *
 * @throws {MalformedReplyError} it is no bundle
 * @throws {InvalidProofError} it does not hold, or begins at another checkpoint
 * @throws {StaleError} the checkpoint is too old
 * @example
 * const verified = await verifyBundle(await file.text(), { checkpoint: '0x…' })
 * if (verified.kind === 'balance') console.log(verified.address, verified.balance.value)
 */
export async function verifyBundle(bundle: string | Uint8Array, options: VerifyWith): Promise<VerifiedBundle> {
  const { network = 'andromeda', ...rest } = options
  const trusted = { ...rest, network: typeof network === 'string' ? network : JSON.stringify(network) }
  return verifiedBundle(await inFull((full) => full.verifyBundle(bundle, trusted)))
}

/**
 * Checks withdrawals, the arguments of `relayMessage`: the message is in the state root, the state root in the batch root.
 * Gives their hashes and slots. Without L1 this is consistency, not proof.
 *
 * @throws {InvalidProofError} the parts do not fit together
 * @example
 * const { checked, notChecked } = await verifyWithdrawal(await file.text())
 */
export function verifyWithdrawal(input: string | Uint8Array): Promise<Consistent> {
  return inFull((full) => full.verifyWithdrawal(input) as Consistent)
}

/**
 * Checks state batches: header and state roots give the batch root, and with it the header's hash.
 *
 * @throws {InvalidProofError} the parts do not fit together
 * @example
 * const { checked } = await verifyBatch(await file.text())
 */
export function verifyBatch(input: string | Uint8Array): Promise<Consistent> {
  return inFull((full) => full.verifyBatch(input) as Consistent)
}

/** What is asked of answers to `eth_getProof`: an account with slots, or METIS. */
export type ProofQuestion =
  | { readonly stateRoot: Hash; readonly address?: Address; readonly slots?: readonly (bigint | Hex)[] }
  | { readonly stateRoot: Hash; readonly metisBalance: Address; readonly network?: string }

/**
 * Checks answers to `eth_getProof` under a state root that the caller names.
 *
 * @throws {InvalidProofError} they do not hold
 * @example
 * const { checked } = await verifyProof({ stateRoot: '0x…', address: '0x…', slots: [0n] }, reply)
 */
export function verifyProof(question: ProofQuestion, input: string | Uint8Array): Promise<Consistent> {
  if (typeof question !== 'object' || question === null) throw misuse('the question must be an object')
  const asked = 'slots' in question && question.slots ? { ...question, slots: question.slots.map(slot) } : question
  return inFull((full) => full.verifyProof(asked, input) as Consistent)
}

let instance: Promise<FullInstance> | undefined

async function inFull<T>(act: (full: FullInstance) => T): Promise<T> {
  let trap: unknown
  instance ??= instantiate(inlineModules(), 'full', (thrown) => {
    trap = thrown
    instance = undefined
  })
  const full = await instance.catch((thrown: unknown) => {
    // What failed is tried again by the next who asks.
    instance = undefined
    throw thrown
  })
  try {
    const value = act(full)
    if (trap) throw trap
    return value
  } catch (thrown) {
    throw fromEngine(thrown)
  }
}
