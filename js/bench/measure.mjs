const rounds = 9
const roundMilliseconds = 25

/**
 * Microseconds of one iteration, the best of nine rounds, for each contender `(n) => runs n iterations`. The contenders
 * take turns in every round, so that a busy neighbour slows all of them alike.
 */
export async function measure(contenders) {
  const runs = []
  for (const [name, run] of Object.entries(contenders)) {
    runs.push({ name, run, iterations: await calibrate(run), best: Infinity })
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of runs) {
      const milliseconds = await time(entry.run, entry.iterations)
      entry.best = Math.min(entry.best, (milliseconds * 1000) / entry.iterations)
    }
  }
  return Object.fromEntries(runs.map(({ name, best }) => [name, best]))
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
