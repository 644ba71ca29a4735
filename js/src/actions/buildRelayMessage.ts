import type { RelayMessage } from '../types.js'
import { hash } from '../convert.js'
import type { RelayOptions } from '../light-client.js'
import type { Core } from './core.js'

/** The call of L1's messenger that relays a withdrawal, after the contract's own checks have been run again. */
export async function buildRelayMessage(core: Core, { hash: of, messageHash, signal }: RelayOptions): Promise<RelayMessage> {
  const question = { ask: 'relay', transaction: hash(of), message: hash(messageHash, 'messageHash') } as const
  return { ...(await core.ask(question, { signal })), value: 0n }
}
