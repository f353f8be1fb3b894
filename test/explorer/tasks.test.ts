// The explorer's tasks: what they ask is what they say, and the losses that they name are those of somebody who answers so.
import { Generator } from "unrolled";
import { describe, expect, it, test } from "vitest";
import { addingProblem } from "../../web/tasks/adding-problem.ts";
import { copyMemory } from "../../web/tasks/copy-memory.ts";
import { delayedEcho, echoDelay } from "../../web/tasks/delayed-echo.ts";
import { entropyRate } from "../../web/tasks/grammar.ts";
import { bracketGrammar, nestedBrackets } from "../../web/tasks/nested-brackets.ts";
import { parity } from "../../web/tasks/parity.ts";
import { embeddedReber, embeddedReberGrammar, reber, reberGrammar } from "../../web/tasks/reber.ts";
import { sineWaves } from "../../web/tasks/sine-waves.ts";
import { CLOSE_ENOUGH, NOT_ASKED, type SymbolTask } from "../../web/tasks/task.ts";
import { TASKS } from "../../web/tasks/tasks.ts";

const draw = () => new Generator(7);

/** A row of a batch as its inputs and what is asked, in the task's letters. */
function rowOf(task: SymbolTask, steps: number, rows: number, row: number): { read: string; asked: string } {
  const { inputs, targets } = task.batch(draw(), steps, rows);
  const letters = (of: Int32Array) =>
    Array.from({ length: steps }, (_, t) => of[t * rows + row])
      .map((symbol) => (symbol === NOT_ASKED ? "." : task.alphabet[symbol]))
      .join("");
  return { read: letters(inputs), asked: letters(targets) };
}

describe.each(TASKS)("$title", (task) => {
  it("makes the same sequences of the same seed, and others of another", () => {
    const one = task.batch(draw(), 24, 3);
    expect(task.batch(draw(), 24, 3)).toEqual(one);
    expect(task.batch(new Generator(8), 24, 3)).not.toEqual(one);
  });

  it("has the chance that it names, which is worse than the best", () => {
    const batch = task.batch(draw(), 64, 400);
    let [asked, right, squares] = [0, 0, 0];
    if (batch.kind === "numbers") {
      const always = task === addingProblem ? 1 : 0;
      batch.asked.forEach((isAsked, place) => {
        if (isAsked === 0) return;
        const error = batch.targets[place] - always;
        asked += 1;
        squares += error * error;
        if (Math.abs(error) < CLOSE_ENOUGH) right += 1;
      });
      const roughly = task === addingProblem ? 0.02 : 0.01;
      expect(Math.abs(squares / asked - task.chance.loss)).toBeLessThan(roughly);
      expect(Math.abs(right / asked - task.chance.accuracy)).toBeLessThan(0.03);
    } else {
      const frequency = new Map<number, number>();
      const answers = new Map<number, number>();
      batch.targets.forEach((target, place) => {
        if (target !== NOT_ASKED) frequency.set(target, (frequency.get(target) ?? 0) + 1);
        if (batch.right[place] === 0) return;
        asked += 1;
        expect(batch.right[place] & batch.among[place]).toBe(batch.right[place]);
        for (let symbol = 0; symbol < 32; symbol++)
          if (batch.right[place] & (1 << symbol)) answers.set(symbol, (answers.get(symbol) ?? 0) + 1);
      });
      const total = [...frequency.values()].reduce((sum, count) => sum + count);
      const nats = [...frequency.values()].reduce(
        (sum, count) => sum - (count / total) * Math.log(count / total),
        0,
      );
      expect(Math.abs(nats - task.chance.loss)).toBeLessThan(0.02);
      expect(Math.abs(Math.max(...answers.values()) / asked - task.chance.accuracy)).toBeLessThan(0.03);
    }
    expect(batch.bestLoss).toBeLessThan(task.chance.loss - 0.1);
  });
});

test("copy memory asks for the first letters after the sign", () => {
  const { read, asked } = rowOf(copyMemory, 20, 4, 2);
  expect(read).toMatch(/^[a-h]{5}·{9}\?·{5}$/);
  expect(asked).toBe(".".repeat(15) + read.slice(0, 5));
});

test("the adding problem asks for the sum of one marked number in each half", () => {
  const { inputs, targets, asked } = addingProblem.batch(draw(), 11, 5);
  for (let row = 0; row < 5; row++) {
    const marked = Array.from({ length: 11 }, (_, t) => t).filter((t) => inputs[2 * (t * 5 + row) + 1] === 1);
    expect(marked).toHaveLength(2);
    expect(marked[0]).toBeLessThan(5);
    expect(marked[1]).toBeGreaterThanOrEqual(5);
    const sum = inputs[2 * (marked[0] * 5 + row)] + inputs[2 * (marked[1] * 5 + row)];
    expect(targets[10 * 5 + row]).toBeCloseTo(sum, 6);
    expect(asked[10 * 5 + row]).toBe(1);
  }
  expect(asked.reduce((total, each) => total + each, 0)).toBe(5);
});

test("parity asks whether the ones so far are odd in number", () => {
  const { read, asked } = rowOf(parity, 30, 3, 1);
  Array.from(asked).forEach((answer, t) => {
    const ones = Array.from(read.slice(0, t + 1)).filter((bit) => bit === "1").length;
    expect(answer).toBe(t === 0 ? "." : String(ones % 2));
  });
});

test("the echo comes after its delay", () => {
  expect([4, 12, 100].map(echoDelay)).toEqual([1, 3, 8]);
  const { read, asked } = rowOf(delayedEcho, 12, 3, 1);
  expect(asked).toBe(`...${read.slice(0, 9)}`);
});

test("sine waves obey x[t+1] = 2 cos(ω) x[t] − x[t−1]", () => {
  const { inputs, targets } = sineWaves.batch(draw(), 40, 2);
  const at = (t: number) => (t < 40 ? inputs[2 * t] : targets[2 * (t - 1)]);
  const twoCosines = (at(2) + at(0)) / at(1);
  for (let t = 1; t < 40; t++) expect(at(t + 1)).toBeCloseTo(twoCosines * at(t) - at(t - 1), 4);
});

/** Reber's language as a regular expression, written from the drawing of its machine. */
const SENTENCE = "B(?:TS*(?:XS|XX(?:T*VPX)*T*V(?:V|PS))|P(?:T*VPX)*T*V(?:V|PS))E";

test("Reber's sentences are those of the grammar", () => {
  const { read, asked } = rowOf(reber, 200, 3, 2);
  expect(asked.slice(0, -1)).toBe(read.slice(1));
  const sentences = read.slice(0, read.lastIndexOf("E") + 1);
  expect(sentences).toMatch(new RegExp(`^(?:${SENTENCE})+$`));
  expect(sentences.match(/E/g)!.length).toBeGreaterThan(8);
});

test("embedded sentences end with the letter that they began with, and that letter alone counts", () => {
  const { read } = rowOf(embeddedReber, 300, 3, 2);
  const sentences = read.slice(0, read.lastIndexOf("EB") + 1).split(/(?<=[TP]E)(?=B[TP]B)/);
  expect(sentences.length).toBeGreaterThan(8);
  for (const sentence of sentences.filter((each) => each.endsWith("E")))
    expect(sentence).toMatch(new RegExp(`^B(?:T${SENTENCE}T|P${SENTENCE}P)E$`));
  const { right, targets } = embeddedReber.batch(draw(), 300, 3);
  right.forEach((bits, place) => {
    if (bits !== 0) expect("TP").toContain(embeddedReber.alphabet[targets[place]]);
  });
  expect(right.filter((bits) => bits !== 0).length).toBeGreaterThan(24);
});

test("brackets close what was opened last, at most four deep", () => {
  const { read } = rowOf(nestedBrackets, 400, 3, 1);
  const open: string[] = [];
  let deepest = 0;
  for (const bracket of read) {
    const kind = "([{".indexOf(bracket);
    if (kind >= 0) open.push(")]}"[kind]);
    else expect(bracket).toBe(open.pop());
    deepest = Math.max(deepest, open.length);
  }
  expect(deepest).toBe(4);
});

test("the best loss of a grammar is its entropy, in the long run", () => {
  // Reber: from each of the five states in the middle one of two letters comes.
  for (const [task, grammar] of [
    [reber, reberGrammar],
    [embeddedReber, embeddedReberGrammar],
    [nestedBrackets, bracketGrammar],
  ] as const)
    expect(Math.abs(task.batch(draw(), 500, 200).bestLoss - entropyRate(grammar))).toBeLessThan(0.01);
});
