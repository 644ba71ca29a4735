const roundMilliseconds = 10

/**
 * Measures contenders `(n) => runs n iterations`, which take turns in every round: a machine that is busy, or slow for a
 * while, is so for all of them alike.
 *
 * `best(name)` is the microseconds of one iteration in the best round; `ratio(one, other)` compares two contenders round
 * by round and takes the median, for their best rounds may have met the machine in different moods.
 */
export async function measure(contenders, rounds = 31) {
  const runs = []
  for (const [name, run] of Object.entries(contenders)) {
    runs.push({ name, run, iterations: await calibrate(run), microseconds: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const { run, iterations, microseconds } of runs) {
      // Not timed: the caches and the garbage that the contender before has left. Long iterations outlast them.
      await run(Math.floor(iterations / 8))
      microseconds.push(((await time(run, iterations)) * 1000) / iterations)
    }
    runs.reverse()
  }
  const microseconds = Object.fromEntries(runs.map((entry) => [entry.name, entry.microseconds]))
  return {
    best: (name) => Math.min(...microseconds[name]),
    ratio: (one, other) => median(microseconds[one].map((value, round) => value / microseconds[other][round])),
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** As many iterations as fill a round; on the way the code becomes warm. */
async function calibrate(run) {
  let iterations = 1
  while ((await time(run, iterations)) < roundMilliseconds) iterations *= 2
  return iterations
}

async function time(run, iterations) {
  const start = performance.now()
  await run(iterations)
  return performance.now() - start
}
