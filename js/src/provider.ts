// The EIP-1193 door. It hands out bare values, and only for methods that it can prove; what it cannot is rejected with 4200,
// and never forwarded. `latest` and `safe` are the newest block that meets the client's floor, `finalized` the newest final
// one; a block below the floor rejects. `pending` is what nobody can prove. The answers are loaded with the first request.

import type { Core } from './actions/core.js'
import { loaded, type LightClientError } from './errors.js'

/** What the provider does with a method: proves it, knows it itself, passes it on, or refuses it. */
export type Support = 'verified' | 'local' | 'forwarded' | 'no'

/** EIP-1193. Nothing is ever emitted: a light client has no accounts, and its chain does not change. */
export interface Eip1193 {
  request(args: { readonly method: string; readonly params?: unknown }, options?: { readonly signal?: AbortSignal }): Promise<unknown>
  on(event: string, listener: (...values: never[]) => void): Eip1193
  removeListener(event: string, listener: (...values: never[]) => void): Eip1193
}

/** What the provider rejects with: a numeric `code`, as EIP-1193 wants it. */
export class ProviderRpcError extends Error {
  override readonly name = 'ProviderRpcError'

  constructor(
    readonly code: number,
    message: string,
    /** The code of the error that it stands for. */
    readonly data?: { readonly code: string },
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** An error as EIP-1193 has them. */
export function rpcError(error: LightClientError): ProviderRpcError {
  return new ProviderRpcError(error.rpcCode, error.message, { code: error.code }, { cause: error })
}

/** Makes the provider of a client. */
export function createProvider(core: Core): Eip1193 {
  const provider: Eip1193 = {
    async request({ method, params = [] }, { signal } = {}) {
      if (!isKnown(method)) throw new ProviderRpcError(4200, `${method} is not supported: it cannot be proven`)
      const { answer } = await loaded(import('./methods.js')).catch((error) => Promise.reject(rpcError(error)))
      return answer(core, method, params, signal ? { signal } : {})
    },
    on: () => provider,
    removeListener: () => provider,
  }
  return provider
}

/** What the provider does with a method. */
export function supports(method: string): Support {
  return isKnown(method) ? known[method] : 'no'
}

/** What it does with each. */
const known = {
  eth_chainId: 'local',
  net_version: 'local',
  web3_clientVersion: 'local',
  eth_syncing: 'local',
  eth_blockNumber: 'verified',
  eth_getBalance: 'verified',
  eth_getStorageAt: 'verified',
  eth_getTransactionCount: 'verified',
  eth_getCode: 'verified',
  eth_getProof: 'verified',
  eth_getBlockByNumber: 'verified',
  eth_getBlockByHash: 'verified',
  eth_getTransactionByHash: 'verified',
  eth_getTransactionReceipt: 'verified',
  eth_getLogs: 'verified',
  eth_sendRawTransaction: 'forwarded',
} as const satisfies Record<string, Support>

/** A method that it knows. */
export type Method = keyof typeof known

function isKnown(method: string): method is Method {
  return Object.hasOwn(known, method)
}
