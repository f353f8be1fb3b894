// Networks of language models for tests, with what a model of them is made of.
import type { Tokenizer } from "../src/data/tokenizer.ts";
import type { NetworkState } from "../src/networks/layered-network.ts";
import { Network } from "../src/networks/network.ts";
import type { Generator } from "../src/random/philox.ts";
import { LanguageModel, type LanguageModelParts } from "../src/tasks/language/language-model.ts";
import type { LanguageModelConfig } from "../src/tasks/language/language-model-config.ts";
import { languageModel } from "../src/tasks/language/language-model-network.ts";
import { TokenReader } from "../src/tasks/language/token-reader.ts";
import type { Device } from "../src/tensor/device.ts";
import type { Tensor } from "../src/tensor/tensor.ts";

const configs = new WeakMap<Network, LanguageModelConfig>();

/** The network of a language model, its weights drawn. */
export function languageNetwork(
  device: Device,
  config: LanguageModelConfig,
  generator: Generator = device.generator,
): Network {
  const network = new Network(device, languageModel(config), { generator });
  configs.set(network, config);
  return network;
}

/** What such a network was made from. */
export function configOf(network: Network): LanguageModelConfig {
  return configs.get(network)!;
}

/** A language model of such a network. */
export function modelWith(
  network: Network,
  tokenizer: Tokenizer,
  more: Partial<LanguageModelParts> = {},
): LanguageModel {
  return new LanguageModel({ network, config: configOf(network), tokenizer, ...more });
}

/** Token ids [T, B] to logits [T, B, V]. */
export function logitsOf(network: Network, ids: Tensor, state?: NetworkState): Tensor {
  return network.forward({ ids }, { state }).outputs.logits;
}

/** Reads such a network token by token. */
export function readerOf(network: Network): TokenReader {
  return new TokenReader(network.session());
}

/** One of a network's parameters. */
export function weightOf(network: Network, name: string) {
  return network.namedParameters().get(name)!;
}
