import { charTokenizer } from "../../../data/tokenizers/char-tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";
import type { StateDict } from "../../../module/state-dict.ts";
import type { NetworkData } from "../../../networks/network-data.ts";
import type { Device } from "../../../tensor/device.ts";
import type { LanguageModel } from "./language-model.ts";
import { languageModelOfNetwork } from "./language-model-of-network.ts";

/** The logit of <unk>, whose probability is 0 with it. */
const NEVER = -1e9;

/**
 * The language model of a network over characters that knows no other ones. Here `<unk>` is token 0, so that each character's id is one
 * more than it was; `<unk>` is never predicted, and is an embedding of zeros where a text has a character that the model does not know.
 *
 * @param characters by the ids that they have in the network
 * @throws UnrolledError "invalid-argument" for a network that is no language model, "shape-mismatch" for another number of characters
 */
export function languageModelOfCharacters(
  device: Device,
  { config, tensors }: NetworkData,
  characters: readonly string[],
): LanguageModel {
  const widened = new Map<string, StateDict[string]>();
  const layers = config.layers.map((layer) => {
    const { name, config: own } = layer;
    const widen = (end: string, first: number) => {
      const tensor = tensors[`${name}.${end}`];
      if (tensor?.shape[0] !== characters.length)
        throw new UnrolledError("shape-mismatch", {
          problem: `layer ${name} has ${tensor?.shape[0]} rows for ${characters.length} characters, needed the same`,
        });
      widened.set(`${name}.${end}`, withFirstRow(tensor, first));
    };
    if (own.kind === "embedding") {
      widen("weight", 0);
      return { ...layer, config: { ...own, vocabularySize: own.vocabularySize + 1 } };
    }
    if (own.kind !== "linear" || !own.bias) return layer;
    widen("weight", 0);
    widen("bias", NEVER);
    return { ...layer, config: { ...own, outputSize: own.outputSize + 1 } };
  });
  const data = { config: { ...config, layers }, tensors: { ...tensors, ...Object.fromEntries(widened) } };
  const codePoints = characters.map((character) => character.codePointAt(0)!);
  return languageModelOfNetwork(device, data, charTokenizer(codePoints));
}

function withFirstRow({ shape: [rows, ...rest], data }: StateDict[string], first: number): StateDict[string] {
  const width = data.length / rows;
  const all = new Float32Array(data.length + width).fill(first, 0, width);
  all.set(data, width);
  return { shape: [rows + 1, ...rest], data: all };
}
