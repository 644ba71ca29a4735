// What came of a question, in large: the value and how firm it is, or why there is none.

import type { LightClientError, RelayMessage, Verification, Withdrawal } from 'metis-light'
import { copyButton, download, fill, h, type Child } from './dom.ts'
import type { Answer, Climb } from './climb.ts'
import { amount, short, size, span, time } from './format.ts'
import type { Lie } from './lies.ts'
import { rungs } from './rungs.ts'
import type { World } from './world.ts'

/** Shows the answer, or the refusal. */
export function showClimb(place: Element, climb: Climb, world: World, lie: Lie | undefined): void {
  const { answer, refusal, caught, bundle } = climb
  place.setAttribute('data-outcome', refusal && isRefused(refusal.error) ? 'refused' : refusal || answer?.kind === 'waiting' ? 'none' : 'proven')
  fill(
    place,
    caught.length > 0 && answer && caughtNote(climb),
    ...(answer ? showAnswer(answer, world) : []),
    lie && answer && caught.length === 0 && h('p', { class: 'small' }, 'The lie made no difference: the source was asked nothing that it lies about.'),
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
        h('p', {}, 'The node says that it was sent. Its block is in no batch on Ethereum yet, so nothing of it can be proven. ', estimate(answer)),
      ]
    case 'withdrawals':
      if (answer.withdrawals.length === 0) return [h('p', { class: 'verdict' }, 'This transaction sent no withdrawal.')]
      return answer.withdrawals.flatMap((one) => showWithdrawal(one, answer.relays.get(one.messageHash), world))
  }
}

function estimate({ status }: Extract<Answer, { kind: 'waiting' }>): string {
  return status.estimate.kind === 'projected' ? `If batches go on as before, it can be relayed around ${time(status.estimate.at)}.` : ''
}

function showWithdrawal({ token, status, target, messageHash }: Withdrawal, relay: RelayMessage | undefined, world: World): Child[] {
  const { verification, phase, readyAt } = status
  return [
    h('p', { class: 'of' }, 'Withdrawal to ', mono(token?.to ?? target)),
    token ? big(token.amount, token.asset === 'ERC20' ? `of ${short(token.l1Token ?? '')}` : token.asset) : h('p', { class: 'big' }, 'A message'),
    phases(phase),
    phase === 'in-challenge-period' && readyAt !== undefined && countdown(readyAt, world),
    phase === 'blocked' && h('p', {}, `Ethereum’s messenger would not relay it: ${status.reason ?? 'it is blocked'}.`),
    phase === 'disputed' && h('p', {}, 'Its batch is disputed on Ethereum.'),
    verification && restsOn(verification),
    relay && relayBox(relay),
    h('p', { class: 'small' }, 'Message ', mono(messageHash)),
  ]
}

const track: readonly (readonly [string, string])[] = [
  ['waiting-for-state-root', 'Sent'],
  ['in-challenge-period', 'In window'],
  ['ready-to-relay', 'Ready'],
  ['relayed', 'Relayed'],
]

/** The phases of a withdrawal, and where it is among them. */
function phases(phase: string): Element {
  const here = track.findIndex(([id]) => id === phase)
  const steps = track.map(([, label], place) => {
    const attributes = { 'data-step': place < here ? 'past' : place === here ? 'here' : 'ahead', ...(place === here && { 'aria-current': 'step' }) }
    return h('li', attributes, label)
  })
  return h('ol', { class: 'phases', 'aria-label': 'Phases of the withdrawal' }, ...steps)
}

/** Counts L1's time down. Where it reaches zero, that is still to be proven. */
function countdown(until: number, world: World): Element {
  const left = h('strong', {})
  const tick = (): void => {
    const seconds = until - world.clock()
    left.textContent = seconds > 0 ? span(seconds) : 'now, once a finalized block shows it'
  }
  tick()
  const element = h('p', { class: 'countdown' }, 'Can be relayed in ', left, h('span', { class: 'small' }, `at ${time(until)}, by Ethereum’s clock`))
  if (world.isRecorded) return element
  const timer = setInterval(() => (element.isConnected ? tick() : clearInterval(timer)), 1000)
  return element
}

const finalities: Readonly<Record<string, string>> = { final: 'Final', posted: 'Posted', disputed: 'Disputed' }

/** How firm it is, and what it rests on, in a sentence; then what it does not say. */
function restsOn({ finality, windowCloses, l1, l2, batch, notChecked, unpinned, accepted, overrides }: Verification): Element {
  const closes =
    windowCloses === undefined ? '' : finality === 'final' ? ` Its window closed on ${time(windowCloses)}.` : ` Its window closes on ${time(windowCloses)}; until then it can be disputed.`
  const where = l2 && batch ? `As of Metis block ${l2.number} in batch ${batch.index}, ` : 'As of '
  const taken = [
    ...notChecked.map((what) => `Not checked: ${what}`),
    ...unpinned.map((what) => `Not pinned by the network’s data: ${what}`),
    ...accepted.map(({ what }) => `Accepted in place of a pin: ${what}`),
    ...overrides.map((what) => `Waived: ${what}`),
  ]
  return h(
    'div',
    {},
    h('p', { class: 'verdict' }, finality && pill(finality, finalities[finality] ?? finality), ' ', `${where}under ${l1.status} Ethereum block ${l1.number}.${closes}`),
    taken.length > 0 && h('details', { class: 'caveats' }, h('summary', {}, 'What this does not say'), h('ul', {}, ...taken.map((what) => h('li', {}, `${what}.`)))),
  )
}

function relayBox({ to, data }: RelayMessage): Element {
  const wallet = walletOf(window)
  const said = h('span', { class: 'small', role: 'status' })
  const send = async (): Promise<void> => {
    try {
      const [from] = (await wallet?.request({ method: 'eth_requestAccounts' })) as string[]
      const hash = await wallet?.request({ method: 'eth_sendTransaction', params: [{ from, to, data, value: '0x0' }] })
      said.textContent = `Sent: ${short(String(hash))}`
    } catch (error) {
      said.textContent = `The wallet said no: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  return h(
    'div',
    { class: 'box' },
    h('h3', {}, 'Relay it'),
    h('p', {}, 'Anybody may send this call on Ethereum. The contract’s own checks were run on it again, under the block above.'),
    h('p', { class: 'small' }, 'To ', mono(to)),
    h('pre', { tabindex: '0', 'aria-label': 'Calldata', class: 'short' }, data),
    h('div', { class: 'row' }, copyButton(() => data, 'Copy calldata'), h('span', { class: 'small' }, size((data.length - 2) / 2)), wallet && h('button', { type: 'button', class: 'quiet', click: () => void send() }, 'Send with wallet'), said),
  )
}

interface Wallet {
  request(args: { method: string; params?: unknown }): Promise<unknown>
}

function walletOf(host: Window & { ethereum?: Wallet }): Wallet | undefined {
  return host.ethereum
}

function showRefusal({ error, rung }: NonNullable<Climb['refusal']>, lie: Lie | undefined): Element {
  const title = rungs.find(({ id }) => id === rung)?.title
  const { rule, got, expected } = error.details
  if (!isRefused(error)) {
    return h('div', {}, h('p', { class: 'big' }, calm[error.code] ?? 'No answer'), h('p', {}, sentence(error.shortMessage)), code(error))
  }
  return h(
    'div',
    {},
    h('p', { class: 'big' }, 'Refused'),
    h('p', {}, 'It broke at ', h('a', { href: `#rung-${rung}` }, title), got ? '.' : `: ${sentence(error.shortMessage)}`),
    h('p', {}, lie && `${lie.believed} `, 'Here nothing is shown.'),
    h('dl', { class: 'facts' }, ...[['Rule', rule], ['Got', got], ['Expected', expected]].flatMap(([name, value]) => (value ? [h('dt', {}, name), h('dd', {}, value)] : []))),
    code(error),
  )
}

const calm: Readonly<Record<string, string>> = { NOT_YET: 'Not yet', UNAVAILABLE: 'Nobody answers', MISUSE: 'That cannot be asked' }

function isRefused({ code }: LightClientError): boolean {
  return !(code in calm)
}

function code({ code, docsPath }: LightClientError): Element {
  return h('p', { class: 'small' }, mono(code), ` · ${docsPath}`)
}

function caughtNote({ caught }: Climb): Element {
  const nodes = [...new Set(caught.map(({ source }) => ({ beacon: 'beacon node', l1: 'Ethereum node', l2: 'Metis node' })[source]))]
  return h('p', { class: 'caught' }, `The first ${nodes.join(' and the first ')} was caught and passed over. What follows is from the second, and proven.`)
}

function bundleRow(bundle: string): Element {
  const save = h('button', { type: 'button', class: 'quiet', id: 'download', click: () => download('metis-light-proof.json', bundle) }, 'Download the proof')
  return h('div', { class: 'row' }, save, h('span', { class: 'small' }, `${size(bundle.length)}, to be checked by anybody without a network`))
}

function trafficLine({ traffic }: Climb): Element {
  const count = traffic.exchanges.length
  return h('p', { class: 'small' }, `${count} ${count === 1 ? 'answer' : 'answers'} from strangers, ${size(traffic.bytes)}. None was believed.`)
}

export function big(wei: bigint, unit: string): Element {
  const { whole, rest } = amount(wei)
  return h('p', { class: 'big' }, whole, h('span', { class: 'rest' }, rest), ' ', h('span', { class: 'unit' }, unit))
}

export function pill(kind: string, label: string): Element {
  return h('span', { class: 'pill', 'data-kind': kind }, label)
}

export function mono(text: string): Element {
  return h('code', {}, text)
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}
