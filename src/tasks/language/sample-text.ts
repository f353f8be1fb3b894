import type { Tokenizer } from "../../data/tokenizer.ts";
import { generateTokens } from "../../decoding/generate.ts";
import type { NextToken } from "../../decoding/next-token.ts";
import type { Generator } from "../../random/philox.ts";

const SAMPLE_TOKENS = 300;

/** What a model that is being trained would write after a line break. */
export async function sampleText(
  session: NextToken,
  tokenizer: Tokenizer,
  generator: Generator,
): Promise<string> {
  const prompt = tokenizer.encode("\n");
  session.reset();
  const events = generateTokens(session, prompt.length > 0 ? prompt : [0], {
    generator,
    maxNewTokens: SAMPLE_TOKENS,
    temperature: 0.8,
    stream: () => tokenizer.stream(),
    endIds: tokenizer.endId === null ? [] : [tokenizer.endId],
    forbiddenIds: tokenizer.unknownId === null ? [] : [tokenizer.unknownId],
  });
  for await (const event of events) if (event.type === "end") return event.text;
  return "";
}
