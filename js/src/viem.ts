// For viem, of which only the shapes are asked for: nothing of it is imported.

import type { LightClient } from './light-client.js'

/**
 * A viem transport that answers what can be proven, and rejects the rest. Nothing is retried: what is refused once is refused
 * for a reason.
 *
 * @example
 * const viem = createPublicClient({ chain: metis, transport: verified(client) })
 * const balance = await viem.getBalance({ address })
 */
export function verified(client: LightClient) {
  // Each of viem's actions knows what its method gives.
  const request = (async (args: { method: string; params?: unknown }) => client.provider.request(args)) as <T>(args: {
    method: string
    params?: unknown
  }) => Promise<T>
  return () => ({
    config: { key: 'metis-light', name: 'Metis Light', request, retryCount: 0, retryDelay: 0, timeout: 0, type: 'metis-light' },
    request,
    value: undefined,
  })
}

/** What `metisActions` adds to a viem client. */
export type MetisActions = Pick<
  LightClient,
  | 'buildRelayMessage'
  | 'createBundle'
  | 'getAttestation'
  | 'getDepositStatus'
  | 'getDeposits'
  | 'getVerifiers'
  | 'getWithdrawalStatus'
  | 'getWithdrawals'
  | 'verifyAttestation'
  | 'verifyWithdrawal'
  | 'waitForWithdrawal'
  | 'watchWithdrawal'
> & {
  /** The client itself, whose answers say what they rest on. */
  readonly proven: LightClient
}

/**
 * The client's own actions, on a viem client: withdrawals, deposits, verifiers, bundles, and the proven values with what they
 * rest on.
 *
 * @example
 * const viem = createPublicClient({ chain: metis, transport: verified(client) }).extend(metisActions(client))
 * const [withdrawal] = await viem.getWithdrawals({ hash })
 * const { value, verification } = await viem.proven.getBalance({ address })
 */
export function metisActions(client: LightClient): () => MetisActions {
  return () => ({
    buildRelayMessage: client.buildRelayMessage,
    createBundle: client.createBundle,
    getAttestation: client.getAttestation,
    getDepositStatus: client.getDepositStatus,
    getDeposits: client.getDeposits,
    getVerifiers: client.getVerifiers,
    getWithdrawalStatus: client.getWithdrawalStatus,
    getWithdrawals: client.getWithdrawals,
    verifyAttestation: client.verifyAttestation,
    verifyWithdrawal: client.verifyWithdrawal,
    waitForWithdrawal: client.waitForWithdrawal,
    watchWithdrawal: client.watchWithdrawal,
    proven: client,
  })
}
