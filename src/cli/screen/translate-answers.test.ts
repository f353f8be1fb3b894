import { expect, test } from "vitest";
import { END_TOKEN } from "../../data/tokenizers/tokenizer.ts";
import { translateAnswers } from "./translate-answers.ts";

test("a chart of characters has a sign for a space", () => {
  const answer = {
    ...{ source: "a ", target: " ", score: -1, logProbability: -1, alternatives: [] },
    ...{ sourceTokens: ["a", " ", END_TOKEN], targetTokens: [" "], alignment: [[0, 1, 0]] },
  };
  const [text, , ...chart] = translateAnswers.answer(answer, 80, { alignment: true, nBest: 1 });
  expect(text).toBe(" ");
  expect(chart.slice(-2)[0]).toBe("  a ␣ )");
  expect(chart.at(-1)).toMatch(/␣.*██$/);
  expect(chart).toHaveLength(6);
});
