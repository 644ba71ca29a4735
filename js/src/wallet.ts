// A wallet whose reads are proven.

import { ProviderRpcError, type Eip1193 } from './provider.js'
import type { LightClient } from './client.js'
import type { Requester } from './sources/rpc.js'

/** How a wallet is wrapped. */
export interface WrapWallet {
  /**
   * Passes on what is needed to send and cannot be proven (`eth_call`, `eth_estimateGas`, gas prices, the pending nonce), and
   * is told of each: the value is the wallet's word. Without it these are rejected.
   */
  readonly onUnproven?: (method: string) => void
}

/**
 * Gives a wallet proven reads: what the client can prove it answers, accounts and signatures remain the wallet's, and the rest
 * is rejected with 4200.
 *
 * @example
 * const provider = wrapWallet(client, window.ethereum, { onUnproven: (method) => console.warn(method, 'is not proven') })
 */
export function wrapWallet(client: LightClient, wallet: Requester & Partial<Eip1193>, options: WrapWallet = {}): Eip1193 {
  const provider: Eip1193 = {
    async request(args, given) {
      const isPending = Array.isArray(args.params) && args.params.includes('pending')
      if (client.supports(args.method) !== 'no' && !isPending) return client.provider.request(args, given)
      if (isOfWallet(args.method)) return wallet.request(args, given)
      if (options.onUnproven && (toSend.includes(args.method) || (args.method === 'eth_getTransactionCount' && isPending))) {
        options.onUnproven(args.method)
        return wallet.request(args, given)
      }
      throw new ProviderRpcError(4200, `${args.method} is not supported: it cannot be proven`)
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

const toSend = ['eth_call', 'eth_estimateGas', 'eth_feeHistory', 'eth_gasPrice', 'eth_maxPriorityFeePerGas']
