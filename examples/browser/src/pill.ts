// A word in a coloured field.

import type { Verification } from 'metis-light'
import { h } from './dom.ts'

export function pill(kind: string, label: string): Element {
  return h('span', { class: 'pill', 'data-kind': kind }, label)
}

const finalities: Readonly<Record<string, string>> = {
  final: 'Final',
  attested: 'Attested',
  posted: 'Posted',
  disputed: 'Disputed',
}

/** How firm it is. */
export function finalityPill(finality: NonNullable<Verification['finality']>): Element {
  return pill(finality, finalities[finality] ?? finality)
}
