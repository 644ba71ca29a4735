// A worker that cannot be loaded says so once, and at once: before the code that speaks to it is there.

import type { Port } from './remote.js'

/** The first error of a worker from now on; pending for ever where there is none. */
export function failureOf(port: Port): Promise<Event> {
  return new Promise((resolve) => {
    if (port instanceof EventTarget) port.addEventListener('error', resolve, { once: true })
  })
}
