import type { Answers, Host, Question } from '../engine/protocol.js'
import type { ClientOptions } from '../client.js'
import type { ActionOptions, SyncEvent } from '../types.js'

/** What actions are called with. */
export interface Core {
  readonly host: Host
  readonly network: string
  /** What a bundle is verified with, besides its network. */
  readonly trusted: Omit<Parameters<Host['verifyBundle']>[1], 'network' | 'checkpoint'> & { checkpoint?: `0x${string}` }
  /** What it was made of: its nodes of L2 take what is passed on. */
  readonly options: Pick<ClientOptions, 'l2'>
  /** Whether verifiers' word is asked for, which may come at any time. */
  readonly hasAttestations: boolean
  /** Is aborted when the client is closed. */
  readonly gone: AbortSignal
  ask<Q extends Question>(question: Q, options?: ActionOptions): Promise<Answers[Q['ask']]>
  tell(event: SyncEvent): void
}
