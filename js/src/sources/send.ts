// Calls that are passed on as they are: for what is sent, not for what is proven.

import { listed, requester, type OneOrMore, type Requester, type Rpc } from './rpc.js'

/** The nodes of L2, each as something that takes a call. */
export function requesters(sources: OneOrMore<Rpc>): Requester[] {
  return listed(sources, 'l2').map((source) => (typeof source === 'string' ? posting(source) : requester(source, 'l2')))
}

/** Passes a call on by `fetch`. */
function posting(url: string): Requester {
  return {
    async request({ method, params }, options) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', body, headers, redirect: 'error', ...options })
      const answer: unknown = await response.json()
      if (typeof answer !== 'object' || answer === null) throw new Error(`status ${response.status}: no answer`)
      if ('error' in answer && answer.error) throw Object.assign(new Error('the node refused'), answer.error)
      return 'result' in answer ? answer.result : undefined
    },
  }
}
