import { misuse } from '../errors.js'
import type { ActionOptions, Attestation, Proven, VerifierWord } from '../types.js'
import { proven } from '../convert.js'
import type { Core } from './core.js'
import { verifierWord } from './getAttestation.js'

/** What one statement that you were given is worth. */
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
