// A wallet whose reads are proven. What cannot be proven is the wallet's word: it is passed on only where the caller has asked
// for that, only where sending needs it, and the caller is told of each.

import { ProviderRpcError, type Eip1193 } from './provider.js'
import type { LightClient } from './light-client.js'
import type { Requester } from './sources/rpc.js'

/** How a wallet is wrapped. */
export interface WrapWallet {
  /**
   * Passes on what sending needs and nobody can prove: `eth_call`, `eth_estimateGas`, gas prices, the pending nonce, and a
   * transaction or receipt that is not posted yet, which libraries look for once they have sent it. It is told of each: the
   * value is the wallet's word. Without it these are rejected.
   */
  readonly onUnproven?: (method: string, params: unknown) => void
}

/**
 * Gives a wallet proven reads: what the client can prove it answers, accounts and signatures remain the wallet's, and the rest
 * is rejected with 4200.
 *
 * @throws {ProviderRpcError} each request, as the client's own provider, and as the wallet for what is the wallet's
 * @example
 * const provider = wrapWallet(client, window.ethereum, { onUnproven: (method) => console.warn(method, 'is not proven') })
 */
export function wrapWallet(client: LightClient, wallet: Requester & Partial<Eip1193>, options: WrapWallet = {}): Eip1193 {
  const { onUnproven } = options
  const provider: Eip1193 = {
    async request(args, given) {
      const { method, params } = args
      const unproven = (): Promise<unknown> => {
        onUnproven?.(method, params)
        return wallet.request(args, given)
      }
      if (isOfWallet(method)) return wallet.request(args, given)
      if (onUnproven && isToSend(method, params)) return unproven()
      if (!onUnproven || !sent.includes(method)) return client.provider.request(args, given)
      try {
        return await client.provider.request(args, given)
      } catch (error) {
        if (isNotThere(error)) return unproven()
        throw error
      }
    },
    on(event, listener) {
      wallet.on?.(event, listener)
      return provider
    },
    removeListener(event, listener) {
      wallet.removeListener?.(event, listener)
      return provider
    },
  }
  return provider
}

/** What only an account can do. */
function isOfWallet(method: string): boolean {
  return /^(wallet_|personal_|eth_sign|eth_accounts$|eth_requestAccounts$|eth_sendTransaction$)/.test(method)
}

/** What has to be known before something is sent. */
function isToSend(method: string, params: unknown): boolean {
  const isPending = Array.isArray(params) && params[1] === 'pending'
  return toSend.includes(method) || (method === 'eth_getTransactionCount' && isPending)
}

const toSend = ['eth_call', 'eth_estimateGas', 'eth_feeHistory', 'eth_gasPrice', 'eth_maxPriorityFeePerGas']

/** What is looked for once it was sent. */
const sent = ['eth_getTransactionByHash', 'eth_getTransactionReceipt']

/** Not posted, or not known: no lie, and nothing that was proven otherwise. */
function isNotThere(error: unknown): boolean {
  const code = error instanceof ProviderRpcError && error.data?.code
  return code === 'NOT_YET' || code === 'UNAVAILABLE'
}
