import { misuse } from '../errors.js'
import type { ActionOptions, Attestation, Proven, VerifierWord } from '../types.js'
import { proven } from '../convert.js'
import type { Core } from './core.js'
import { verifierWord } from './getAttestation.js'

/**
 * What one statement that you were given is worth: who of the proven set signed it, and whether it is about what L1 holds, with
 * every signed field compared. No source of attestations is asked. `verification` counts this statement alone.
 *
 * @throws {InvalidProofError} it does not count: `details.rule` says why, such as `attestation.not-member`; or L1 holds no such
 * batch, as where it is about a block that is not posted yet
 * @throws {MisuseError} it is no statement, its signature has another form, or nothing says who counts
 * @example
 * const { value } = await client.verifyAttestation({ message, signature })
 * console.log(value.signer, value.weight, value.verdict)
 */
export async function verifyAttestation(
  core: Core,
  attestation: Attestation,
  options?: ActionOptions,
): Promise<Proven<VerifierWord>> {
  if (typeof attestation?.message !== 'object') throw misuse('an attestation is an object with a message and a signature')
  const told = await core.ask({ ask: 'statement', attestation: plain(attestation) }, options)
  return proven(told, verifierWord)
}

/** Signers' libraries have numbers as bigints. */
function plain({ message, signature }: Attestation): Attestation {
  const fields = Object.entries(message).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value])
  return { message: Object.fromEntries(fields), signature }
}
