import type { NetworkConfig } from "../../networks/config.ts";
import { alphaOf } from "../../networks/entry-functions.ts";
import { isRecurrent } from "../../networks/recurrent-axes.ts";
import { hardSigmoidSlope } from "./layer-activations.ts";

const VERSIONS = ["2.15.0", "3.0.0"];

/**
 * The version of Keras whose hard sigmoid a network's layers use; the earlier where they use none. A text where no version has it.
 * A reader of weights goes by the version, since a model's configuration names the function alone.
 */
export function hardSigmoidVersion(
  config: NetworkConfig,
): { readonly version: string } | { readonly problem: string } {
  const slopes = new Set(config.layers.flatMap(slopesIn));
  const version = VERSIONS.find((each) => [...slopes].every((slope) => slope === hardSigmoidSlope(each)));
  if (version) return { version };
  const found = [...slopes].join(" and ");
  return {
    problem: `hard sigmoids have the slope ${found}, and Keras has 0.2 in version 2 or 1/6 in version 3`,
  };
}

function slopesIn({ config }: NetworkConfig["layers"][number]): number[] {
  if (config.kind === "activation")
    return config.activation === "hard-sigmoid" ? [alphaOf("hard-sigmoid", config.alpha)] : [];
  if (!isRecurrent(config)) return [];
  const given =
    config.kind === "rnn"
      ? [config.options.nonlinearity ?? "tanh"]
      : ("activations" in config.options && config.options.activations) || [];
  return given.flatMap((activation) => {
    const { name, alpha } = typeof activation === "string" ? { name: activation } : activation;
    return name === "hard-sigmoid" ? [alphaOf(name, alpha)] : [];
  });
}
