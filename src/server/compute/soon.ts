/** Calls back once this thread has looked at what has come, where the runtime can say so, and otherwise before. */
export function soon(call: () => void): void {
  const { setImmediate } = globalThis as { setImmediate?: (call: () => void) => unknown };
  if (setImmediate) setImmediate(call);
  else queueMicrotask(call);
}
