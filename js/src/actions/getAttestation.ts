import { misuse } from '../errors.js'
import type { ToldWord } from '../engine/protocol.js'
import type { ActionOptions, BatchAttestation, Proven, VerifierWord } from '../types.js'
import { at, proven } from '../convert.js'
import type { Core } from './core.js'

/** Which batch: by its index, or by an L2 block in it; the last one by default. */
export interface AttestationOptions extends ActionOptions {
  readonly batch?: number | undefined
  readonly block?: bigint | undefined
}

/**
 * What verifiers say of a batch, one by one: each signer of the proven set once, every signed field compared with what L1 holds.
 * All sources are asked anew; one that fails or lies is told of and counts for nothing. The sum, and whether it is a quorum,
 * stand in `verification`.
 *
 * They are the signed words of staked parties, and an early alarm. Nothing on L1 slashes a false one, and L1 relays nothing the
 * earlier for a quorum.
 *
 * @throws {MisuseError} `batch` and `block` are both named, or nothing says who counts
 * @throws {NotYetError} the block is not posted
 * @throws {InvalidProofError} L1 holds no such batch, or no source's answers hold
 * @example
 * const { value, verification } = await client.getAttestation({ batch: 21_363 })
 * console.log(verification.finality, verification.attestation, value.dissenting)
 */
export async function getAttestation(
  core: Core,
  { batch, block, ...options }: AttestationOptions = {},
): Promise<Proven<BatchAttestation>> {
  const question = { ask: 'attestation', ...named(batch, block) } as const
  return proven(await core.ask(question, options), ({ agreeing, dissenting, ...rest }) => ({
    agreeing: agreeing.map(verifierWord),
    dissenting: dissenting.map(verifierWord),
    ...rest,
  }))
}

function named(batch: number | undefined, block: bigint | undefined): { batch?: number; block?: number } {
  if (batch !== undefined && block !== undefined) throw misuse('a batch is named by its index or by a block, not by both')
  if (block !== undefined) {
    const number = at(block)
    if (typeof number !== 'number') throw misuse(`block must be a block number as bigint, and is ${String(block)}`)
    return { block: number }
  }
  if (batch === undefined) return {}
  if (!Number.isSafeInteger(batch) || batch < 0) throw misuse(`batch must be a whole number, and is ${String(batch)}`)
  return { batch }
}

export function verifierWord({ weight, l2Block, ...rest }: ToldWord): VerifierWord {
  return { ...rest, weight: BigInt(weight), l2Block: BigInt(l2Block) }
}
