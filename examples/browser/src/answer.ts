// What came of a question, in large: the value and how firm it is, or why there is none.

import type { LightClientError } from 'metis-light'
import { download, fill, h, type Child } from './dom.ts'
import type { Answer, Climb } from './climb.ts'
import { size, time } from './format.ts'
import type { Lie } from './lies.ts'
import { big, mono, restsOn, sentence } from './parts.ts'
import { pill } from './pill.ts'
import { rungs } from './rungs.ts'
import { phases, showWithdrawal } from './withdrawal.ts'
import type { World } from './world.ts'

/** Shows the answer, or the refusal. */
export function showClimb(place: Element, climb: Climb, world: World, lie: Lie | undefined): void {
  const { answer, refusal, caught, bundle } = climb
  place.setAttribute(
    'data-outcome',
    refusal && isRefused(refusal.error) ? 'refused' : refusal || answer?.kind === 'waiting' ? 'none' : 'proven',
  )
  fill(
    place,
    caught.length > 0 && answer && caughtNote(climb),
    ...(answer ? showAnswer(answer, world) : []),
    lie &&
      answer &&
      caught.length === 0 &&
      h('p', { class: 'small' }, 'The lie made no difference: the source was asked nothing that it lies about.'),
    refusal && showRefusal(refusal, lie),
    bundle !== undefined && bundleRow(bundle),
    trafficLine(climb),
  )
}

/** Shows what was asked while it is looked for. */
export function showClimbing(place: Element): void {
  place.setAttribute('data-outcome', 'climbing')
  fill(place, h('p', { class: 'quiet-line' }, 'Climbing from the checkpoint…'))
}

function showAnswer(answer: Answer, world: World): Child[] {
  switch (answer.kind) {
    case 'balance': {
      const { value, verification } = answer.balance
      return [h('p', { class: 'of' }, 'Balance of ', mono(answer.address)), big(value, 'METIS'), restsOn(verification)]
    }
    case 'waiting':
      return [
        h('p', { class: 'of' }, 'Withdrawal of ', mono(answer.transaction)),
        h('p', { class: 'verdict' }, pill('waiting', 'Not posted yet')),
        phases('waiting-for-state-root'),
        h(
          'p',
          {},
          'The node says that it was sent. Its block is in no batch on Ethereum yet, so nothing of it can be proven. ',
          estimate(answer),
        ),
      ]
    case 'withdrawals':
      if (answer.withdrawals.length === 0) return [h('p', { class: 'verdict' }, 'This transaction sent no withdrawal.')]
      return answer.withdrawals.flatMap((one) => showWithdrawal(one, answer.relays.get(one.messageHash), world))
  }
}

function estimate({ status }: Extract<Answer, { kind: 'waiting' }>): string {
  return status.estimate.kind === 'projected'
    ? `If batches go on as before, it can be relayed around ${time(status.estimate.at)}.`
    : ''
}

function showRefusal({ error, rung }: NonNullable<Climb['refusal']>, lie: Lie | undefined): Element {
  const title = rungs.find(({ id }) => id === rung)?.title
  const { rule, got, expected } = error.details
  if (!isRefused(error)) {
    return h(
      'div',
      {},
      h('p', { class: 'big' }, calm[error.code] ?? 'No answer'),
      h('p', {}, sentence(error.shortMessage)),
      code(error),
    )
  }
  return h(
    'div',
    {},
    h('p', { class: 'big' }, 'Refused'),
    h('p', {}, 'It broke at ', h('a', { href: `#rung-${rung}` }, title), got ? '.' : `: ${sentence(error.shortMessage)}`),
    h('p', {}, lie && `${lie.believed} `, 'Here nothing is shown.'),
    h(
      'dl',
      { class: 'facts' },
      ...[
        ['Rule', rule],
        ['Got', got],
        ['Expected', expected],
      ].flatMap(([name, value]) => (value ? [h('dt', {}, name), h('dd', {}, value)] : [])),
    ),
    code(error),
  )
}

const calm: Readonly<Record<string, string>> = {
  NOT_YET: 'Not yet',
  UNAVAILABLE: 'Nobody answers',
  MISUSE: 'That cannot be asked',
}

function isRefused({ code }: LightClientError): boolean {
  return !(code in calm)
}

function code({ code, docsPath }: LightClientError): Element {
  return h('p', { class: 'small' }, mono(code), ` · ${docsPath}`)
}

function caughtNote({ caught }: Climb): Element {
  const nodes = [
    ...new Set(caught.map(({ source }) => ({ beacon: 'beacon node', l1: 'Ethereum node', l2: 'Metis node' })[source])),
  ]
  return h(
    'p',
    { class: 'caught' },
    `The first ${nodes.join(' and the first ')} was caught and passed over. What follows is from the second, and proven.`,
  )
}

function bundleRow(bundle: string): Element {
  const save = h(
    'button',
    { type: 'button', class: 'quiet', id: 'download', click: () => download('metis-light-proof.json', bundle) },
    'Download the proof',
  )
  return h(
    'div',
    { class: 'row' },
    save,
    h('span', { class: 'small' }, `${size(bundle.length)}, to be checked by anybody without a network`),
  )
}

function trafficLine({ traffic }: Climb): Element {
  const count = traffic.exchanges.length
  return h(
    'p',
    { class: 'small' },
    `${count} ${count === 1 ? 'answer' : 'answers'} from strangers, ${size(traffic.bytes)}. None was believed.`,
  )
}
