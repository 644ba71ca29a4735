import type { Storage } from './storage.js'

/**
 * Keeps progress in a folder, a file for each network. For Node, Deno and Bun.
 *
 * @example
 * const storage = fileStorage('/var/lib/metis-light')
 */
export function fileStorage(folder: string): Storage {
  return {
    async load(key) {
      const { fs, file } = await place(folder, key)
      try {
        return new Uint8Array(await fs.readFile(file))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    async save(key, bytes) {
      const { fs, file } = await place(folder, key)
      await fs.mkdir(folder, { recursive: true })
      // Under another name first: a run that is cut short must not leave half a file.
      const unfinished = `${file}.${Math.random().toString(36).slice(2)}`
      try {
        // On the disk before the name is: a machine that is cut short must not either.
        await fs.writeFile(unfinished, bytes, { flush: true })
        await fs.rename(unfinished, file)
      } catch (error) {
        await fs.rm(unfinished, { force: true })
        throw error
      }
    },
  }
}

async function place(folder: string, key: string) {
  const [fs, path] = await Promise.all([nodes<typeof import('node:fs/promises')>('fs/promises'), nodes<typeof import('node:path')>('path')])
  return { fs, file: path.join(folder, `${key.replace(/[^\w-]+/g, '_')}.store`) }
}

/** Imported by a name that no bundler reads: pages never come here. */
function nodes<T>(name: string): Promise<T> {
  const specifier = `node:${name}`
  return import(/* webpackIgnore: true */ /* @vite-ignore */ specifier) as Promise<T>
}
