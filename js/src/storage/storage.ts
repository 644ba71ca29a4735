/**
 * Where progress is kept between runs. What is loaded is verified again, so a storage need not be trusted.
 *
 * @example
 * const storage = { load: (key) => kv.get(key), save: (key, bytes) => kv.set(key, bytes) }
 */
export interface Storage {
  /** What was saved under a key; `undefined` where nothing was. */
  load(key: string): Promise<Uint8Array | undefined>
  /** Keeps bytes under a key, in place of what was there. */
  save(key: string, bytes: Uint8Array): Promise<void>
}

/**
 * Keeps progress for as long as the storage itself is kept.
 *
 * @example
 * const storage = memoryStorage() // for several clients in turn
 */
export function memoryStorage(): Storage {
  const kept = new Map<string, Uint8Array>()
  return {
    load: async (key) => kept.get(key),
    save: async (key, bytes) => void kept.set(key, bytes),
  }
}
