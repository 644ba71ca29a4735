import type { ActionOptions, Hash, RelayMessage } from '../types.js'
import { hash } from '../convert.js'
import type { Core } from './core.js'

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
export async function buildRelayMessage(
  core: Core,
  { hash: of, messageHash, signal }: { hash: Hash; messageHash: Hash } & ActionOptions,
): Promise<RelayMessage> {
  const question = { ask: 'relay', transaction: hash(of), message: hash(messageHash, 'messageHash') } as const
  return { ...(await core.ask(question, { signal })), value: 0n }
}
