// What a portable proof proves, once it is verified.

import { proven } from './convert.js'
import type { Told, ToldAccount, ToldWithdrawals } from './engine/protocol.js'
import { withdrawal } from './messages.js'
import type { AccountProof, Address, Hash, Proven, Withdrawal } from './types.js'

/** A word of storage with its slot. */
export interface StorageWord {
  /** Its key. */
  readonly slot: Hash
  /** What is there; zero where nothing is. */
  readonly word: Hash
}

/** What a bundle answers. */
export type BundleAnswer =
  | { readonly kind: 'balance'; readonly address: Address; readonly balance: Proven<bigint> }
  | { readonly kind: 'account'; readonly address: Address; readonly account: Proven<AccountLeaf> }
  | { readonly kind: 'storage'; readonly address: Address; readonly words: Proven<readonly StorageWord[]> }
  | { readonly kind: 'withdrawals'; readonly withdrawals: readonly Omit<Withdrawal, 'hash'>[] }

/** An account's leaf. */
export type AccountLeaf = Omit<AccountProof, 'address' | 'accountProof' | 'storageProof'>

/** A bundle's answer, as of its L1 block, and the checkpoint that it rests on. */
export type VerifiedBundle = BundleAnswer & {
  readonly checkpoint: Hash
  /** Seconds from its L1 block to the time at which it was verified. */
  readonly age: number
}

/** As the engine tells it. */
type ToldBundle = { checkpoint: Hash; age: number } & (
  | { kind: 'balance'; address: Address; answer: Told<string> }
  | { kind: 'account'; address: Address; answer: Told<ToldAccount> }
  | { kind: 'storage'; address: Address; answer: Told<ToldAccount['storageProof']> }
  | { kind: 'withdrawals'; answer: ToldWithdrawals }
)

export function verifiedBundle(told: unknown): VerifiedBundle {
  // It comes from the engine of this very build.
  const bundle = told as ToldBundle
  return { checkpoint: bundle.checkpoint, age: bundle.age, ...answer(bundle) }
}

function answer(bundle: ToldBundle): BundleAnswer {
  switch (bundle.kind) {
    case 'balance':
      return { kind: 'balance', address: bundle.address, balance: proven(bundle.answer, BigInt) }
    case 'account':
      return { kind: 'account', address: bundle.address, account: proven(bundle.answer, leaf) }
    case 'storage': {
      const words = proven(bundle.answer, (slots) => slots.map(({ key, value }) => ({ slot: key, word: value })))
      return { kind: 'storage', address: bundle.address, words }
    }
    case 'withdrawals': {
      const nameless = bundle.answer.withdrawals.map((told) => {
        const { hash: _, ...rest } = withdrawal('0x', told)
        return rest
      })
      return { kind: 'withdrawals', withdrawals: nameless }
    }
  }
}

function leaf({ exists, nonce, codeHash, storageHash }: ToldAccount): AccountLeaf {
  return { exists, nonce, codeHash, storageHash }
}
