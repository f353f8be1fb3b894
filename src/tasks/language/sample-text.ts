import { openingOf } from "../../data/tokenizers/opening.ts";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { drawn } from "../../decoding/drawn.ts";
import type { NextToken } from "../../decoding/next-token.ts";
import { nextTokenWeights } from "../../decoding/softmax.ts";
import { Pacer } from "../../parallel/pacer.ts";
import type { Generator } from "../../random/philox.ts";

export { sampleReader } from "./sample-reader.ts";

const CALL = "generateTokens";
const SAMPLE_TOKENS = 300;
const TEMPERATURE = 0.8;

/**
 * What a model that is being trained would write without a prompt (`openingOf`): as `generateTokens` does it with nothing but a temperature, whose
 * other ways of choosing a page that trains need not fetch.
 */
export async function sampleText(
  model: NextToken,
  tokenizer: Tokenizer,
  generator: Generator,
  opening: Int32Array = openingOf(tokenizer).ids,
): Promise<string> {
  const { endId, unknownId } = tokenizer;
  const prompt = opening;
  const forbidden = unknownId === null ? [] : [unknownId];
  const pacer = new Pacer(CALL, undefined);
  const draws = generator.fork(0);
  const weights = new Float64Array(model.vocabularySize);
  const stream = tokenizer.stream();
  // What a token looks like can depend on those before it, so the stream reads the prompt, which is not shown.
  for (const id of prompt) stream.push(id);
  model.reset();
  let logits = model.step(prompt[0]);
  for (let at = 1; at < prompt.length; at++) logits = model.step(prompt[at]);
  let text = "";
  for (let tokens = 1; ; tokens++) {
    if (pacer.isDue()) await pacer.pause();
    nextTokenWeights(CALL, logits, forbidden, weights, TEMPERATURE);
    const id = drawn(weights, weights.length, draws);
    if (id === endId) break;
    text += stream.push(id);
    if (tokens === SAMPLE_TOKENS) break;
    logits = model.step(id);
  }
  return text + stream.end();
}
