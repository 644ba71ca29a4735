// JSON-RPC over HTTP: one call, one result or one error.

/** What a node answered instead of a result. */
export class RpcError extends Error {
  /** @param {string} method @param {{ code: number, message: string, data?: unknown }} error */
  constructor(method, error) {
    super(`${method}: ${error.message}`)
    this.code = error.code
    this.data = error.data
  }
}

/**
 * A function that calls the node at `url`.
 *
 * @param {string} url
 * @returns {(method: string, params?: unknown[]) => Promise<any>}
 */
export function rpcTo(url) {
  let id = 0
  return async (method, params = []) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
    })
    const { error, result } = await response.json()
    if (error) throw new RpcError(method, error)
    return result
  }
}
