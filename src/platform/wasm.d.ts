// What an import of a WebAssembly file gives where that is allowed: the module, compiled.
declare module "*.wasm" {
  const compiled: WebAssembly.Module;
  export default compiled;
}
