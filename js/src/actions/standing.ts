// How firmly an answer stands, as text: who watches tells of it when it differs.

import type { Verification } from '../types.js'

/** Its finality, and what verifiers say. */
export function standing({ finality, attestation }: Partial<Verification> = {}): string {
  return [finality, attestation?.weight, attestation?.signers, attestation?.contested?.weight].join()
}
