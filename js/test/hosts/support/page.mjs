// Pages of headless Chromium in which a bundle answers.

import path from 'node:path'
import { tree, withPage } from '../../support/browser.mjs'

/** What a page does. Its answer is a promise, which the test waits for. */
export const plain = `
  import * as lightClient from 'metis-light'
  import given from './given.mjs'
  import { answer } from './smoke.mjs'
  globalThis.answer = answer(lightClient, given)
`

/** The same with the engine in a worker, which bundlers find by this form. */
export const withWorker = plain.replace(
  'given)\n',
  `{
    ...given,
    worker: new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' }),
  })\n`,
)
export const worker = `import { serve } from 'metis-light/worker'\nserve()\n`

/** The files of a project with such a page. */
export const pages = {
  'plain.mjs': plain,
  'with-worker.mjs': withWorker,
  'worker.mjs': worker,
  'plain.html': '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/plain.mjs"></script>',
  'with-worker.html': '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/with-worker.mjs"></script>',
}

/** Loads a script out of a folder of what a bundler made. */
export function answerOfBundle(folder, script) {
  const routes = { '/out/': tree(path.resolve(folder)) }
  return withPage(routes, async (page) => {
    await page.addScriptTag({ url: `/out/${script}`, type: 'module' })
    return page.evaluate(() => globalThis.answer)
  })
}

/** Goes to a page that somebody else serves. */
export function answerOfPage(url) {
  return withPage({}, async (page) => {
    await page.goto(url)
    await page.waitForFunction(() => globalThis.answer)
    return page.evaluate(() => globalThis.answer)
  })
}
