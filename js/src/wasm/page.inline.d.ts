export { instantiate } from './page.js'
/** Made by the build: the module, gzipped and then in base64. */
declare const packed: string
export default packed
