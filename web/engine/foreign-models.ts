// Models that were not made here, opened as models that read text.
import {
  type Device,
  languageModelOfNetwork,
  type ModelFiles,
  networkData,
  OpenedLanguageModel,
  type OpenedModel,
  OpenedNetwork,
  openModel,
  type TrainedModel,
  tokenizerFromJSON,
  trainTokenizer,
  UnrolledError,
} from "unrolled";

/** As many tokens as there are bytes. */
const BYTES = 256;

/** The model whose file lies at a URL. */
export async function foreignModelAt(device: Device, url: URL): Promise<TrainedModel> {
  return languageModelOf(device, await openModel(url, { device }), url.href, async () => {
    const response = await fetch(new URL("tokenizer.json", url));
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  });
}

/** The model in some files: one of them says what the others are. */
export async function foreignModelOf(device: Device, files: ModelFiles): Promise<TrainedModel> {
  const names = Object.keys(files);
  // The tokenizer says what tokens are; the model is the other file, or the one that names the others.
  const first =
    names.find((name) => /^model\.json$|index\.json$/.test(name)) ??
    names.find((name) => !/^(tokenizer|generation_config)\.json$/.test(name));
  if (first === undefined)
    throw new UnrolledError("missing-file", "explorer: there is no model among these files");
  const read = async (name: string) => {
    if (files[name]) return files[name];
    throw new UnrolledError("missing-file", `explorer: ${name} is missing, drop it along with ${first}`);
  };
  const opened = await openModel(files[first], { device, read });
  return languageModelOf(device, opened, first, async () => files["tokenizer.json"]);
}

/** A model from elsewhere as one that reads text: what its ids stand for is in a tokenizer.json beside it, or they are bytes. */
async function languageModelOf(
  device: Device,
  opened: OpenedModel,
  name: string,
  readTokenizer: () => Promise<Uint8Array | undefined>,
): Promise<TrainedModel> {
  if (opened instanceof OpenedLanguageModel) return opened.trained;
  const refuse = (why: string) => new UnrolledError("invalid-file", `explorer: ${name} ${why}`);
  if (!(opened instanceof OpenedNetwork))
    throw refuse(
      "is an ONNX graph: the library runs it, but this page looks into layers that it knows by name; the safetensors, PyTorch or Keras file that it was made from can be opened",
    );
  const [input] = opened.inputs;
  if (input.kind !== "int")
    throw refuse("is a network that reads numbers, and this page shows models that read text");
  const data = await networkData(opened.network);
  const file = await readTokenizer();
  const embedding = data.config.layers.find(({ config }) => config.kind === "embedding")?.config;
  const isOfBytes = embedding?.kind === "embedding" && embedding.vocabularySize === BYTES;
  if (!file && !isOfBytes)
    throw refuse("does not say what its tokens are; drop its tokenizer.json along with it");
  const tokenizer = file
    ? tokenizerFromJSON(JSON.parse(new TextDecoder().decode(file)))
    : trainTokenizer({ kind: "byte", text: "" });
  return { model: languageModelOfNetwork(device, data, tokenizer), tokenizer };
}
