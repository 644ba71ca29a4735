// Posted and final height of L2 against L1's time, batch by batch, each of them proven. Drawn by hand: two staircases.

import type { Address, Heads, LightClient, Verification } from 'metis-light'
import { fill, h, svg, type Child } from './dom.ts'
import { clockTime } from './format.ts'

/** A proven batch: when it was posted, and when its window closes. */
export interface Posted {
  readonly index: number
  readonly firstBlock: number
  readonly lastBlock: number
  readonly posted: number
  readonly closes: number
}

/** Proves the last batches, newest first, as far as nodes still have their states. */
export async function lastBatches(
  client: LightClient,
  heads: Heads,
  anyone: Address,
  most: number,
): Promise<readonly Posted[]> {
  const found: Posted[] = []
  let block = heads.postedBlock
  while (found.length < most && block > 0n) {
    const batch = await batchOf(client, anyone, block)
    if (!batch) break
    found.unshift(batch)
    block = BigInt(batch.firstBlock) - 1n
  }
  return found
}

async function batchOf(client: LightClient, address: Address, block: bigint): Promise<Posted | undefined> {
  try {
    return posted((await client.getBalance({ address, block })).verification)
  } catch {
    // A node that has pruned that state: the chart begins later.
    return undefined
  }
}

function posted({ batch, windowCloses, window }: Verification): Posted | undefined {
  if (!batch || windowCloses === undefined) return undefined
  return {
    index: batch.index,
    firstBlock: Number(batch.firstBlock),
    lastBlock: Number(batch.lastBlock),
    posted: windowCloses - Math.max(window.seconds, window.expected ?? 0),
    closes: windowCloses,
  }
}

const high = 280
const edge = { left: 36, right: 28, top: 22, bottom: 34 }

let sizes: ResizeObserver | undefined

/** Draws the batches as of L1's time `now`, as wide as there is room. */
export function showChart(place: Element, batches: readonly Posted[], now: number): void {
  sizes?.disconnect()
  let drawn = 0
  sizes = new ResizeObserver(() => {
    if (place.clientWidth === drawn) return
    drawn = place.clientWidth
    draw(place, batches, now, Math.max(280, drawn))
  })
  sizes.observe(place)
}

function draw(place: Element, batches: readonly Posted[], now: number, width: number): void {
  const frame = frameOf(batches, now, width)
  if (!frame) return fill(place, h('p', { class: 'quiet-line' }, 'Nothing is posted yet.'))
  const size = { viewBox: `0 0 ${width} ${high}`, width: `${width}`, height: `${high}` }
  const isAhead = frame.until > now
  fill(
    place,
    svg(
      'svg',
      { ...size, role: 'img', 'aria-labelledby': 'chart-title' },
      svg('title', { id: 'chart-title' }, inWords(frame, batches, now)),
      ...levelLines(frame, width),
      ...stairs(frame, batches, now),
      vertical(frame, now),
      ...times(frame, batches, now),
    ),
    legend(now, isAhead),
    table(batches, now),
  )
}

/** Where times and heights lie on the drawing. */
interface Frame {
  /** The height below the first batch. */
  readonly low: number
  readonly top: number
  /** The time at which the last window closes. */
  readonly until: number
  readonly left: number
  readonly x: (at: number) => number
  readonly y: (block: number) => number
}

function frameOf(batches: readonly Posted[], now: number, width: number): Frame | undefined {
  const first = batches[0]
  const last = batches.at(-1)
  if (!first || !last) return undefined
  const span = Math.max(now, last.closes) - first.posted
  const [from, to] = [first.posted - span * 0.1, first.posted + span * 1.05]
  const [low, top] = [first.firstBlock - 1, last.lastBlock]
  const [wide, tall] = [width - edge.left - edge.right, high - edge.top - edge.bottom]
  return {
    low,
    top,
    until: last.closes,
    left: edge.left,
    x: (at) => edge.left + ((at - from) / (to - from)) * wide,
    y: (block) => high - edge.bottom - ((block - low) / (top - low)) * tall,
  }
}

/** What the drawing shows, for those who do not see it. */
function inWords({ low, top }: Frame, batches: readonly Posted[], now: number): string {
  const block = batches.findLast(({ closes }) => closes <= now)?.lastBlock ?? low
  const isFinal = block > low || low === 0 ? `final up to block ${block}` : 'none of the blocks shown is final'
  return `At ${clockTime(now)} L2 is posted up to block ${top}, and ${isFinal}.`
}

/** The staircases: what is posted, what is final, and what will be if nobody disputes it. */
function stairs({ low, until, left, x, y }: Frame, batches: readonly Posted[], now: number): Child[] {
  const path = (timeOf: (batch: Posted) => number, end: number): string => {
    const steps = batches.filter((batch) => timeOf(batch) <= end)
    return `M${left} ${y(low)}${steps.map((batch) => ` H${x(timeOf(batch))} V${y(batch.lastBlock)}`).join('')} H${x(end)}`
  }
  const under = (path: string): string => `${path} V${y(low)} Z`
  const isPosted = path(({ posted }) => posted, now)
  const isFinal = path(({ closes }) => closes, now)
  return [
    svg('path', { class: 'posted-area', d: under(isPosted) }),
    svg('path', { class: 'final-area', d: under(isFinal) }),
    until > now && svg('path', { class: 'final-ahead', d: path(({ closes }) => closes, until) }),
    svg('path', { class: 'posted-line', d: isPosted }),
    svg('path', { class: 'final-line', d: isFinal }),
  ]
}

function vertical({ x }: Frame, now: number): Element {
  const at = `${x(now)}`
  return svg('line', { class: 'now-line', x1: at, x2: at, y1: `${edge.top - 6}`, y2: `${high - edge.bottom}` })
}

/** Lines across at some heights: at most five. */
function levelLines({ low, top, y }: Frame, width: number): Child[] {
  const step = Math.max(1, Math.ceil((top - low) / 4))
  const blocks = Array.from({ length: Math.floor((top - low) / step) + 1 }, (_, place) => low + place * step)
  return blocks.map((block) => {
    const line = { x1: `${edge.left}`, x2: `${width - edge.right}`, y1: `${y(block)}`, y2: `${y(block)}` }
    const label = { x: `${edge.left - 8}`, y: `${y(block) + 4}`, 'text-anchor': 'end' }
    return svg('g', { class: 'level' }, svg('line', line), svg('text', label, `${block}`))
  })
}

/** Times below: now, and when each batch was posted and its window closes, where they do not run into one another. */
function times({ x }: Frame, batches: readonly Posted[], now: number): Child[] {
  const room = 72
  const shown = [now]
  const wanted = [...batches.map(({ posted }) => posted), ...batches.map(({ closes }) => closes)]
  for (const one of wanted) if (shown.every((at) => Math.abs(x(at) - x(one)) > room)) shown.push(one)
  return shown.map((at) =>
    svg(
      'text',
      { class: at === now ? 'time is-now' : 'time', x: `${x(at)}`, y: `${high - 12}`, 'text-anchor': 'middle' },
      clockTime(at),
    ),
  )
}

function legend(now: number, isAhead: boolean): Element {
  return h(
    'p',
    { class: 'legend' },
    h('span', { 'data-line': 'posted' }, 'Posted'),
    h('span', { 'data-line': 'final' }, 'Final'),
    isAhead && h('span', { 'data-line': 'ahead' }, 'Final, if nobody disputes it'),
    h('span', { 'data-line': 'now' }, `Proven time of Ethereum, ${clockTime(now)}`),
  )
}

function table(batches: readonly Posted[], now: number): Element {
  const rows = batches.map(({ index, firstBlock, lastBlock, posted, closes }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, `${index}`),
      h('td', {}, `${firstBlock} to ${lastBlock}`),
      h('td', {}, clockTime(posted)),
      h('td', {}, `${clockTime(closes)}${closes <= now ? '' : ' (open)'}`),
    ),
  )
  const head = h('tr', {}, ...['Batch', 'Blocks', 'Posted', 'Window closes'].map((name) => h('th', { scope: 'col' }, name)))
  return h(
    'details',
    {},
    h('summary', {}, 'As a table'),
    h(
      'div',
      { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Batches' },
      h('table', {}, h('thead', {}, head), h('tbody', {}, ...rows)),
    ),
  )
}
