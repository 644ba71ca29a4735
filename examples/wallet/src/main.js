// A wallet's screen of withdrawals: each with what it pays, where it stands, how long it still takes, and the button that relays
// it once Ethereum would take it.
//
// Nothing is shown that was not proven. A node that lies or fails costs the user an answer, never a false one: the screen then
// says so, keeps what it had shown with its time, and looks again. Times are Ethereum's.

import { createLightClient, indexedDbStorage, LightClientError } from 'metis-light'

/** A wallet has these in its settings; here they come with the page's address. */
const settings = Object.fromEntries(new URLSearchParams(location.search))
const lookAgainAfter = 60_000

const clock = settings.now ? () => Number(settings.now) : () => Date.now() / 1000
const list = document.querySelector('#withdrawals')
const opening = open()

async function open() {
  return createLightClient({
    network: settings.network ? await (await fetch(settings.network)).text() : 'andromeda',
    checkpoint: settings.checkpoint,
    l1: { beacon: settings.beacon.split(','), execution: settings.l1.split(',') },
    l2: settings.l2.split(','),
    storage: indexedDbStorage(),
    clock,
  })
}

/** What the user has withdrawn, by transaction. */
function remembered() {
  return JSON.parse(localStorage.getItem('withdrawals') ?? '[]')
}

function remember(hash) {
  localStorage.setItem('withdrawals', JSON.stringify([...new Set([...remembered(), hash])]))
}

/** An entry for a transaction, that looks again as long as something is to come. */
function show(hash) {
  const item = document.createElement('li')
  list.prepend(item)
  const look = async () => {
    const isDone = await refresh(item, hash)
    if (!isDone) setTimeout(() => void look(), lookAgainAfter)
  }
  say(item, [['basis', 'Proving…']])
  void look()
}

/** Shows a transaction's withdrawals as they are now; true once nothing is to come. */
async function refresh(item, hash) {
  try {
    const light = await opening
    await light.ready()
    const withdrawals = await light.getWithdrawals({ hash })
    if (withdrawals.length === 0)
      say(item, [
        ['amount', 'No withdrawal'],
        ['basis', 'This transaction sent none.'],
      ])
    else item.replaceChildren(...withdrawals.map(entry))
    return withdrawals.every(({ status }) => status.next === 'nothing')
  } catch (error) {
    if (!(error instanceof LightClientError)) throw error
    if (error.code === 'NOT_YET') await showWaiting(item, hash)
    else showFailure(item, error)
    return error.code === 'MISUSE'
  }
}

/** One message: what it pays, where it stands, and what can be done. */
function entry(withdrawal) {
  const { token, target, status } = withdrawal
  const box = document.createElement('div')
  say(box, [
    ['amount', token ? amount(token) : 'A message'],
    ['', `to ${token?.to ?? target}`],
    ['phase', sentence(status)],
    ['basis', basis(status.verification)],
  ])
  if (status.next === 'relay') box.append(relayButton(withdrawal))
  return box
}

function sentence({ phase, readyAt, reason }) {
  switch (phase) {
    case 'in-challenge-period':
      return `Can be relayed in ${span(readyAt - clock())}`
    case 'ready-to-relay':
      return 'Ready: relay it to be paid'
    case 'relayed':
      return 'Paid on Ethereum'
    case 'disputed':
      return 'Its batch is disputed on Ethereum'
    case 'blocked':
      return `Ethereum’s messenger would not relay it: ${reason}`
  }
}

/** What it rests on, in a line. */
function basis({ finality, l1, batch }) {
  return `${finality} in batch ${batch.index}, proven at Ethereum block ${l1.number} of ${time(l1.timestamp)}`
}

/** Not posted yet: a node's word, and an estimate. */
async function showWaiting(item, hash) {
  const { estimate } = await (await opening).getWithdrawalStatus({ hash })
  const when = estimate.kind === 'projected' ? ` Around ${time(estimate.at)} it can be relayed.` : ''
  say(item, [
    ['amount', 'Sent'],
    ['phase', 'Waiting for its batch'],
    ['basis', `Nothing of it can be proven yet.${when}`],
  ])
}

/** Keeps what was shown, and says why there is nothing newer. */
function showFailure(item, error) {
  const why = error.code === 'UNAVAILABLE' ? 'No node answers.' : 'A node’s answer was refused.'
  const note = paragraph('failure', `${why} Looking again. (${error.code})`)
  item.querySelector('.failure')?.remove()
  if (item.querySelector('.amount')) item.append(note)
  else item.replaceChildren(note)
}

function relayButton({ hash, messageHash }) {
  const button = document.createElement('button')
  button.textContent = 'Relay'
  button.addEventListener('click', async () => {
    button.disabled = true
    try {
      const { to, data } = await (await opening).buildRelayMessage({ hash, messageHash })
      const [from] = await window.ethereum.request({ method: 'eth_requestAccounts' })
      await window.ethereum.request({ method: 'eth_sendTransaction', params: [{ from, to, data, value: '0x0' }] })
      button.textContent = 'Sent'
    } catch (error) {
      button.disabled = false
      button.after(paragraph('failure', error.message))
    }
  })
  return button
}

function say(place, lines) {
  place.replaceChildren(...lines.map(([name, text]) => paragraph(name, text)))
}

function paragraph(name, text) {
  return Object.assign(document.createElement('p'), { className: name, textContent: text })
}

/** A wallet knows the names and decimals of its tokens; here they are in their smallest units. */
function amount({ asset, amount: units, l1Token }) {
  if (asset === 'ERC20') return `${units} of ${l1Token}`
  const digits = units.toString().padStart(19, '0')
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, '') + ` ${asset}`
}

function span(seconds) {
  const minutes = Math.ceil(seconds / 60)
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
}

function time(seconds) {
  return new Date(seconds * 1000).toLocaleString('en-GB', { timeZone: 'UTC', timeZoneName: 'short' })
}

document.querySelector('#add').addEventListener('submit', (event) => {
  event.preventDefault()
  const hash = new FormData(event.target).get('hash')
  if (!remembered().includes(hash)) show(hash)
  remember(hash)
  event.target.reset()
})
for (const hash of remembered()) show(hash)
