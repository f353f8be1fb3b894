import { expect, test } from "vitest";
import { trainTokenizer } from "../../data/tokenizers/train-tokenizer.ts";
import { generateTokens } from "../../decoding/generate.ts";
import type { NextToken } from "../../decoding/next-token.ts";
import { Generator } from "../../random/philox.ts";
import { sampleText } from "./sample-text.ts";

const text = "to and fro,\nfro and to\n";
/** Of the end of a document: never, and now and then. */
const END_LOGITS = [-50, 1];

/** Logits that depend on the token before, and are as likely for the end of a document as asked for. */
function model(vocabularySize: number, endLogit: number): NextToken {
  const logits = new Float32Array(vocabularySize);
  return {
    vocabularySize,
    reset: () => {},
    step(id) {
      for (let v = 0; v < vocabularySize; v++) logits[v] = ((id * 7 + v * 13) % 5) - 2;
      logits[vocabularySize - 1] = endLogit;
      return logits;
    },
    state: () => undefined,
    restore: () => {},
  };
}

test.each(["char", "word", "byte"] as const)(
  "writes what generateTokens writes, in %s tokens",
  async (kind) => {
    const tokenizer = trainTokenizer({ kind, text, documents: true });
    const { vocabularySize, endId, unknownId } = tokenizer;
    for (const endLogit of END_LOGITS) {
      const read = model(vocabularySize, endLogit);
      const prompt = tokenizer.encode("\n");
      const options = {
        generator: new Generator(5),
        maxNewTokens: 300,
        temperature: 0.8,
        stream: () => tokenizer.stream(),
        endIds: endId === null ? [] : [endId],
        forbiddenIds: unknownId === null ? [] : [unknownId],
      };
      let written = "";
      for await (const event of generateTokens(read, prompt.length > 0 ? prompt : [0], options))
        if (event.type === "end") written = event.text;
      expect(await sampleText(read, tokenizer, new Generator(5))).toBe(written);
      expect(written).not.toBe("");
    }
  },
);
