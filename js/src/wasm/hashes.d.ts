/** Made by the build: the SHA-256 of each module, in hex, and the length of the small one. */
declare const hashes: { readonly page: string; readonly full: string; readonly pageBytes: number }
export default hashes
