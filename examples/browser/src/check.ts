// A portable proof that somebody hands over, checked here without asking anybody.

import { LightClientError, verifyBundle, type VerifiedBundle } from 'metis-light/verify'
import { big, mono, pill } from './answer.ts'
import { fill, h, type Child } from './dom.ts'
import { short, span, time } from './format.ts'
import type { World } from './world.ts'

/** Checks a file's text, from the world's checkpoint on and with nothing else. */
export async function checkBundle(place: Element, text: string, { network, checkpoint, clock }: World): Promise<void> {
  try {
    const found = await verifyBundle(text, { network, checkpoint, now: Math.floor(clock()) })
    place.setAttribute('data-outcome', 'proven')
    fill(place, ...shown(found))
  } catch (error) {
    place.setAttribute('data-outcome', 'refused')
    const refused = error instanceof LightClientError ? [sentenceOf(error), ' ', mono(error.code)] : [String(error)]
    fill(place, h('p', {}, pill('disputed', 'Refused'), ' ', ...refused))
  }
}

function sentenceOf({ shortMessage }: LightClientError): string {
  return `${shortMessage.slice(0, 1).toUpperCase()}${shortMessage.slice(1)}.`
}

function shown(found: VerifiedBundle): Child[] {
  const verification = 'balance' in found ? found.balance.verification : 'withdrawals' in found ? found.withdrawals[0]?.status.verification : undefined
  const l1 = verification?.l1
  return [
    h('p', {}, pill('final', 'Holds'), ' ', 'Checked in this page, without asking anybody.'),
    ...subject(found),
    l1 && h('p', { class: 'small' }, `As of Ethereum block ${l1.number}, ${time(l1.timestamp)}, ${span(found.age)} before now. What happened since, no file can say.`),
  ]
}

function subject(found: VerifiedBundle): Child[] {
  switch (found.kind) {
    case 'balance':
      return [h('p', { class: 'of' }, 'Balance of ', mono(found.address)), big(found.balance.value, 'METIS')]
    case 'withdrawals':
      return found.withdrawals.flatMap(({ token, status, messageHash }) => [
        h('p', { class: 'of' }, 'Withdrawal ', mono(short(messageHash)), `, ${status.phase.replaceAll('-', ' ')}`),
        token && big(token.amount, token.asset),
      ])
    case 'account':
      return [h('p', { class: 'of' }, 'Account ', mono(found.address), ` with nonce ${found.account.value.nonce}`)]
    case 'storage':
      return [h('p', { class: 'of' }, 'Storage of ', mono(found.address)), ...found.words.value.map(({ slot, word }) => h('p', { class: 'small' }, mono(`${short(slot)} = ${word}`)))]
  }
}
