// The ladder as one sees it: the answer on top, what it rests on below, the checkpoint on the ground. It is climbed from below.

import { copyButton, fill, h } from './dom.ts'
import type { Climb } from './climb.ts'
import { evidenceOf, type Evidence } from './evidence.ts'
import { clockTime, short, size, tidy, time } from './format.ts'
import { height, rungs, type RungId } from './rungs.ts'
import type { BeaconTime, World } from './world.ts'

type State = 'idle' | 'asking' | 'holds' | 'broken' | 'beyond'

const said: Readonly<Record<State, string>> = {
  idle: 'Not looked at yet',
  asking: 'Being asked',
  holds: 'Holds',
  broken: 'Does not hold',
  beyond: 'Not reached',
}

class Step {
  readonly element = h('li', { class: 'rung', 'data-state': 'idle' })
  readonly #state = h('span', { class: 'visually-hidden' }, said.idle)
  readonly #fact = h('p', { class: 'fact' })
  readonly #note = h('p', { class: 'note' })
  readonly #proof = h('div', {})

  constructor({ id, title, why }: (typeof rungs)[number]) {
    this.element.id = `rung-${id}`
    const head = h('h3', {}, title, ' ', this.#state)
    this.element.append(
      h('span', { class: 'mark', 'aria-hidden': 'true' }),
      head,
      this.#fact,
      h('p', { class: 'why' }, why),
      this.#note,
      this.#proof,
    )
  }

  set state(state: State) {
    this.element.dataset.state = state
    this.#state.textContent = `(${said[state]})`
  }

  get state(): State {
    return this.element.dataset.state as State
  }

  say(fact: string, note = ''): void {
    this.#fact.textContent = fact
    this.#note.textContent = note
  }

  open(evidence: readonly Evidence[], label: string): void {
    const bytes = evidence.reduce((sum, { text }) => sum + text.length, 0)
    const parts = evidence.flatMap(({ label, text }) => [
      h(
        'div',
        { class: 'raw-head' },
        h('span', {}, label),
        copyButton(() => text),
      ),
      h('pre', { tabindex: '0', 'aria-label': label }, text),
    ])
    fill(this.#proof, evidence.length > 0 && h('details', {}, h('summary', {}, label, h('span', {}, size(bytes))), ...parts))
  }
}

/** The list of rungs. */
export class Ladder {
  #isClimbing = false
  readonly #steps = new Map(rungs.map((rung) => [rung.id, new Step(rung)]))

  constructor(list: Element) {
    for (const { id } of rungs.toReversed()) list.append(this.#step(id).element)
  }

  begin(): void {
    this.#isClimbing = true
    for (const { id } of rungs) {
      const step = this.#step(id)
      step.state = 'idle'
      step.say('')
      step.open([], '')
    }
  }

  /** A rung is asked about: what the client goes on from has held. */
  reach(id: RungId): void {
    if (!this.#isClimbing || this.#step(id).state === 'holds') return
    for (const rung of rungs.slice(0, height(id))) this.#step(rung.id).state = 'holds'
    this.#step(id).state = 'asking'
  }

  /** What came of the climb. */
  end(climb: Climb, world: World): void {
    this.#isClimbing = false
    const facts = factsOf(climb, world)
    const label = climb.bundle ? 'Raw proof' : 'What the sources said'
    const evidence = evidenceOf(climb)
    const broken = climb.refusal && !isNobodysFault(climb) ? height(climb.refusal.rung) : undefined
    const top = climb.answer ? rungs.length : (broken ?? height(climb.refusal?.rung ?? 'checkpoint'))
    for (const [place, { id }] of rungs.entries()) {
      const step = this.#step(id)
      const isWaiting = climb.answer?.kind === 'waiting' && id === 'answer'
      step.state =
        place === broken ? 'broken' : isWaiting || place > top || (place === top && !climb.answer) ? 'beyond' : 'holds'
      step.say(place <= top ? (facts.get(id) ?? '') : '', noteOf(climb, id))
      step.open(place <= top ? (evidence.get(id) ?? []) : [], label)
    }
  }

  #step(id: RungId): Step {
    const step = this.#steps.get(id)
    if (!step) throw new Error(`there is no rung ${id}`)
    return step
  }
}

/** A refusal that no source is to blame for: nothing broke, it only ended there. */
function isNobodysFault({ refusal }: Climb): boolean {
  const code = refusal?.error.code
  return code === 'NOT_YET' || code === 'MISUSE' || code === 'UNAVAILABLE'
}

function noteOf({ caught, refusal }: Climb, id: RungId): string {
  if (refusal?.rung === id) return tidy(refusal.error.shortMessage)
  const liar = caught.find(({ rung }) => rung === id)
  return liar ? `The first source was caught here and passed over: ${tidy(liar.message)}` : ''
}

function factsOf({ heads, answer, traffic }: Climb, { checkpoint, beaconTime }: World): Map<RungId, string> {
  const facts = new Map<RungId, string>([['checkpoint', short(checkpoint)]])
  if (!heads) return facts
  const { l1, batches, verification: head } = heads
  const from = periodOf(slotOfBootstrap(traffic.newest('checkpoint', '/bootstrap/')?.answer), beaconTime)
  const to = periodOf((l1.finalized.timestamp - beaconTime.genesisTime) / beaconTime.secondsPerSlot, beaconTime)
  facts.set('committees', from === undefined ? `Period ${to}` : from === to ? `Period ${from}` : `Period ${from} to ${to}`)
  facts.set('l1', `Block ${l1.finalized.number}, finalized · ${time(l1.finalized.timestamp)}`)
  if (head)
    facts.set('contracts', `${batches} ${batches === 1 ? 'batch' : 'batches'} · window of ${head.window.seconds} seconds`)
  const at =
    answer?.kind === 'balance'
      ? answer.balance.verification
      : answer?.kind === 'withdrawals'
        ? answer.withdrawals[0]?.status.verification
        : undefined
  const { batch, l2, windowCloses, finality } = at ?? head ?? {}
  if (batch) {
    const until =
      windowCloses === undefined
        ? (finality ?? '')
        : `window ${finality === 'final' ? 'closed' : 'closes'} ${clockTime(windowCloses)}`
    facts.set('batch', `Batch ${batch.index}, blocks ${batch.firstBlock} to ${batch.lastBlock} · ${until}`)
  }
  if (l2) facts.set('root', `Metis block ${l2.number} · ${short(l2.stateRoot)}`)
  if (answer) facts.set('answer', factOf(answer))
  return facts
}

function factOf(answer: NonNullable<Climb['answer']>): string {
  if (answer.kind === 'balance') return `The METIS of ${short(answer.address)}`
  if (answer.kind === 'waiting') return `The withdrawal of ${short(answer.transaction)} is not posted yet`
  const count = answer.withdrawals.length
  return `${count} ${count === 1 ? 'message' : 'messages'} of ${short(answer.transaction)}`
}

function periodOf(slot: number | undefined, { slotsPerPeriod }: BeaconTime): number | undefined {
  return slot === undefined || Number.isNaN(slot) ? undefined : Math.floor(slot / slotsPerPeriod)
}

/** The slot of the checkpoint's block, which the client has hashed. */
function slotOfBootstrap(text: string | undefined): number | undefined {
  try {
    return text === undefined ? undefined : Number(JSON.parse(text).data.header.beacon.slot)
  } catch {
    return undefined
  }
}
