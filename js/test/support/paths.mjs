import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The directory of recorded chain data. */
export const vectors = path.resolve(root, process.env.METIS_LIGHT_VECTORS ?? '../shared/vectors')

export const inCi = process.env.CI === 'true'

/** The project's own test data, whose paths say so from the root on. */
const ownData = 'tests/data/'

/**
 * The paths that begin with one of `prefixes`, relative to `vectors`, or to the root for the project's own data, in an
 * order that no file system decides.
 */
export function vectorPaths(prefixes) {
  const isWanted = (name) => prefixes.some((prefix) => name.startsWith(prefix))
  const own = prefixes.some((prefix) => prefix.startsWith(ownData)) ? filesIn(path.join(root, ownData), root) : []
  return [...filesIn(vectors, vectors), ...own].filter(isWanted).sort()
}

function filesIn(directory, base) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(base, path.join(entry.parentPath ?? entry.path, entry.name)).replaceAll(path.sep, '/'))
}

/** `[path, bytes]` of each file that begins with one of `prefixes`. */
export function vectorFiles(prefixes) {
  return vectorPaths(prefixes).map((name) => [name, readVector(name)])
}

export function readVector(name) {
  return new Uint8Array(readFileSync(path.join(name.startsWith(ownData) ? root : vectors, name)))
}
