import { expect, test } from "vitest";
import { transcribeAnswers } from "./transcribe-answers.ts";

const answer = {
  file: "someone.wav",
  text: "three one",
  score: -0.31,
  words: [
    { word: "three", start: 0.12, end: 0.44 },
    { word: "one", start: 0.6, end: 10.8 },
  ],
  alternatives: [{ text: "three nine", score: -2.4 }],
};

test("times of words are shown where they were asked for", () => {
  const shown = (given: object) => transcribeAnswers.answer(answer, 80, { ...given });
  expect(shown({ times: false })).toEqual(["someone.wav: three one", "  or (-2.40): three nine"]);
  expect(shown({ times: true })).toEqual([
    "someone.wav: three one",
    "      0.12 –  0.44 s  three",
    "      0.60 – 10.80 s  one",
    "  or (-2.40): three nine",
  ]);
});

test("a sound in which nothing is heard says so", () => {
  const silent = { ...answer, text: "", words: [], alternatives: [{ text: "", score: -7 }] };
  expect(transcribeAnswers.answer(silent, 80, {})).toEqual([
    "someone.wav: (nothing)",
    "  or (-7.00): (nothing)",
  ]);
});
