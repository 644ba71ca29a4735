/** How hosts that compile nothing at run time import a module: it is compiled when the code is deployed. */
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}
declare module '*.wasm?module' {
  const module: WebAssembly.Module
  export default module
}
