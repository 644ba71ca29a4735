// The size of a shipped module, and the limit it must keep: node scripts/wasm-size.mjs [FILE]

import { readFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const file = process.argv[2] ?? 'pkg/metis_light_bg.wasm'
const brotliLimit = 105_000
const wasm = readFileSync(file)
const gzip = gzipSync(wasm, { level: 9 }).length
const brotli = brotliCompressSync(wasm, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
  },
}).length

const bytes = (count) => count.toLocaleString('en')
console.log(
  `${file}: raw ${bytes(wasm.length)}, gzip ${bytes(gzip)}, brotli ${bytes(brotli)} of ${bytes(brotliLimit)} bytes allowed`,
)
if (brotli > brotliLimit) {
  console.error(`${file} is ${bytes(brotli - brotliLimit)} bytes above its limit`)
  process.exitCode = 1
}
