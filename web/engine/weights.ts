// Answers about the weights themselves: one of the matrices that every copy of the network shares.
import { UnrolledError } from "unrolled";
import type { Answers } from "./answers.ts";
import { anyModelIn } from "./models.ts";

/** More numbers than that are no picture: the first rows are shown. */
const MOST_NUMBERS = 4_000_000;

export const weightAnswers: Answers<"weights"> = {
  async weights({ slot, which, layer: { name, index, isBackward } }) {
    const { network } = anyModelIn(slot);
    const layers = network.config.layers.toReversed();
    const suffix = `l${index}${isBackward ? "_reverse" : ""}`;
    const parameter = {
      embedding: () => `${layers.findLast(({ config }) => config.kind === "embedding")?.name}.weight`,
      W_ih: () => `${name}.weight_ih_${suffix}`,
      W_hh: () => `${name}.weight_hh_${suffix}`,
      decoder: () => `${layers.find(({ config }) => config.kind === "linear")?.name}.weight`,
    }[which]();
    const found = (await network.stateDict())[parameter];
    if (!found)
      throw new UnrolledError("invalid-argument", {
        call: "explorer",
        problem: `this network has no matrix ${which} of its own`,
      });
    const [rows, columns] = found.shape;
    const shown = Math.min(rows, Math.floor(MOST_NUMBERS / columns));
    return {
      name: parameter,
      rows: shown,
      columns,
      values: Float32Array.from(found.data)
        .subarray(0, shown * columns)
        .slice(),
    };
  },
};
