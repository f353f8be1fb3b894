import { expect, test } from "vitest";
import { captionAnswers } from "./caption-answers.ts";

const FOUND = { images: 2, lossNats: 1.5, bleu: 40, exactMatch: 0.5 };

test("the loss of each text stands below the figures, where it was asked for", () => {
  const losses = [{ image: "a.png", nats: 12.5, tokens: 4 }];
  const lines = captionAnswers.evaluation({ ...FOUND, losses });
  expect(lines).toEqual([...captionAnswers.evaluation(FOUND), "", "   12.500 nats     4 tokens  a.png"]);
});
