// In the page: each peer trains in a worker of its own, as the explorer does.
const workers = {
  unrolled: () => new Worker(new URL("./unrolled-worker.mjs", import.meta.url), { type: "module" }),
  tfjs: () => new Worker(new URL("./tfjs-worker.mjs", import.meta.url), { type: "module" }),
};
const running = new Map();

/** Seconds of a step of training, the median over `seconds`; or why there are none. */
globalThis.measure = (peer, backend, setup, seconds) => {
  const key = `${peer} ${backend}`;
  if (!running.has(key)) running.set(key, workers[peer]());
  const worker = running.get(key);
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ error: message });
    worker.postMessage({ backend, setup, seconds });
  });
};
