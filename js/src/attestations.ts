// What an answer says of verifiers, wherever it says it: events are told of it.

import { attestationWeight } from './convert.js'
import type { ToldVerification } from './engine/protocol.js'
import type { AttestationWeight, Finality } from './types.js'

/** What verifiers say of a batch. */
export interface Attested {
  readonly batch: number
  readonly finality: Finality
  readonly attestation: AttestationWeight
}

/** Of each batch that an answer rests on. */
export function attestationsOf(answer: unknown): readonly Attested[] {
  const { verification, withdrawals = [] } = (answer ?? {}) as Partial<Resting> & { withdrawals?: readonly Resting[] }
  const deposits = Array.isArray(answer) ? (answer as readonly Resting[]) : []
  const all = [verification, ...withdrawals.map(on), ...deposits.map(on)]
  return all.flatMap((one) => (one?.attestation && one.batch && one.finality ? [attested(one as Said)] : []))
}

interface Resting {
  readonly verification: ToldVerification
}

type Said = Required<Pick<ToldVerification, 'attestation' | 'batch' | 'finality'>>

const on = ({ verification }: Resting): ToldVerification => verification

function attested({ attestation, batch, finality }: Said): Attested {
  return { batch: batch.index, finality, attestation: attestationWeight(attestation) }
}
