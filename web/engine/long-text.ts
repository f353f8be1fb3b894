// Texts to measure on, as token ids of a model.
import { Generator, type LanguageModel } from "unrolled";
import { sampleToken } from "unrolled/decode";
import { breathe } from "./answers.ts";
import { modelIn } from "./models.ts";
import type { Slot, TextSource } from "./protocol.ts";
import { newestOf } from "./reading.ts";

/** Tokens that a network writes to be measured on. */
const OWN_TOKENS = 24_000;
/** Tokens that are drawn between two looks at the messages. */
const TOKENS_AT_ONCE = 200;

const ownTexts = new WeakMap<LanguageModel, Int32Array>();

/** The ids of a text. What a network writes itself it writes once, drawn as it predicts. */
export async function idsOf(slot: Slot, on: TextSource, signal: AbortSignal): Promise<Int32Array> {
  const trained = modelIn(slot);
  if (on.kind === "reading") return newestOf(slot).ids;
  if (on.kind === "file") return trained.tokenizer.encode(on.text);
  const known = ownTexts.get(trained);
  if (known) return known;
  const ids = await written(trained, signal);
  ownTexts.set(trained, ids);
  return ids;
}

async function written(model: LanguageModel, signal: AbortSignal): Promise<Int32Array> {
  const { tokenizer } = model;
  const session = model.session();
  const logits = new Float32Array(tokenizer.vocabularySize);
  const generator = new Generator(1);
  const forbiddenIds = [tokenizer.unknownId, tokenizer.endId].filter((id) => id !== null);
  const [start = 0] = tokenizer.encode("\n");
  const ids = new Int32Array(OWN_TOKENS);
  let last = start;
  for (let place = 0; place < OWN_TOKENS; place++) {
    session.stepInto({ ids: [last] }, { logits });
    last = sampleToken(logits, { temperature: 1, forbiddenIds }, generator);
    ids[place] = last;
    if (place % TOKENS_AT_ONCE === 0) await breathe();
    signal.throwIfAborted();
  }
  return ids;
}
