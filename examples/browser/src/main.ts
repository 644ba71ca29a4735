// The page: what the visitor sets, one climb at a time, and what came of it.

import { LightClientError, type Heads, type LightClient } from 'metis-light'
import { showClimb, showClimbing } from './answer.ts'
import { showChart, lastBatches } from './chart.ts'
import { listenForFiles } from './check.ts'
import { ask, climb, questionOf, type Climb, type Question } from './climb.ts'
import { byId, fill, h } from './dom.ts'
import { time } from './format.ts'
import { Ladder } from './ladder.ts'
import { lies, type Lie } from './lies.ts'
import { listenForTheme } from './theme.ts'
import { hear, listen } from './verifiers.ts'
import { moments, namedWorld, recordedWorld, samples, type Named, type World } from './world.ts'

/** Milliseconds that a recorded answer takes, so that one can follow; none where motion is unwanted. */
const pause = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 90
/** How often named nodes are asked for what is new. */
const lookEvery = 12_000
/** How many batches the chart goes back: on the main chain each costs some hundred kilobytes. */
const batchesShown = 6

const ladder = new Ladder(byId('ladder'))
const answer = byId('answer')
const question = byId<HTMLInputElement>('question')
const named = byId<HTMLFormElement>('named')

let moment = moments[1] ?? moments[0]
let world: Promise<World> | undefined
let under: AbortController | undefined
let client: LightClient | undefined

// Whom to ask.

function recorded(): Promise<World> {
  if (!moment) throw new Error('the recording has no moments')
  byId('moment-time').textContent = `its clock stands at ${time(moment.at)}`
  return recordedWorld(moment, pause)
}

function showMoments(): void {
  for (const one of moments) {
    const radio = h('input', {
      type: 'radio',
      name: 'moment',
      value: one.phase,
      checked: one === moment,
      change: () => choose(one),
    })
    byId('moment-time').before(h('label', {}, radio, h('span', {}, one.label)))
  }
}

function choose(one: (typeof moments)[number]): void {
  moment = one
  world = recorded()
  void prove()
}

function chooseOrigin(): void {
  const isRecorded = byId<HTMLInputElement>('origin').querySelector<HTMLInputElement>(':checked')?.value === 'recorded'
  named.hidden = isRecorded
  byId('moments').hidden = !isRecorded
  byId('samples').hidden = !isRecorded
  world = isRecorded ? recorded() : undefined
  stop()
  ladder.begin()
  if (isRecorded) return void prove()
  question.value = ''
  answer.removeAttribute('data-outcome')
  fill(answer, h('p', { class: 'quiet-line' }, 'Name your nodes above, then ask.'))
  fill(byId('chart'), h('p', { class: 'quiet-line' }, 'Ask something first.'))
  if (named.checkValidity()) takeNamed()
}

function takeNamed(): void {
  const given = Object.fromEntries(new FormData(named)) as unknown as Named
  const state = byId('named-state')
  try {
    world = Promise.resolve(namedWorld(given))
    state.textContent = 'Taken. Now ask something.'
    fill(answer, h('p', { class: 'quiet-line' }, 'Now ask something.'))
    question.focus()
  } catch (error) {
    state.textContent = `That cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Fields can come with the page's address: `?beacon=…&l1=…&l2=…&checkpoint=…`. */
function fillFromAddress(): void {
  const given = new URLSearchParams(location.search)
  for (const [name, value] of given) {
    const field = named.elements.namedItem(name)
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement)
      field.value = value
  }
  if (!given.has('l2')) return
  byId<HTMLDetailsElement>('test-network').open = given.has('networkFile') || given.has('now')
  const own = byId('origin').querySelector<HTMLInputElement>('[value=named]')
  if (own) own.checked = true
}

// The question.

function chosenLie(): Lie | undefined {
  const isOn = byId<HTMLInputElement>('lie').checked
  return isOn ? lies.find(({ id }) => id === byId<HTMLSelectElement>('which-lie').value) : undefined
}

/** Offers the lies that can be told about a question; the chosen one stays, where it is among them. */
function offerLies(asked: Question): void {
  const select = byId<HTMLSelectElement>('which-lie')
  const kind = 'address' in asked ? 'balance' : 'withdrawal'
  const offered = lies.filter(({ only }) => only === undefined || only === kind)
  const chosen = offered.find(({ id }) => id === select.value) ?? offered[0]
  fill(select, ...offered.map((lie) => h('option', { value: lie.id, selected: lie === chosen }, lie.title)))
  byId('lie-says').textContent = chosen?.says ?? ''
  // Whoever stands beside one that is silent has nothing newer either.
  byId<HTMLInputElement>('beside').disabled = chosen?.silentFor !== undefined
}

function listenForLies(): void {
  const lie = byId<HTMLInputElement>('lie')
  lie.addEventListener('change', () => {
    byId('lies').hidden = !lie.checked
    void prove()
  })
  for (const id of ['which-lie', 'beside']) byId(id).addEventListener('change', () => void prove())
}

function showSamples(): void {
  const tries = samples.map(({ label, value }) =>
    h(
      'button',
      {
        type: 'button',
        class: 'link',
        click: () => {
          question.value = value
          void prove()
        },
      },
      label,
    ),
  )
  fill(byId('samples'), 'Try ', ...tries.flatMap((one, place) => [place > 0 && ' · ', one]))
}

function stop(): void {
  under?.abort()
  void client?.close()
  client = undefined
}

/** Climbs to what is asked; a climb that is under way is given up. */
async function prove(): Promise<void> {
  const asked = questionOf(question.value)
  const from = await world
  const hint = !from
    ? 'Name your nodes first.'
    : asked
      ? ''
      : question.value
        ? 'That is neither an address nor a transaction.'
        : ''
  byId('ask-hint').textContent = hint
  question.toggleAttribute('aria-invalid', hint !== '')
  if (asked) offerLies(asked)
  if (!asked || !from) return
  stop()
  const abort = (under = new AbortController())
  const lie = chosenLie()
  ladder.begin()
  showClimbing(answer)
  try {
    const isBeside = byId<HTMLInputElement>('beside').checked && lie?.silentFor === undefined
    const onAsk = (rung: Parameters<Ladder['reach']>[0]): void => void (abort.signal.aborted || ladder.reach(rung))
    const found = await climb(from, asked, {
      lie,
      isBeside,
      signal: abort.signal,
      onAsk,
      onHeads: () => undefined,
      onAttestation: (event) => void (abort.signal.aborted || hear(answer, event)),
    })
    if (abort.signal.aborted) return void found.client.close()
    client = found.client
    show(found, from, lie)
    // Without motion all recorded words are there at once.
    const every = from.isRecorded ? 8 * pause : lookEvery
    if (from.attestations && !found.refusal && every > 0) listen(found.client, answer, every, abort.signal)
    if (found.heads && !found.refusal) await chart(found.client, found.heads, from, abort.signal)
    if (!abort.signal.aborted && !from.isRecorded && !lie && !found.refusal) follow(found, asked, from, abort.signal)
  } catch (error) {
    if (abort.signal.aborted) return
    answer.setAttribute('data-outcome', 'none')
    fill(
      answer,
      h('p', { class: 'big' }, 'That cannot be asked'),
      h('p', {}, error instanceof Error ? error.message : String(error)),
    )
  }
}

function show(found: Climb, from: World, lie: Lie | undefined): void {
  ladder.end(found, from)
  showClimb(answer, found, from, lie)
}

async function chart(of: LightClient, heads: Heads, from: World, signal: AbortSignal): Promise<void> {
  const batches = await lastBatches(of, heads, from.anyone, batchesShown)
  if (!signal.aborted) showChart(byId('chart'), batches, heads.l1.finalized.timestamp)
}

/** Named nodes go on: whenever Ethereum has finalized something new, the same is asked again. */
function follow(found: Climb, asked: Question, from: World, signal: AbortSignal): void {
  let shown = found.heads?.l1.finalized.hash
  const again = async (heads: Heads): Promise<void> => {
    if (heads.l1.finalized.hash === shown) return
    shown = heads.l1.finalized.hash
    const { bundle: _, ...rest } = found
    show({ ...rest, heads, answer: await ask(found.client, asked, signal) }, from, undefined)
    await chart(found.client, heads, from, signal)
  }
  const onError = (error: unknown): void => {
    if (signal.aborted) return
    if (!(error instanceof LightClientError)) throw error
    answer.querySelector('.later')?.remove()
    answer.append(
      h(
        'p',
        { class: 'caught later' },
        `A later look came to nothing, so this is as of the block above. (${error.code}: ${error.shortMessage})`,
      ),
    )
  }
  const unwatch = found.client.watchHeads({
    interval: lookEvery,
    onHeads: (heads) => void again(heads).catch(onError),
    onError,
  })
  signal.addEventListener('abort', unwatch, { once: true })
}

listenForTheme()
listenForFiles(() => world)
showMoments()
showSamples()
listenForLies()
fillFromAddress()
question.value = samples.at(-1)?.value ?? ''
byId('origin').addEventListener('change', chooseOrigin)
byId('ask').addEventListener('submit', (event) => {
  event.preventDefault()
  void prove()
})
named.addEventListener('submit', (event) => {
  event.preventDefault()
  takeNamed()
})
chooseOrigin()
