import { UnrolledError } from "../../errors.ts";
import { Embedding } from "../../layers/embedding.ts";
import { flag, positive, size } from "../../options/field-checks.ts";
import { packed } from "../../tensor/operations/products.ts";
import { freshValue, type LayerKind } from "../layer-kind.ts";
import { bothMasks, maskOfIds } from "../mask.ts";
import type { StepValue } from "../step-value.ts";
import { type Tied, tied } from "../tied.ts";

/** A vector for each id: [...] to [..., E]. */
export interface EmbeddingLayerConfig {
  readonly kind: "embedding";
  readonly vocabularySize: number;
  readonly size: number;
  /** Id 0 is padding, whose steps are masked. */
  readonly maskZero?: boolean;
  /** Vectors are first drawn evenly from ± this; √3 if not given, PyTorch's mean 0 and variance 1. */
  readonly range?: number;
  readonly weight?: Tied;
}

export const embedding: LayerKind<EmbeddingLayerConfig, Embedding> = {
  fields: {
    needed: { vocabularySize: size, size },
    optional: { maskZero: flag, range: positive, weight: tied },
  },
  reads: ["int"],

  shape: (config, [{ axes }]) => ({ axes: [...axes, config.size], kind: "float" }),

  parameters: (config) => [["weight", [config.vocabularySize, config.size]]],

  build(device, { vocabularySize, size: embeddingSize, range }, { generator, tied }) {
    const weight = tied("weight");
    return new Embedding(device, {
      vocabularySize,
      embeddingSize,
      generator,
      ...(range === undefined ? {} : { bound: range }),
      ...(weight ? { weight } : {}),
    });
  },

  apply({ config, module, values: [{ tensor: ids, lengths, mask }] }) {
    const tensor = module.forward(ids);
    const padding = config.maskZero ? maskOfIds(ids) : undefined;
    return { value: { tensor, lengths, mask: bothMasks(mask, padding) } };
  },

  step(room, { name, config, module: { weight }, read: [ids], width: made }) {
    const { device, batch } = room;
    const isOne = batch * ids.width === 1;
    const row = { of: weight, id: 0 };
    const value: StepValue = { ...freshValue(room, made), ...(isOne ? { row } : {}) };
    const place = value.at;
    const [vocabulary, width] = weight.shape;
    const least = config.maskZero ? 1 : 0;
    const checkIds = (given: ArrayLike<number>) => {
      for (let index = 0; index < given.length; index++) {
        const id = given[index];
        if (id >= least && id < vocabulary) continue;
        const padding = least === 1 && id === 0 ? "; 0 is padding, which a stream does not have" : "";
        throw new UnrolledError("invalid-argument", {
          call: "step",
          problem: `layer ${name} reads id ${id}, needed ${least} to ${vocabulary - 1}${padding}`,
        });
      }
    };
    const run = (rows: number) => {
      const count = rows * ids.width;
      if (isOne) row.id = device.heap.ints()[ids.at];
      // A weight in fewer bits is read from its packed copy, and one row of another where it stands.
      if (weight.storage.narrow)
        device.kernels.gatherPacked({
          packed: packed(weight, "transposed"),
          ids: ids.at,
          ys: place,
          count,
          k: width,
          n: vocabulary,
        });
      else if (!isOne)
        device.kernels.gatherRows({
          table: weight.offset,
          ids: ids.at,
          ys: place,
          n: count,
          width,
          rows: vocabulary,
        });
      value.at = isOne && !weight.storage.narrow ? weight.offset + row.id * width : place;
    };
    return { value, checkIds, run };
  },
};
