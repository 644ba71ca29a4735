import { misuse } from '../errors.js'
import type { At } from '../engine/protocol.js'
import type { Address, Hash, Hex, StateOptions } from '../types.js'
import { address, at, hash, slot } from '../convert.js'
import type { Core } from './core.js'

/** What a bundle is wanted of. */
export type BundleOf =
  | { readonly balance: Address }
  | { readonly account: Address }
  | { readonly storage: Address; readonly slots: readonly (bigint | Hex)[] }
  | { readonly withdrawals: Hash }

/** A portable proof. */
export async function createBundle(core: Core, { block, signal, ...of }: BundleOf & StateOptions): Promise<string> {
  const bundle = await core.ask(question(of, at(block)), { signal })
  if (bundle === null) throw misuse('the transaction sent no withdrawal')
  return JSON.stringify(bundle)
}

function question(of: BundleOf, at: At) {
  if ('balance' in of) return { ask: 'bundle balance', at, address: address(of.balance, 'balance') } as const
  if ('account' in of) return { ask: 'bundle account', at, address: address(of.account, 'account') } as const
  if ('withdrawals' in of) {
    return { ask: 'bundle withdrawals', transaction: hash(of.withdrawals, 'withdrawals') } as const
  }
  return { ask: 'bundle storage', at, address: address(of.storage, 'storage'), slots: of.slots.map(slot) } as const
}
