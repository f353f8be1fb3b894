// Networks of language models for tests, with what a model of them is made of.
import {
  type Device,
  type Generator,
  LanguageModel,
  languageModel,
  Network,
  type Tensor,
  type Tokenizer,
} from "unrolled";
import type { LanguageModelConfig, LanguageModelParts, NetworkState } from "unrolled/network";
import { TokenReader } from "../src/tasks/language/model/token-reader.ts";

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
