// Small parts that several places show: amounts, hashes, sentences, and what an answer rests on.

import type { Verification } from 'metis-light'
import { h } from './dom.ts'
import { amount, time } from './format.ts'
import { finalityPill } from './pill.ts'
import { firmness } from './verifiers.ts'

/** An amount of 18 decimals, in large. */
export function big(wei: bigint, unit: string): Element {
  const { whole, rest } = amount(wei)
  return h('p', { class: 'big' }, whole, h('span', { class: 'rest' }, rest), ' ', h('span', { class: 'unit' }, unit))
}

/** An address, a hash, a code. */
export function mono(text: string): Element {
  return h('code', {}, text)
}

/** What an error says, as a sentence. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}

/** How firm it is, and what it rests on, in a sentence; what verifiers say; then what it does not say. */
export function restsOn(verification: Verification): Element {
  const { finality, windowCloses, l1, l2, batch, notChecked, unpinned, accepted, overrides } = verification
  const closes =
    windowCloses === undefined
      ? ''
      : finality === 'final'
        ? ` Its window closed on ${time(windowCloses)}.`
        : ` Its window closes on ${time(windowCloses)}; until then it can be disputed.`
  const where = l2 && batch ? `As of Metis block ${l2.number} in batch ${batch.index}, ` : 'As of '
  const taken = [
    ...notChecked.map((what) => `Not checked: ${what}`),
    ...unpinned.map((what) => `Not pinned by the network’s data: ${what}`),
    ...accepted.map(({ what }) => `Accepted in place of a pin: ${what}`),
    ...overrides.map((what) => `Waived: ${what}`),
  ]
  return h(
    'div',
    { class: 'rests' },
    h(
      'p',
      { class: 'verdict' },
      finality && finalityPill(finality),
      ' ',
      `${where}under ${l1.status} Ethereum block ${l1.number}.${closes}`,
    ),
    firmness(verification),
    taken.length > 0 &&
      h(
        'details',
        { class: 'caveats' },
        h('summary', {}, 'What this does not say'),
        h('ul', {}, ...taken.map((what) => h('li', {}, `${what}.`))),
      ),
  )
}
