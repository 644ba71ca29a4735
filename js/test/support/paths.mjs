import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The directory of recorded chain data. */
export const vectors = path.resolve(root, process.env.METIS_LIGHT_VECTORS ?? '../shared/vectors')

export const inCi = process.env.CI === 'true'

/** The paths, relative to `vectors`, that begin with one of `prefixes`, in an order that no file system decides. */
export function vectorPaths(prefixes) {
  if (!existsSync(vectors)) return []
  return readdirSync(vectors, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(vectors, path.join(entry.parentPath ?? entry.path, entry.name)).replaceAll(path.sep, '/'))
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .sort()
}

/** `[path, bytes]` of each file that begins with one of `prefixes`. */
export function vectorFiles(prefixes) {
  return vectorPaths(prefixes).map((name) => [name, readVector(name)])
}

export function readVector(name) {
  return new Uint8Array(readFileSync(path.join(vectors, name)))
}
