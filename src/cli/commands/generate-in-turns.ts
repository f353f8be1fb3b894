import { converse } from "../interactive/converse.ts";
import { SharedText } from "../interactive/shared-text.ts";
import { openLanguageFolder } from "../model-folder.ts";
import type { GenerateOptions } from "./generate-command.ts";

/** Seeds that are drawn stay short enough to be typed. */
const SEEDS = 2 ** 32;
/** So much at a time can be read. */
const TOKENS = 200;

/** `unrolled generate --interactive`: a person and the model write a text in turns. */
export async function generateInTurns(folder: string, options: GenerateOptions): Promise<void> {
  const { prompt = "", condition, backend, stop, seed = Math.floor(Math.random() * SEEDS) } = options;
  const { maxNewTokens = TOKENS, temperature, topK, topP, minP, repetitionPenalty } = options;
  const model = await openLanguageFolder(folder, backend);
  const sampling = { condition, temperature, topK, topP, minP, repetitionPenalty };
  const shared = new SharedText(model, prompt, { ...sampling, maxNewTokens, stop, seed });
  await converse(shared, model.tokenizer);
}
