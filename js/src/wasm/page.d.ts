/** Made by the build: an instance of the small module, whose exports `shield` may wrap. */
export function instantiate(
  module: WebAssembly.Module,
  shield: (exports: WebAssembly.Exports) => WebAssembly.Exports,
): Promise<unknown>
