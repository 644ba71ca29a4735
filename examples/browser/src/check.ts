// A portable proof that somebody hands over, checked here without asking anybody.

import type { Verification } from 'metis-light'
import { LightClientError, verifyBundle, type VerifiedBundle } from 'metis-light/verify'
import { byId, fill, h, type Child } from './dom.ts'
import { short, span } from './format.ts'
import { big, mono, restsOn, sentence } from './parts.ts'
import { pill } from './pill.ts'
import { pays } from './withdrawal.ts'
import type { World } from './world.ts'

/** Checks a file's text, from the world's checkpoint on and with nothing else. */
export async function checkBundle(place: Element, text: string, { network, checkpoint, clock }: World): Promise<void> {
  try {
    const found = await verifyBundle(text, { network, checkpoint, now: Math.floor(clock()) })
    place.setAttribute('data-outcome', 'proven')
    fill(place, ...shown(found))
  } catch (error) {
    place.setAttribute('data-outcome', 'refused')
    const refused =
      error instanceof LightClientError ? [sentence(error.shortMessage), ' ', mono(error.code)] : [String(error)]
    fill(place, h('p', {}, pill('disputed', 'Refused'), ' ', ...refused))
  }
}

function shown(found: VerifiedBundle): Child[] {
  const verification = verificationOf(found)
  const age = `That was ${span(found.age)} before now. What happened since, no file can say.`
  return [
    h('p', {}, pill('final', 'Holds'), ' ', 'Checked in this page, without asking anybody.'),
    ...subject(found),
    verification && restsOn(verification),
    h('p', { class: 'small' }, age),
  ]
}

function verificationOf(found: VerifiedBundle): Verification | undefined {
  switch (found.kind) {
    case 'balance':
      return found.balance.verification
    case 'withdrawals':
      return found.withdrawals[0]?.status.verification
    case 'account':
      return found.account.verification
    case 'storage':
      return found.words.verification
  }
}

function subject(found: VerifiedBundle): Child[] {
  switch (found.kind) {
    case 'balance':
      return [h('p', { class: 'of' }, 'Balance of ', mono(found.address)), big(found.balance.value, 'METIS')]
    case 'withdrawals':
      return found.withdrawals.flatMap(({ token, status, messageHash }) => [
        h('p', { class: 'of' }, 'Withdrawal ', mono(short(messageHash)), `, ${status.phase.replaceAll('-', ' ')}`),
        pays(token),
      ])
    case 'account':
      return [h('p', { class: 'of' }, 'Account ', mono(found.address), ` with nonce ${found.account.value.nonce}`)]
    case 'storage':
      return [
        h('p', { class: 'of' }, 'Storage of ', mono(found.address)),
        ...found.words.value.map(({ slot, word }) => h('p', { class: 'small' }, mono(`${short(slot)} = ${word}`))),
      ]
  }
}

async function check(file: File | undefined, world: World | undefined): Promise<void> {
  if (!file) return
  if (!world)
    return fill(
      byId('checked'),
      h('p', {}, 'Name your nodes and the checkpoint first: a proof begins at a checkpoint of yours.'),
    )
  await checkBundle(byId('checked'), await unpacked(file), world)
}

async function unpacked(file: File): Promise<string> {
  const [one, two] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  const isPacked = one === 0x1f && two === 0x8b
  return isPacked ? new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).text() : file.text()
}

/** Listens for files that are chosen or dropped; the world is the one of that moment. */
export function listenForFiles(world: () => Promise<World> | undefined): void {
  const take = async (given: File | undefined): Promise<void> => check(given, await world())
  const drop = byId('drop')
  const file = byId<HTMLInputElement>('file')
  file.addEventListener('change', () => {
    void take(file.files?.[0])
    file.value = ''
  })
  const hover = (isOver: boolean) => (event: Event) => {
    event.preventDefault()
    drop.toggleAttribute('data-over', isOver)
  }
  drop.addEventListener('dragover', hover(true))
  drop.addEventListener('dragleave', hover(false))
  drop.addEventListener('drop', (event) => {
    hover(false)(event)
    void take(event.dataTransfer?.files[0])
  })
}
