// Where verifiers' alarms arrive: a server that takes every report and keeps it.

import { serveHttp } from '../http.mjs'

/**
 * Starts one.
 *
 * @param {(report: object) => void} [tell] is told of each
 * @returns {Promise<{ url: string, reports: object[], stop: () => Promise<void> }>} `reports` in the order in which they came
 */
export async function startWebhook(tell = () => {}) {
  const reports = []
  const { url, close } = await serveHttp(({ body }) => {
    const report = JSON.parse(body)
    reports.push(report)
    tell(report)
    return { status: 204 }
  })
  return { url, reports, stop: close }
}
