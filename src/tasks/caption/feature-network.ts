// A network that is not trained here, in an ONNX file: what it makes of pictures is what the decoder looks at.
import { UnrolledError } from "../../errors.ts";
import { type OnnxGraph, type OnnxValueInfo, openOnnx } from "../../formats/onnx/graph.ts";
import type { FileReader } from "../../models/model-files.ts";
import type { Device } from "../../tensor/device.ts";
import type { CaptionSettings } from "./caption-options.ts";
import type { FEATURE_SCALES } from "./feature-scales.ts";

/** The file of a model's folder that holds it. */
export const FEATURES_FILE = "features.onnx";

/** How a network is asked, and what it says. Plain data. */
export interface FeatureForm {
  readonly input: string;
  readonly output: string;
  readonly width: number;
  readonly height: number;
  readonly scale: (typeof FEATURE_SCALES)[number];
  /** Whether colours, and what is made of them, stand before rows and columns, as PyTorch has them. */
  readonly channelsFirst: boolean;
  readonly channels: number;
  /** Rows and columns of the places that it says something of. */
  readonly grid: readonly [number, number];
}

/** Asks a network what it makes of pictures. */
export interface FeatureNetwork {
  readonly form: FeatureForm;
  /** Of each of the pixels [3, height, width]: [channels, rows·columns]. */
  featuresOf(pictures: readonly Uint8Array[]): Promise<Float32Array[]>;
}

/** Of red, green and blue, as networks that were trained on ImageNet read them. */
const IMAGENET = [
  { mean: 0.485, deviation: 0.229 },
  { mean: 0.456, deviation: 0.224 },
  { mean: 0.406, deviation: 0.225 },
] as const;

type Asked = Pick<
  CaptionSettings,
  "features" | "imageWidth" | "imageHeight" | "featureScale" | "featureOutput"
>;

/**
 * Opens it for a training: a grey picture says what it makes of one.
 *
 * @throws UnrolledError "invalid-file" for a file that is no such graph, or whose weights are elsewhere; "invalid-argument" for a graph
 * that reads or makes something else
 */
export async function newFeatureNetwork(
  device: Device,
  bytes: Uint8Array,
  settings: Asked,
): Promise<FeatureNetwork> {
  const graph = opened(device, bytes, settings.features);
  const { name: input, dims } = pictureInput(graph);
  const channelsFirst = dims[1] === 3 || dims[3] !== 3;
  const [height, width] = channelsFirst ? [dims[2], dims[3]] : [dims[1], dims[2]];
  const output = outputOf(graph, settings.featureOutput);
  const asked = {
    ...{ input, output, channelsFirst, scale: settings.featureScale },
    width: typeof width === "number" ? width : settings.imageWidth,
    height: typeof height === "number" ? height : settings.imageHeight,
  };
  const grey = new Uint8Array(3 * asked.width * asked.height).fill(128);
  const { shape } = await run(graph, asked, grey);
  const [channels, grid] = placesOf(output, shape, channelsFirst);
  return featureNetwork(graph, { ...asked, channels, grid });
}

function opened(device: Device, bytes: Uint8Array, path: string | null): OnnxGraph {
  try {
    return openOnnx(device, bytes);
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw error.within({ call: "train", ...(path === null ? {} : { place: path }) });
  }
}

/** Opens that of a model's folder. */
export async function savedFeatureNetwork(
  device: Device,
  read: FileReader,
  form: FeatureForm,
): Promise<FeatureNetwork> {
  return featureNetwork(openOnnx(device, await read(FEATURES_FILE)), form);
}

function featureNetwork(graph: OnnxGraph, form: FeatureForm): FeatureNetwork {
  return {
    form,
    async featuresOf(pictures) {
      const found: Float32Array[] = [];
      for (const pixels of pictures) {
        const { shape, data } = await run(graph, form, pixels);
        found.push(byChannel(Float32Array.from(data), shape, form));
      }
      return found;
    },
  };
}

async function run(
  graph: OnnxGraph,
  form: Pick<FeatureForm, "input" | "output" | "width" | "height" | "scale" | "channelsFirst">,
  pixels: Uint8Array,
): Promise<{ readonly shape: readonly number[]; readonly data: ArrayLike<number> }> {
  const { input, output, width, height, channelsFirst } = form;
  const size = width * height;
  const data = new Float32Array(3 * size);
  for (let channel = 0; channel < 3; channel++)
    for (let at = 0; at < size; at++)
      data[channelsFirst ? channel * size + at : 3 * at + channel] = scaled(
        form.scale,
        pixels[channel * size + at],
        channel,
      );
  const shape = channelsFirst ? [1, 3, height, width] : [1, height, width, 3];
  const { [output]: made } = await graph.run({ [input]: { dims: shape, data } });
  return { shape: made.dims, data: made.data as ArrayLike<number> };
}

function scaled(scale: FeatureForm["scale"], pixel: number, channel: number): number {
  switch (scale) {
    case "imagenet":
      return (pixel / 255 - IMAGENET[channel].mean) / IMAGENET[channel].deviation;
    case "unit":
      return pixel / 255;
    case "signed":
      return pixel / 127.5 - 1;
    case "byte":
      return pixel;
  }
}

function pictureInput(graph: OnnxGraph): { readonly name: string; readonly dims: OnnxDims } {
  const [only, ...others] = graph.inputs;
  const { dims } = only ?? {};
  const isPicture = dims?.length === 4 && (dims[1] === 3 || dims[3] === 3 || dims.every(isFree));
  if (isPicture && others.length === 0) return { name: only.name, dims };
  const given = graph.inputs.map(({ name, dims: axes }) => `${name} [${axes?.join(", ") ?? "?"}]`).join(", ");
  throw refused(
    `it reads ${given || "nothing"}, needed one input [N, 3, height, width] or [N, height, width, 3]`,
  );
}

type OnnxDims = NonNullable<OnnxValueInfo["dims"]>;
const isFree = (length: number | string | null) => typeof length !== "number";

function outputOf({ outputs }: OnnxGraph, wanted: string | null): string {
  const name = wanted ?? outputs[0]?.name;
  if (name !== undefined && outputs.some((output) => output.name === name)) return name;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option: "featureOutput" }],
    got: String(wanted),
    needed: `one of the network's outputs: ${outputs.map((output) => output.name).join(", ")}`,
  });
}

/** Channels, and rows and columns of places: of maps, of a list of places (the first of which may speak of the whole), or of one vector. */
function placesOf(
  output: string,
  shape: readonly number[],
  channelsFirst: boolean,
): readonly [channels: number, grid: readonly [number, number]] {
  const [, one, two, three] = shape;
  if (shape.length === 4) return channelsFirst ? [one, [two, three]] : [three, [one, two]];
  if (shape.length === 2) return [one, [1, 1]];
  if (shape.length === 3) {
    const side = [one, one - 1].map(Math.sqrt).find(Number.isInteger);
    return [two, side === undefined ? [1, one] : [side, side]];
  }
  throw refused(`output ${output} is [${shape.join(", ")}], needed maps, a list of vectors, or one vector`);
}

/** What it made of one picture as [channels, places]. */
function byChannel(
  made: Float32Array,
  { length: axes }: readonly number[],
  { channels, grid: [rows, columns], channelsFirst }: FeatureForm,
): Float32Array {
  if (axes === 4 && channelsFirst) return made;
  const places = rows * columns;
  // What speaks of the whole stands first.
  const from = made.length - places * channels;
  const turned = new Float32Array(places * channels);
  for (let place = 0; place < places; place++)
    for (let channel = 0; channel < channels; channel++)
      turned[channel * places + place] = made[from + place * channels + channel];
  return turned;
}

function refused(problem: string): UnrolledError {
  return new UnrolledError("invalid-argument", {
    call: "train",
    problem: [{ option: "features" }, `: ${problem}`],
  });
}
