// Models that were not made here, opened as models that read text.
import {
  type Device,
  LanguageModel,
  type Model,
  type ModelFiles,
  NetworkModel,
  openModel,
  trainTokenizer,
  UnrolledError,
} from "unrolled";
import { tokenizerFromJSON } from "unrolled/data";
import { networkOfOnnx, type OnnxExternalData } from "unrolled/formats/onnx";
import { languageModelOfNetwork, type NetworkData, networkData } from "unrolled/network";

import { openingError } from "./opening-errors.ts";
import type { LookedModel } from "./task-models.ts";

/** As many tokens as there are bytes. */
const BYTES = 256;

/** The model whose file lies at a URL. */
export async function foreignModelAt(device: Device, url: URL): Promise<LanguageModel | LookedModel> {
  const read = async (place: URL) => {
    const response = await fetch(place);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  };
  return languageModelOf(device, await openModel(url, { device }), url.href, {
    tokenizer: () => read(new URL("tokenizer.json", url)),
    onnx: async () => {
      // A folder's graph has this name.
      const place = url.pathname.endsWith("/") ? new URL("model.onnx", url) : url;
      const bytes = await read(place);
      if (bytes) return networkOfOnnx(bytes);
      throw new UnrolledError("missing-file", {
        call: "explorer",
        problem: `${place.href} is not there any more`,
      });
    },
  });
}

/** The model in some files: one of them says what the others are. */
export async function foreignModelOf(
  device: Device,
  files: ModelFiles,
): Promise<LanguageModel | LookedModel> {
  const names = Object.keys(files);
  // The tokenizer says what tokens are; the model is the other file, or the one that names the others.
  const first =
    names.find((name) => /^model\.json$|index\.json$|\.onnx$/.test(name)) ??
    names.find((name) => !/^(tokenizer|generation_config)\.json$/.test(name));
  if (first === undefined)
    throw new UnrolledError("missing-file", {
      call: "explorer",
      problem: "there is no model among these files",
    });
  const read = async (name: string) => {
    if (files[name]) return files[name];
    throw new UnrolledError("missing-file", {
      call: "explorer",
      problem: `${name} is missing, drop it along with ${first}`,
    });
  };
  let opened: Model;
  try {
    opened = await openModel(files[first], { device, read });
  } catch (error) {
    throw openingError(error, first);
  }
  const externalData: OnnxExternalData = (location, offset, length) =>
    files[location].subarray(offset, length === undefined ? undefined : offset + length);
  return languageModelOf(device, opened, first, {
    tokenizer: async () => files["tokenizer.json"],
    onnx: async () => networkOfOnnx(files[first], { externalData }),
  });
}

/** A model from elsewhere as one that reads text: what its ids stand for is in a tokenizer.json beside it, or they are bytes. */
async function languageModelOf(
  device: Device,
  opened: Model,
  name: string,
  read: {
    readonly tokenizer: () => Promise<Uint8Array | undefined>;
    /** The layers of its graph. */
    readonly onnx: () => Promise<NetworkData>;
  },
): Promise<LanguageModel | LookedModel> {
  if (opened instanceof LanguageModel) return opened;
  if ("look" in opened) return opened as unknown as LookedModel;
  const refuse = (why: string) =>
    new UnrolledError("invalid-file", { call: "explorer", problem: `${name} ${why}` });
  if (opened instanceof NetworkModel && opened.inputs[0].kind !== "int")
    throw refuse(
      "is a network that reads numbers, such as a sound or a series; this page opens models that read text, and detectors of speech under A sound",
    );
  const data = opened instanceof NetworkModel ? await networkData(opened.network) : await read.onnx();
  const file = await read.tokenizer();
  const embedding = data.config.layers.find(({ config }) => config.kind === "embedding")?.config;
  const isOfBytes = embedding?.kind === "embedding" && embedding.vocabularySize === BYTES;
  if (!file && !isOfBytes)
    throw refuse("does not say what its tokens are; drop its tokenizer.json along with it");
  const tokenizer = file
    ? tokenizerFromJSON(JSON.parse(new TextDecoder().decode(file)))
    : trainTokenizer({ kind: "byte", text: "" });
  return languageModelOfNetwork(device, data, tokenizer);
}
