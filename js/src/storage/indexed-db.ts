import type { Storage } from './storage.js'

/**
 * Keeps progress in IndexedDB: in pages, workers and the service workers of extensions.
 *
 * @example
 * const client = await createLightClient({ ...options, storage: indexedDbStorage() })
 */
export function indexedDbStorage(database = 'metis-light'): Storage {
  return {
    async load(key) {
      const found: unknown = await within(database, 'readonly', (stores) => stores.get(key))
      return found instanceof Uint8Array ? found : undefined
    },
    async save(key, bytes) {
      await within(database, 'readwrite', (stores) => stores.put(bytes, key))
    },
  }
}

const name = 'stores'

async function within<T>(
  database: string,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(database, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(name)
  const db = await done(opening)
  try {
    return await done(ask(db.transaction(name, mode).objectStore(name)))
  } finally {
    // Kept open it would be in the way of other tabs' upgrades.
    db.close()
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the database refused'))
  })
}
