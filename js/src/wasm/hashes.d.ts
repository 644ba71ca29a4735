/** Made by the build: the SHA-256 of each module, in hex. */
declare const hashes: { readonly page: string; readonly full: string }
export default hashes
