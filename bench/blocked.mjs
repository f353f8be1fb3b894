import { monitorEventLoopDelay } from "node:perf_hooks";
import { Generator, train } from "../dist/index.js";

const WORDS = 10_000;

/** A text of as many different words as a vocabulary of 10,000 has. */
function text() {
  const random = new Generator(1);
  const word = () => `w${Math.floor(WORDS * random.uniform() ** 2)}`;
  return Array.from({ length: 5000 }, () => `${Array.from({ length: 10 }, word).join(" ")}.`).join("\n");
}

/**
 * The longest times that the main thread was kept from its work while `train()` ran for `seconds` after its first step, by a timer
 * of 1 ms and by Node's own histogram of the event loop; a checkpoint each second, the model handed out after each evaluation.
 */
export async function measureBlocked(seconds, threads) {
  const settings = {
    tokenizer: "word",
    vocabSize: WORDS,
    embeddingSize: 256,
    hiddenSize: 256,
    numLayers: 2,
    batchSize: 64,
    seqLength: 35,
    threads,
    budget: { steps: 1_000_000 },
    checkpointEvery: { seconds: 1 },
    evalEvery: 5,
    sampleEvery: 0,
  };
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  const counts = { step: 0, checkpoint: 0, model: 0 };
  let longestMs = 0;
  let last;
  let until = Number.POSITIVE_INFINITY;
  const tick = () => {
    const now = performance.now();
    // The timer itself is due a millisecond after it was set.
    if (last !== undefined) longestMs = Math.max(longestMs, now - last - 1);
    last = now;
  };
  const timer = setInterval(tick, 1);
  let largestBytes = 0;
  try {
    for await (const event of train({ data: { text: text() }, settings })) {
      if (event.type in counts) counts[event.type] += 1;
      if (event.type === "checkpoint") largestBytes = Math.max(largestBytes, event.file.byteLength);
      if (event.type === "step" && event.step === 1) {
        histogram.enable();
        longestMs = 0;
        last = undefined;
        until = performance.now() + 1000 * seconds;
      }
      if (performance.now() > until) break;
    }
  } finally {
    clearInterval(timer);
    histogram.disable();
  }
  return {
    seconds,
    threads,
    longestMs,
    eventLoopMs: histogram.max / 1e6,
    ...counts,
    checkpointBytes: largestBytes,
  };
}
