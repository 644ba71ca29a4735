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
export async function lastBatches(client: LightClient, heads: Heads, anyone: Address, most: number): Promise<readonly Posted[]> {
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
  const first = batches[0]
  const last = batches.at(-1)
  if (!first || !last) return fill(place, h('p', { class: 'quiet-line' }, 'Nothing is posted yet.'))
  const begin = first.posted
  const span = Math.max(now, last.closes) - begin
  const from = begin - span * 0.1
  const to = begin + span * 1.05
  const low = first.firstBlock - 1
  const x = (at: number): number => edge.left + ((at - from) / (to - from)) * (width - edge.left - edge.right)
  const y = (block: number): number => high - edge.bottom - ((block - low) / (last.lastBlock - low)) * (high - edge.top - edge.bottom)
  const stairs = (steps: readonly (readonly [number, number])[], until: number): string => {
    let path = `M${x(from)} ${y(low)}`
    for (const [at, block] of steps.filter(([at]) => at <= until)) path += ` H${x(at)} V${y(block)}`
    return `${path} H${x(until)}`
  }
  const isPosted = batches.map(({ posted, lastBlock }) => [posted, lastBlock] as const)
  const isFinal = batches.map(({ closes, lastBlock }) => [closes, lastBlock] as const)
  const finalBlock = batches.findLast(({ closes }) => closes <= now)?.lastBlock ?? low
  const under = (stairs: string): string => `${stairs} V${y(low)} H${x(from)} Z`
  const ahead = last.closes > now ? stairs(isFinal, last.closes) : undefined
  fill(
    place,
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${high}`, width: `${width}`, height: `${high}`, role: 'img', 'aria-labelledby': 'chart-title' },
      svg('title', { id: 'chart-title' }, `At ${clockTime(now)} L2 is posted up to block ${last.lastBlock}, and final up to ${finalBlock === low && low > 0 ? 'none of the blocks shown' : `block ${finalBlock}`}.`),
      ...levels(low, last.lastBlock).map((block) =>
        svg('g', { class: 'level' }, svg('line', { x1: `${edge.left}`, x2: `${width - edge.right}`, y1: `${y(block)}`, y2: `${y(block)}` }), svg('text', { x: `${edge.left - 8}`, y: `${y(block) + 4}`, 'text-anchor': 'end' }, `${block}`)),
      ),
      svg('path', { class: 'posted-area', d: under(stairs(isPosted, now)) }),
      svg('path', { class: 'final-area', d: under(stairs(isFinal, now)) }),
      ahead !== undefined && svg('path', { class: 'final-ahead', d: ahead }),
      svg('path', { class: 'posted-line', d: stairs(isPosted, now) }),
      svg('path', { class: 'final-line', d: stairs(isFinal, now) }),
      svg('line', { class: 'now-line', x1: `${x(now)}`, x2: `${x(now)}`, y1: `${edge.top - 6}`, y2: `${high - edge.bottom}` }),
      ...timesOf(batches, now, x),
    ),
    legend(now, ahead !== undefined),
    table(batches, now),
  )
}

/** Heights to be written at the side: at most five. */
function levels(low: number, top: number): number[] {
  const step = Math.max(1, Math.ceil((top - low) / 4))
  return Array.from({ length: Math.floor((top - low) / step) + 1 }, (_, place) => low + place * step)
}

/** Times below: now, and when each batch was posted and its window closes, where they do not run into one another. */
function timesOf(batches: readonly Posted[], now: number, x: (at: number) => number): Child[] {
  const room = 72
  const shown = [now]
  const wanted = [...batches.map(({ posted }) => posted), ...batches.map(({ closes }) => closes)]
  for (const one of wanted) if (shown.every((at) => Math.abs(x(at) - x(one)) > room)) shown.push(one)
  return shown.map((at) => svg('text', { class: at === now ? 'time is-now' : 'time', x: `${x(at)}`, y: `${high - 12}`, 'text-anchor': 'middle' }, clockTime(at)))
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
    h('tr', {}, h('th', { scope: 'row' }, `${index}`), h('td', {}, `${firstBlock} to ${lastBlock}`), h('td', {}, clockTime(posted)), h('td', {}, `${clockTime(closes)}${closes <= now ? '' : ' (open)'}`)),
  )
  const head = h('tr', {}, ...['Batch', 'Blocks', 'Posted', 'Window closes'].map((name) => h('th', { scope: 'col' }, name)))
  return h('details', {}, h('summary', {}, 'As a table'), h('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Batches' }, h('table', {}, h('thead', {}, head), h('tbody', {}, ...rows))))
}
