import { NetworkStepper } from "../../decoding/network-stepper.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import { paddedIds } from "./translate-batch.ts";

/** One target, without its end. */
export interface Hypothesis {
  readonly ids: readonly number[];
  /** Sum of its tokens' log probabilities, its end's among them. */
  readonly score: number;
  /** Of each token and of the end, the shares of the source's tokens; none without attention. */
  readonly alignment: readonly Float32Array[];
}

const BATCH = 64;

/** The targets of sources, in the order of the sources. */
export async function decodedTargets(
  network: LayeredNetwork,
  sources: readonly Int32Array[],
  how: { readonly end: number; readonly maxLength: number },
): Promise<Hypothesis[]> {
  const { device } = network;
  const stepper = new NetworkStepper(network);
  const all = new Array<Hypothesis>(sources.length);
  const lengths = Float64Array.from(sources, ({ length }) => length);
  for (const places of sortedBatches(lengths, BATCH)) {
    const rows = Array.from(places, (place) => sources[place]);
    const found = greedy(stepper, rows, how);
    for (const [row, place] of places.entries()) all[place] = found[row];
    await device.turn();
  }
  return all;
}

function greedy(
  stepper: NetworkStepper,
  sources: readonly Int32Array[],
  { end, maxLength }: { readonly end: number; readonly maxLength: number },
): Hypothesis[] {
  const { ids: source, lengths } = paddedIds(stepper.network.device, sources);
  let { state } = stepper.start({ inputs: { source }, lengths, first: end });
  const all = sources.map(() => ({ ids: [] as number[], score: 0, alignment: [] as Float32Array[] }));
  let open = sources.map((_, row) => row);
  let tokens = open.map(() => end);
  for (let t = 0; t <= maxLength && open.length > 0; t++) {
    const { state: after, logProbabilities, attention } = stepper.step(state, tokens);
    const V = logProbabilities.length / open.length;
    const T = (attention?.length ?? 0) / open.length;
    const kept: number[] = [];
    const next: number[] = [];
    for (const [row, place] of open.entries()) {
      let best = row * V;
      for (let at = row * V; at < (row + 1) * V; at++)
        if (logProbabilities[at] > logProbabilities[best]) best = at;
      const one = all[place];
      one.score += logProbabilities[best];
      if (attention) one.alignment.push(attention.slice(row * T, row * T + sources[place].length));
      if (best - row * V === end) continue;
      one.ids.push(best - row * V);
      kept.push(row);
      next.push(best - row * V);
    }
    if (kept.length === 0) break;
    state = kept.length === open.length ? after : stepper.select(after, kept);
    open = kept.map((row) => open[row]);
    tokens = next;
  }
  return all;
}
