// Runs the suites of the test module. Node and the page both load this file, so it uses nothing of either.

/**
 * Each suite runs in an instance of its own: one that trapped is not fit for the next suite.
 *
 * @param {object} host
 * @param {() => Promise<object>} host.instantiate a new instance of the test module
 * @param {(roots: string[]) => Promise<[string, Uint8Array][]>} host.files reads vectors
 * @param {(result: object) => void} host.report is told the result of each suite as it ends
 */
export async function runSuites({ instantiate, files, report }) {
  const results = []
  for (const { name, roots } of JSON.parse((await instantiate()).suites())) {
    const found = await files(roots)
    const absent = roots.length > 0 && found.length === 0
    const outcome = absent ? { errors: [] } : runSuite(name, found, await instantiate())
    const result = { name, roots, absent, ...outcome }
    results.push(result)
    report(result)
  }
  return results
}

function runSuite(name, files, module) {
  const errors = []
  const consoleError = console.error
  console.error = (...words) => errors.push(words.join(' '))
  const start = performance.now()
  let counts = { cases: 0, refused: 0 }
  try {
    counts = JSON.parse(module.run(name, files))
  } catch (error) {
    errors.push(String(error))
  } finally {
    console.error = consoleError
  }
  return { ...counts, files: files.length, milliseconds: performance.now() - start, errors }
}
