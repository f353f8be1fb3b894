import { CELL_KINDS, type CellKind, isCellKind } from "../../../cells/cells.ts";
import { parameterName, suffixOf } from "../../../cells/parameters.ts";
import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { StateDict } from "../../../module/state-dict.ts";
import type { NetworkLayer, RecurrentLayerConfig } from "../../../networks/config.ts";
import { Network } from "../../../networks/network.ts";
import type { NetworkData } from "../../../networks/network-data.ts";
import { Undrawn } from "../../../random/undrawn.ts";
import type { Device } from "../../../tensor/device.ts";
import {
  architectureOptions,
  cellShapeOf,
  cellTable,
  configuredOptions,
  nameOfCell,
} from "./language-cell.ts";
import { LanguageModel } from "./language-model.ts";
import type { LanguageModelConfig } from "./language-model-config.ts";
import { languageModel } from "./language-model-network.ts";

const CALL = "languageModelOfNetwork";

/** What a language model cannot say of a layer's sequences, by the values that it has. */
const PLAIN_OPTIONS: Readonly<Record<string, unknown>> = { direction: "forward", initialState: "zero" };

type ChainedLayer<Kind extends NetworkLayer["config"]["kind"]> = NetworkLayer & {
  readonly config: Extract<NetworkLayer["config"], { readonly kind: Kind }>;
};

/**
 * A network that reads token ids and scores the next one as a language model: an embedding, recurrent layers of one cell and
 * width (the last may have its own), a linear layer; dropout, and a softmax at the end, are left out. The way back from `languageModel`, and from models of
 * PyTorch or Keras that are built so.
 *
 * @param tokenizer what its ids stand for
 * @throws UnrolledError "invalid-argument" that names the first layer or option which a language model does not have, "shape-mismatch" for
 * a tokenizer of another size
 */
export function languageModelOfNetwork(
  device: Device,
  data: NetworkData,
  tokenizer: Tokenizer,
): LanguageModel {
  const { embedding, recurrent, linear } = chainOf(data);
  const [first] = recurrent;
  const last = recurrent.at(-1)!;
  const { vocabularySize, size: embeddingSize } = embedding.config;
  if (tokenizer.vocabularySize !== vocabularySize || linear.config.outputSize !== vocabularySize)
    throw new UnrolledError("shape-mismatch", {
      call: CALL,
      problem: `the tokenizer has ${tokenizer.vocabularySize} tokens, the embedding ${vocabularySize} and the last layer ${linear.config.outputSize} outputs, needed the same`,
    });
  const cell = nameOfCell(first.config.kind);
  const { hiddenSize } = first.config.options;
  const config: LanguageModelConfig = {
    cell,
    hiddenSize,
    ...configuredOptions({ cell, hiddenSize, ...Object.fromEntries(sharedOptions(recurrent)) }),
    vocabularySize,
    embeddingSize,
    tokenizer: tokenizer.kind,
    ...(last.config.options.hiddenSize === hiddenSize
      ? {}
      : { lastHiddenSize: last.config.options.hiddenSize }),
    numLayers: recurrent.reduce((sum, { config: { options } }) => sum + (options.numLayers ?? 1), 0),
    dropout: 0,
    tieWeights: linear.config.weight?.tied === `${embedding.name}.weight`,
  };
  const network = new Network(device, languageModel(config), { generator: new Undrawn() });
  network.loadStateDict(renamed(data.tensors, embedding.name, recurrent, linear.name, { network, config }));
  return new LanguageModel({ network: network.eval() as Network, config, tokenizer });
}

/** The three parts of the chain, or an error that names what breaks it. */
function chainOf({ config: { inputs, layers } }: NetworkData) {
  const refuse = (layer: NetworkLayer | undefined, needed: string) =>
    new UnrolledError("invalid-argument", {
      call: CALL,
      problem: `${layer ? `layer ${layer.name} is a ${layer.config.kind}` : "the network ends"}, needed ${needed}`,
    });
  const isDropout = ({ config: { kind } }: NetworkLayer) => kind === "dropout" || kind === "word-dropout";
  const rest = layers.filter((layer) => !isDropout(layer));
  const dropped = new Map(layers.filter(isDropout).map(({ name, inputs: [from] }) => [name, from]));
  let before = inputs[0]?.name;
  for (const layer of rest) {
    let [from] = layer.inputs;
    while (dropped.has(from)) from = dropped.get(from)!;
    if (layer.inputs.length !== 1 || from !== before)
      throw new UnrolledError("invalid-argument", {
        call: CALL,
        problem: `layer ${layer.name} reads ${layer.inputs.join(", ")}, needed ${before} alone`,
      });
    before = layer.name;
  }
  const embedding = rest.shift();
  if (!isOf(embedding, "embedding") || embedding.config.maskZero)
    throw refuse(embedding, "an embedding without padding first");
  const recurrent: ChainedLayer<CellKind>[] = [];
  while (isRecurrent(rest[0])) recurrent.push(rest.shift() as ChainedLayer<CellKind>);
  if (recurrent.length === 0)
    throw refuse(
      rest[0],
      `an ${CELL_KINDS.slice(0, -1).join(", ")} or ${CELL_KINDS.at(-1)} after the embedding`,
    );
  for (const [index, layer] of recurrent.entries()) {
    const isLast = index > 0 && index === recurrent.length - 1 && (layer.config.options.numLayers ?? 1) === 1;
    checkPlain(layer, recurrent[0], isLast);
  }
  const linear = rest.shift();
  if (!isOf(linear, "linear")) throw refuse(linear, "a linear layer after the recurrent ones");
  const isSoftmax = ({ config }: NetworkLayer) =>
    config.kind === "activation" && /softmax$/.test(config.activation);
  const more = rest.find((layer) => !isSoftmax(layer));
  if (more) throw refuse(more, "nothing but a softmax after the linear layer");
  return { embedding, recurrent, linear };
}

/** An error unless a layer is like the first; the last may have a width of its own. */
function checkPlain({ name, config }: ChainedLayer<CellKind>, first: NetworkLayer, isLast: boolean): void {
  const refuse = (what: string, needed: string) =>
    new UnrolledError("invalid-argument", {
      call: CALL,
      problem: `${what} of layer ${name}, needed ${needed}`,
    });
  if (config.returns !== "sequence") throw refuse(`returns is "${config.returns}"`, '"sequence"');
  const wanted = first.config as RecurrentLayerConfig;
  if (config.kind !== wanted.kind)
    throw refuse(`kind is "${config.kind}"`, `"${wanted.kind}" as the first has`);
  if (config.options.hiddenSize !== wanted.options.hiddenSize && !isLast)
    throw refuse(
      `hiddenSize is ${config.options.hiddenSize}`,
      `${wanted.options.hiddenSize} as the first has`,
    );
  for (const [option, plain] of Object.entries(PLAIN_OPTIONS)) {
    const value = optionOf(config, option) ?? plain;
    if (value !== plain)
      throw refuse(`option ${option} is ${JSON.stringify(value)}`, "a layer as language models have it");
  }
  const cell = nameOfCell(config.kind);
  for (const option of [...architectureOptions(cell), "zoneout"]) {
    const [own, others] = [config, wanted].map((each) =>
      JSON.stringify(optionOf(each, option) ?? cellTable(cell)[option].default),
    );
    if (own !== others && option !== "bias")
      throw refuse(`option ${option} is ${own ?? "missing"}`, `${others ?? "none"} as the first has`);
  }
}

/** What all layers say of their cell; biases that some of them lack are zeros. */
function sharedOptions(
  recurrent: readonly ChainedLayer<CellKind>[],
): readonly (readonly [string, unknown])[] {
  const [{ config: first }] = recurrent;
  return [...architectureOptions(nameOfCell(first.kind)), "zoneout"]
    .filter((option) =>
      recurrent.every(
        ({ config }) => optionOf(config, option) === optionOf(first, option) || option !== "bias",
      ),
    )
    .map((option) => [option, optionOf(first, option)] as const)
    .filter(([, value]) => value !== undefined);
}

function optionOf({ options }: RecurrentLayerConfig, option: string): unknown {
  return (options as Readonly<Record<string, unknown>>)[option];
}

/** The network's tensors under the model's names; biases that it lacks are zero. */
function renamed(
  tensors: StateDict,
  embedding: string,
  recurrent: readonly ChainedLayer<CellKind>[],
  linear: string,
  { network, config }: { readonly network: Network; readonly config: LanguageModelConfig },
): StateDict {
  const source = new Map([
    ["encoder.weight", `${embedding}.weight`],
    ["decoder.weight", `${linear}.weight`],
    ["decoder.bias", `${linear}.bias`],
  ]);
  const { parameters } = cellShapeOf(config);
  let layer = 0;
  for (const { name, config: layerConfig } of recurrent)
    for (let own = 0; own < (layerConfig.options.numLayers ?? 1); own++, layer++)
      for (const parameter of parameters) {
        const isOwn = config.lastHiddenSize !== undefined && layer === config.numLayers - 1;
        const [ours, theirs] = [isOwn ? 0 : layer, own].map((index) =>
          parameterName(parameter, suffixOf(index, 0)),
        );
        source.set(`${isOwn ? "last" : "rnn"}.${ours}`, `${name}.${theirs}`);
      }
  return Object.fromEntries(
    Array.from(network.namedParameters(), ([name, { shape, size }]) => {
      const found = tensors[source.get(name)!];
      return [name, found ?? { shape, data: new Float32Array(size) }];
    }),
  );
}

function isOf<Kind extends NetworkLayer["config"]["kind"]>(
  layer: NetworkLayer | undefined,
  kind: Kind,
): layer is ChainedLayer<Kind> {
  return layer?.config.kind === kind;
}

function isRecurrent(layer: NetworkLayer | undefined): boolean {
  return layer !== undefined && isCellKind(layer.config.kind);
}
