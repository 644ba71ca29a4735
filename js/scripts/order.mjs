// Puts the functions of a WebAssembly module into an order in which they compress better.
//
// A compressor repeats what it has seen, and pays for the distance. So each function follows those that it is most like: by
// the runs of instructions that they share, of which rare ones count most. It is done in the module's text, where functions
// are called by names and not by their places.

/** How many lines a run has. */
const RUN = 2
/** How many functions back are looked at. */
const BACK = 3

/** A module's text, as wasm-opt prints it, with its functions in that order. */
export function ordered(text) {
  const [head, ...functions] = text.slice(0, text.lastIndexOf(')')).split(/^(?= \(func )/m)
  if (/^ \((?!func )/m.test(functions.at(-1))) throw new Error('the functions do not stand last in the text')
  return [head, ...byLikeness(functions), ')\n'].join('')
}

/** From the longest on, always the one that is most like the last few. */
function byLikeness(functions) {
  const runs = functions.map(runsOf)
  const holders = holdersOf(runs)
  const left = new Set(functions.keys())
  const order = []
  while (left.size > 0) {
    const found = next(order, left, runs, holders) ?? most(left, (index) => functions[index].length)
    left.delete(found)
    order.push(found)
  }
  return order.map((index) => functions[index])
}

/** The one of those left that shares most with the last few; none where none shares anything. */
function next(order, left, runs, holders) {
  const shared = new Map()
  for (const [back, last] of order.slice(-BACK).toReversed().entries()) {
    for (const run of runs[last]) {
      const among = holders.get(run)
      const counts = 1 / among.length / (1 + back)
      for (const index of among) if (left.has(index)) shared.set(index, (shared.get(index) ?? 0) + counts)
    }
  }
  const size = runs[order.at(-1)]?.size
  // Long ones share more with any.
  return most(shared.keys(), (index) => shared.get(index) / Math.sqrt(runs[index].size + size))
}

function runsOf(text) {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== ')')
  return new Set(lines.map((_, at) => lines.slice(at, at + RUN).join('\n')))
}

/** The functions that hold each run. */
function holdersOf(runs) {
  const holders = new Map()
  for (const [index, own] of runs.entries()) {
    for (const run of own) {
      const among = holders.get(run)
      if (among) among.push(index)
      else holders.set(run, [index])
    }
  }
  return holders
}

/** The first of those of which it is most, so that the order is the same each time. */
function most(of, measure) {
  let found
  let highest = -Infinity
  for (const one of of) {
    const is = measure(one)
    if (is > highest) [found, highest] = [one, is]
  }
  return found
}
