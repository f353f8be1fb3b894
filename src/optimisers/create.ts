import type { Tensor } from "../tensor/tensor.ts";
import { Adam, type AdamOptions, AdamW } from "./adam.ts";
import type { Optimiser } from "./optimiser.ts";
import { RMSprop, type RMSpropOptions } from "./rmsprop.ts";
import { SGD, type SGDOptions } from "./sgd.ts";

/** An optimiser as plain data. */
export type OptimiserConfig =
  | ({ readonly kind: "adamw" | "adam" } & AdamOptions)
  | ({ readonly kind: "rmsprop" } & RMSpropOptions)
  | ({ readonly kind: "sgd" } & SGDOptions);

/** The optimiser of a configuration over these parameters. */
export function createOptimiser(config: OptimiserConfig, parameters: readonly Tensor[]): Optimiser {
  switch (config.kind) {
    case "adamw":
      return new AdamW(parameters, config);
    case "adam":
      return new Adam(parameters, config);
    case "rmsprop":
      return new RMSprop(parameters, config);
    case "sgd":
      return new SGD(parameters, config);
  }
}
