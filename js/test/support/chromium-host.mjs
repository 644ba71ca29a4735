import { fileURLToPath } from 'node:url'
import { directory, withPage } from './browser.mjs'
import { vectorFiles } from './paths.mjs'

/** Runs the suites of the module that `wasm-bindgen --target web` put into `folder` in the main thread of a page. */
export async function runInChromium(folder, report) {
  const routes = {
    '/support/': directory(fileURLToPath(new URL('.', import.meta.url))),
    '/suites/': directory(folder),
    '/vectors': (_, query) => ({ body: pack(vectorFiles(query.getAll('root'))) }),
  }
  return withPage(routes, async (page) => {
    await page.exposeFunction('report', report)
    return page.evaluate(runInPage)
  })
}

/** One body for all files of a suite: the length of the index, the index `[[path, length]]` as JSON, the bytes. */
function pack(files) {
  const index = Buffer.from(JSON.stringify(files.map(([path, bytes]) => [path, bytes.length])))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(index.length)
  return Buffer.concat([length, index, ...files.map(([, bytes]) => bytes)])
}

// Sent to the page as source, so it refers to nothing outside itself.
async function runInPage() {
  const { runSuites } = await import('/support/runner.mjs')
  const module = await WebAssembly.compileStreaming(fetch('/suites/wasm_suites_bg.wasm'))
  let count = 0
  return runSuites({
    instantiate: async () => {
      const copy = await import(`/suites/wasm_suites.js?${count++}`)
      copy.initSync({ module })
      return copy
    },
    files: async (roots) => {
      const response = await fetch(`/vectors?${new URLSearchParams(roots.map((root) => ['root', root]))}`)
      if (!response.ok) throw new Error(await response.text())
      return unpack(await response.arrayBuffer())
    },
    report: window.report,
  })

  function unpack(body) {
    const indexLength = new DataView(body).getUint32(0, true)
    const index = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, indexLength)))
    let offset = 4 + indexLength
    return index.map(([path, length]) => {
      const bytes = new Uint8Array(body, offset, length)
      offset += length
      return [path, bytes]
    })
  }
}
