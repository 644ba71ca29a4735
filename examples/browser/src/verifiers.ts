// What verifiers say of an answer's batch: a rung between posted and final that Ethereum knows nothing of, and their weight as it
// arrives.

import type { AttestationWeight, LightClient, SyncEvent, Verification } from 'metis-light'
import { fill, h, type Child } from './dom.ts'
import { finalityPill } from './pill.ts'

const steps = ['posted', 'attested', 'final'] as const
const labels = { posted: 'Posted', attested: 'Attested', final: 'Final' }

/** How firm an answer's batch is, where verifiers were asked; follows what they say later. */
export function firmness({ finality, attestation, batch }: Verification): Child {
  if (!attestation || !batch) return undefined
  const place = h('div', { class: 'firmness', 'data-batch': `${batch.index}` })
  show(place, finality, attestation)
  return place
}

/** Takes what was just heard to wherever its batch is shown. */
export function hear(within: Element, { batch, finality, attestation }: Extract<SyncEvent, { type: 'attestation' }>): void {
  for (const place of within.querySelectorAll(`.firmness[data-batch="${batch}"]`)) {
    show(place, finality, attestation)
    place.closest('.rests')?.querySelector('.pill')?.replaceWith(finalityPill(finality))
  }
}

/**
 * Asks again and again what verifiers say of the batches that are shown, until all of them have spoken; what is new comes as an
 * event of the client.
 */
export function listen(client: LightClient, within: Element, every: number, signal: AbortSignal): void {
  const look = async (): Promise<void> => {
    for (const place of within.querySelectorAll<HTMLElement>('.firmness:not([data-is-whole])')) {
      // One that cannot be answered now can be in a while.
      await client.getAttestation({ batch: Number(place.dataset.batch), signal }).catch(() => undefined)
    }
    if (!signal.aborted) timer = setTimeout(() => void look(), every)
  }
  let timer = setTimeout(() => void look(), every)
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
}

function show(place: Element, finality: Verification['finality'], said: AttestationWeight): void {
  place.toggleAttribute('data-is-whole', said.weight + (said.contested?.weight ?? 0n) >= said.of)
  const here = steps.findIndex((step) => step === finality)
  const track = steps.map((step, at) => {
    const attributes = {
      'data-step': at < here ? 'past' : at === here ? 'here' : 'ahead',
      ...(at === here && { 'aria-current': 'step' }),
    }
    return h('li', attributes, labels[step])
  })
  fill(
    place,
    h('ol', { class: 'track', 'aria-label': 'How firm its batch is' }, ...track),
    bar(said),
    h('p', { class: 'weight' }, `Verifiers with ${percent(said.weight, said.of)} of the weight agree. `, needed(said)),
    said.contested && h('p', { class: 'contested' }, `Contested: verifiers with ${percent(said.contested.weight, said.of)} say that it is wrong.`),
    h('p', { class: 'small' }, 'They put their names to it. Nothing punishes a false word, and Ethereum waits all the same.'),
  )
}

function needed({ required, of, signers, requiredSigners }: AttestationWeight): string {
  const missing = requiredSigners - signers
  const least = `${percent(required, of)} are needed`
  return missing > 0 ? `${least}, and ${missing} more to sign.` : `${least}.`
}

/** In colour what agrees and what dissents, with a mark at what is needed: the words beside it say the same. */
function bar({ weight, of, required, contested }: AttestationWeight): Element {
  const part = (kind: string, style: string): Element => h('span', { 'data-part': kind, style })
  return h(
    'div',
    { class: 'weights', 'aria-hidden': 'true' },
    part('agree', `width: ${share(weight, of)}%`),
    contested ? part('dissent', `width: ${share(contested.weight, of)}%`) : undefined,
    part('needed', `left: ${share(required, of)}%`),
  )
}

function share(part: bigint, of: bigint): number {
  return Number((part * 1000n) / of) / 10
}

function percent(part: bigint, of: bigint): string {
  return `${share(part, of)} %`
}
