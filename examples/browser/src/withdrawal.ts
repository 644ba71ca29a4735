// A withdrawal: what it pays, its phases, the time that is left by Ethereum's clock, and the call that relays it.

import type { RelayMessage, Withdrawal } from 'metis-light'
import { copyButton, h, type Child } from './dom.ts'
import { short, size, span, time } from './format.ts'
import { big, mono, restsOn } from './parts.ts'
import type { World } from './world.ts'

/** Shows a withdrawal, with the call where it is ready. */
export function showWithdrawal(
  { token, status, target, messageHash }: Withdrawal,
  relay: RelayMessage | undefined,
  world: World,
): Child[] {
  const { verification, phase, readyAt } = status
  return [
    h('p', { class: 'of' }, 'Withdrawal to ', mono(token?.to ?? target)),
    pays(token),
    phases(phase),
    phase === 'in-challenge-period' && readyAt !== undefined && countdown(readyAt, world),
    phase === 'blocked' && h('p', {}, `Ethereum’s messenger would not relay it: ${status.reason ?? 'it is blocked'}.`),
    phase === 'disputed' && h('p', {}, 'Its batch is disputed on Ethereum.'),
    verification && restsOn(verification),
    relay && relayBox(relay),
    h('p', { class: 'small' }, 'Message ', mono(messageHash)),
  ]
}

/** Tokens have decimals of their own, which nothing here knows: those of the bridge are shown in their smallest unit. */
export function pays(token: Withdrawal['token']): Element {
  if (!token) return h('p', { class: 'big' }, 'A message')
  if (token.asset !== 'ERC20') return big(token.amount, token.asset)
  return h('p', { class: 'big' }, `${token.amount} `, h('span', { class: 'unit' }, `units of ${short(token.l1Token ?? '')}`))
}

const track: readonly (readonly [string, string])[] = [
  ['waiting-for-state-root', 'Sent'],
  ['in-challenge-period', 'In window'],
  ['ready-to-relay', 'Ready'],
  ['relayed', 'Relayed'],
]

/** The phases of a withdrawal, and where it is among them. */
export function phases(phase: string): Element {
  const here = track.findIndex(([id]) => id === phase)
  const steps = track.map(([, label], place) => {
    const attributes = {
      'data-step': place < here ? 'past' : place === here ? 'here' : 'ahead',
      ...(place === here && { 'aria-current': 'step' }),
    }
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
  const element = h(
    'p',
    { class: 'countdown' },
    'Can be relayed in ',
    left,
    h('span', { class: 'small' }, `at ${time(until)}, by Ethereum’s clock`),
  )
  if (world.isRecorded) return element
  const timer = setInterval(() => (element.isConnected ? tick() : clearInterval(timer)), 1000)
  return element
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
    h(
      'p',
      {},
      'Anybody may send this call on Ethereum. The contract’s own checks were run on it again, under the block above.',
    ),
    h('p', { class: 'small' }, 'To ', mono(to)),
    h('pre', { tabindex: '0', 'aria-label': 'Calldata', class: 'short' }, data),
    h(
      'div',
      { class: 'row' },
      copyButton(() => data, 'Copy calldata'),
      h('span', { class: 'small' }, size((data.length - 2) / 2)),
      wallet && h('button', { type: 'button', class: 'quiet', click: () => void send() }, 'Send with wallet'),
      said,
    ),
  )
}

interface Wallet {
  request(args: { method: string; params?: unknown }): Promise<unknown>
}

function walletOf(host: Window & { ethereum?: Wallet }): Wallet | undefined {
  return host.ethereum
}
