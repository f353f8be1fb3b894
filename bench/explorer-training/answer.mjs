/** Answers a worker's questions: `prepare(backend, setup)` gives what trains a while and tells how many steps that were. */
export function answerWith(prepare) {
  let train;
  globalThis.onmessage = async ({ data: { backend, setup, seconds } }) => {
    try {
      if (!train) {
        train = await prepare(backend, setup);
        // Compiling and the first touch of memory are not training.
        await train();
        await train();
      }
      const perStep = [];
      const end = performance.now() + 1000 * seconds;
      do {
        const started = performance.now();
        const steps = await train();
        perStep.push((performance.now() - started) / 1000 / steps);
      } while (performance.now() < end);
      perStep.sort((a, b) => a - b);
      globalThis.postMessage({ seconds: perStep[perStep.length >> 1], rounds: perStep.length });
    } catch (error) {
      globalThis.postMessage({ error: error instanceof Error ? error.message : String(error) });
    }
  };
}
