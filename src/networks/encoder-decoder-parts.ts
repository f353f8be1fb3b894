import { UnrolledError } from "../errors.ts";
import type { LayerConfig, NetworkConfig, NetworkInput, NetworkLayer } from "./config.ts";
import { fedDecoderStep } from "./fed-decoder-step.ts";
import { kindOf } from "./known-kinds.ts";
import type { NetworkData } from "./network-data.ts";
import { networkPart } from "./network-part.ts";
import { networkShapes } from "./network-shapes.ts";
import { parameterShapes } from "./parameter-shapes.ts";
import { isRecurrent, shapeOf } from "./recurrent-axes.ts";
import { namedTwice, tiesOf } from "./ties.ts";

/**
 * An encoder-decoder as two networks, for programs that run a graph without knowing of decoders. The encoder's outputs are inputs of the
 * decoder, under the same names. The decoder reads tokens [B, U], one at a time (U = 1) or many, and gives logits [B, U, V] and, for each
 * state NAME that it begins in, NAME.next [B, H]: what NAME is to be at the next step. Of a decoder whose attention is part of its
 * recurrence one step is given (U = 1), and what it leaves to the next one is a state too, zeros at first: LAYER.feed [B, O] where its output
 * is fed, LAYER.coverage and LAYER.weights [B, T] of attention that knows where it looked.
 *
 * @param target the input that holds the tokens before
 * @throws UnrolledError "invalid-argument" for a network without such an input
 */
export function encoderDecoderParts(
  network: NetworkData,
  target = "target",
): { readonly encoder: NetworkData; readonly decoder: NetworkData } {
  if (!network.config.inputs.some(({ name }) => name === target))
    throw new UnrolledError("invalid-argument", {
      call: "encoderDecoderParts",
      problem: `there is no input ${target}`,
    });
  const { network: stepped, layers: ofStep, carried } = fedDecoderStep(network, target);
  const { config } = stepped;
  const { inputs, layers, outputs } = config;
  const names = new Set([target, ...carried.map(({ name }) => name)]);
  const isCarried = ({ name }: NetworkInput) => names.has(name);
  const ofTarget = new Set([...names, ...ofStep]);
  for (const { name, inputs: reads } of layers)
    if (reads.some((read) => ofTarget.has(read))) ofTarget.add(name);
  const step = layers.filter(({ name }) => ofTarget.has(name));
  const between = [
    ...new Set(step.flatMap(({ inputs: reads }) => reads.filter((read) => !ofTarget.has(read)))),
  ];
  const shapes = networkShapes(config);
  const given = between.map((name): NetworkInput => ({ name, axes: shapes.get(name)!.axes, kind: "float" }));
  const states = step.flatMap(({ name, inputs: reads, config: layer }) => {
    if (!isRecurrent(layer)) return [];
    const first = reads.slice(kindOf(layer).begins!.from);
    return shapeOf(layer).states.flatMap(({ name: of }, at): NetworkLayer[] =>
      first[at] === undefined
        ? []
        : [{ name: `${first[at]}.next`, inputs: [name], config: { kind: "final-state", of } }],
    );
  });
  return {
    encoder: part(stepped, {
      inputs: inputs.filter((input) => !isCarried(input)),
      layers: networkPart(stepped, { known: inputs.map(({ name }) => name), wanted: between }),
      outputs: between.map((name) => ({ name, from: name })),
    }),
    decoder: part(stepped, {
      inputs: [...inputs.filter(isCarried), ...given],
      layers: [...step, ...states],
      outputs: [...outputs, ...states.map(({ name }) => ({ name, from: name }))],
    }),
  };
}

/** Some of a network's layers with their tensors. What is tied to a layer that is left out has the weight itself. */
function part({ config: whole, tensors }: NetworkData, config: NetworkConfig): NetworkData {
  const names = new Set(config.layers.map(({ name }) => name));
  const layerOf = (parameter: string) =>
    whole.layers.find(({ name }) => parameter.startsWith(`${name}.`))!.name;
  const ties = tiesOf(whole);
  const owners = new Map<string, string>();
  const layers = config.layers.map((layer): NetworkLayer => {
    const source = ties.get(`${layer.name}.weight`);
    if (source === undefined || names.has(layerOf(source))) return layer;
    const owner = owners.get(source);
    if (owner === undefined) owners.set(source, `${layer.name}.weight`);
    const { weight: _, ...own } = layer.config as LayerConfig & { readonly weight?: unknown };
    return {
      ...layer,
      config: (owner === undefined ? own : { ...own, weight: { tied: owner } }) as LayerConfig,
    };
  });
  const made = { ...config, layers };
  const all = namedTwice(tensors, whole);
  const kept = [...parameterShapes(made).keys()].map((name) => [name, all[name]] as const);
  return { config: made, tensors: Object.fromEntries(kept) };
}
