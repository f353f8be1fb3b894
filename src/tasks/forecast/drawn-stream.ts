// How a stream goes on: each frame drawn from the distribution that the network says, and read as the next.
import type { Likelihood } from "../../losses/likelihood.ts";
import type { LayeredNetwork, NetworkState } from "../../networks/layered-network.ts";
import { Generator } from "../../random/philox.ts";
import { tensor } from "../../tensor/tensor.ts";

/** Place of these draws among a seed's streams of random numbers. */
const DRAWS = 14;

/** So many frames [count][F] behind those that are given [T·F], in the network's own scale. */
export async function drawnStream(
  network: LayeredNetwork,
  likelihood: Likelihood,
  values: Float32Array,
  { width, count, seed }: { readonly width: number; readonly count: number; readonly seed: number },
): Promise<number[][]> {
  const { device } = network;
  const generator = new Generator(seed).fork(DRAWS);
  const frames: number[][] = [];
  let state: NetworkState | undefined;
  let read = values;
  for (let frame = 0; frame < count; frame++) {
    const steps = read.length / width;
    const xs = tensor(device, read, [1, steps, width]);
    const result = device.withoutGradients(() => network.forward({ xs }, { state }));
    const said = await result.outputs.parameters.toArray();
    state = result.state;
    const next = likelihood.draw(said, (steps - 1) * likelihood.parameters, generator);
    frames.push(next);
    read = Float32Array.from(next);
  }
  return frames;
}
