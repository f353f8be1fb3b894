import { expect, it, onTestFinished, vi } from "vitest";
import { markovModel, recitingModel } from "../../test/markov-model.ts";
import type { TokenStream } from "../data/tokenizers/tokenizer.ts";
import type { UnrolledError } from "../errors.ts";
import { Generator } from "../random/philox.ts";
import { type GenerateOptions, type GenerationEvent, generateTokens } from "./generate.ts";
import type { NextToken } from "./next-token.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz .";
const ids = (text: string) => Array.from(text, (character) => ALPHABET.indexOf(character));
const characters = (): TokenStream => ({ push: (id) => ALPHABET[id], end: () => "" });
const bytes = (): TokenStream => {
  const decoder = new TextDecoder();
  return { push: (id) => decoder.decode(Uint8Array.of(id), { stream: true }), end: () => decoder.decode() };
};

async function collect(
  model: NextToken,
  promptIds: ArrayLike<number>,
  options: Partial<GenerateOptions>,
): Promise<GenerationEvent[]> {
  const events: GenerationEvent[] = [];
  const all = {
    generator: new Generator(1),
    stream: characters,
    maxNewTokens: 10,
    temperature: 1,
    ...options,
  };
  for await (const event of generateTokens(model, promptIds, all)) events.push(event);
  return events;
}

const recite = (text: string, options: Partial<GenerateOptions>) =>
  collect(recitingModel(ALPHABET.length, 1, ids(text)), [0], { maxNewTokens: text.length, ...options });

const pieces = (events: GenerationEvent[]) =>
  events.flatMap((event) => (event.type === "text" ? [event.text] : []));

it("yields each token's text as it comes and closes with the whole", async () => {
  expect(await recite("hello.", {})).toEqual([
    ...Array.from("hello.", (text) => ({ type: "text", sample: 0, text })),
    { type: "end", sample: 0, text: "hello.", tokens: 6, finishReason: "length" },
  ]);
});

it("ends before a stop string that spans tokens, and holds back what may begin one", async () => {
  const events = await recite("go th then the end", { stop: ["the end", "never"] });
  expect(events.at(-1)).toEqual({
    type: "end",
    sample: 0,
    text: "go th then ",
    tokens: 18,
    finishReason: "stop",
  });
  expect(pieces(events)).toEqual(["g", "o", " ", "th ", "the", "n "]);
  const cut = await recite("go the en", { stop: ["the end"] });
  expect(cut.at(-1)).toMatchObject({ text: "go the en", tokens: 9, finishReason: "length" });
  expect(pieces(cut).at(-1)).toBe("the en");
});

it("gives no piece at all when the stop string comes first", async () => {
  expect(await recite("stop it", { stop: ["stop"] })).toEqual([
    { type: "end", sample: 0, text: "", tokens: 4, finishReason: "stop" },
  ]);
});

it("ends at an end token, which is not shown, and shows what was held back", async () => {
  const endIds = ids(".");
  const events = await recite("go th. more", { endIds, stop: ["the end"] });
  expect(events.at(-1)).toEqual({ type: "end", sample: 0, text: "go th", tokens: 6, finishReason: "stop" });
  expect(pieces(events)).toEqual(["g", "o", " ", "th"]);
  expect(await recite("ab.", { endIds: [0, ...endIds] })).toEqual([
    { type: "end", sample: 0, text: "", tokens: 1, finishReason: "stop" },
  ]);
  await expect(recite("ab.", { endIds: [99] })).rejects.toThrow(
    "endIds has 99, needed token ids from 0 to 27",
  );
});

it("holds back half a character, and shows what stays incomplete as U+FFFD", async () => {
  const text = new TextEncoder().encode("é→😀a");
  const model = recitingModel(256, 1, text);
  const whole = await collect(model, [32], { stream: bytes, maxNewTokens: text.length });
  expect(pieces(whole)).toEqual(["é", "→", "😀", "a"]);
  const cut = await collect(model, [32], { stream: bytes, maxNewTokens: 7 });
  expect(pieces(cut)).toEqual(["é", "→", "\uFFFD"]);
  expect(cut.at(-1)).toMatchObject({ text: "é→\uFFFD", tokens: 7, finishReason: "length" });
  const stopped = await collect(model, [32], { stream: bytes, maxNewTokens: text.length, stop: ["😀"] });
  expect(stopped.at(-1)).toMatchObject({ text: "é→", tokens: 9, finishReason: "stop" });
});

it("lets the stream see the prompt, whose text is not shown", async () => {
  const spaced = (): TokenStream => {
    let isFirst = true;
    return {
      push: (id) => {
        const text = isFirst ? ALPHABET[id] : `-${ALPHABET[id]}`;
        isFirst = false;
        return text;
      },
      end: () => "",
    };
  };
  expect(pieces(await recite("ab", { stream: spaced }))).toEqual(["-a", "-b"]);
});

// The row for the next token is chosen by the sum of the last two: what a sample draws depends on more than its last token.
const chain = [
  [0.2, 0.5, 0.3],
  [0.6, 0.1, 0.3],
  [0.25, 0.25, 0.5],
];
const rowAfter = (secondLast: number, last: number) => chain[(secondLast + last) % 3];
const chainModel = () => markovModel(3, (history) => rowAfter(history.at(-2) ?? 0, history.at(-1)!));

it("draws samples from the model's distribution, having read the prompt once", async () => {
  const model = chainModel();
  const count = 20_000;
  const events = await collect(model, [0, 1], {
    maxNewTokens: 2,
    numSamples: count,
    generator: new Generator(9),
  });
  expect(model.steps()).toBe(2 + count);
  const texts = events.flatMap((event) => (event.type === "end" ? [event.text] : []));
  expect(texts.length).toBe(count);
  for (const [i, first] of [..."abc"].entries()) {
    for (const [j, second] of [..."abc"].entries()) {
      const probability = rowAfter(0, 1)[i] * rowAfter(1, i)[j];
      const share = texts.filter((text) => text === first + second).length / count;
      const tolerance = 4.5 * Math.sqrt((probability * (1 - probability)) / count);
      if (Math.abs(share - probability) > tolerance) {
        expect.fail(`${first}${second}: ${share} of the samples, probability ${probability}`);
      }
    }
  }
});

it("gives the same samples for the same seed, however many are asked for and however long", async () => {
  const texts = async (seed: number, numSamples: number, maxNewTokens: number) => {
    const generator = new Generator(seed);
    const events = await collect(chainModel(), [0], { maxNewTokens, numSamples, generator });
    return events.flatMap((event) => (event.type === "end" ? [event.text] : []));
  };
  const three = await texts(4, 3, 30);
  expect(await texts(4, 3, 30)).toEqual(three);
  expect(await texts(4, 1, 30)).toEqual(three.slice(0, 1));
  expect(await texts(4, 3, 10)).toEqual(three.map((text) => text.slice(0, 10)));
  expect(new Set([...three, ...(await texts(5, 1, 30))]).size).toBe(4);
});

it("penalises repetition of the prompt's tokens and of its own, anew for each sample", async () => {
  // Logits below 0 times a huge penalty: what has occurred is chosen only when everything has.
  const model = markovModel(5, () => [0.4, 0.3, 0.1, 0.1, 0.1]);
  const options = { temperature: 0, repetitionPenalty: 100, maxNewTokens: 4, numSamples: 2 };
  const texts = (await collect(model, [0], options)).flatMap((event) =>
    event.type === "end" ? [event.text] : [],
  );
  expect(texts).toEqual(["bcde", "bcde"]);
});

it("never draws a forbidden token", async () => {
  const events = await collect(chainModel(), [0], { maxNewTokens: 300, forbiddenIds: [1] });
  expect(events.at(-1)).toMatchObject({ text: expect.stringMatching(/^[ac]{300}$/) });
});

/** What a promise was rejected with. */
const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: UnrolledError) => error,
  );

it("stops when it is aborted, before and in the middle, without another step", async () => {
  const model = chainModel();
  const before = await rejection(collect(model, [0], { signal: AbortSignal.abort() }));
  expect(before).toMatchObject({ code: "aborted", message: "generateTokens: aborted by its signal" });
  expect(model.steps()).toBe(0);

  const controller = new AbortController();
  const options = {
    generator: new Generator(1),
    stream: characters,
    maxNewTokens: 100,
    signal: controller.signal,
  };
  const read: string[] = [];
  const reading = async () => {
    for await (const event of generateTokens(model, [0], options)) {
      read.push(event.text);
      if (read.length === 5) controller.abort();
    }
  };
  expect(await rejection(reading())).toMatchObject({ code: "aborted" });
  expect(read.length).toBe(5);
  expect(model.steps()).toBeLessThanOrEqual(6);
});

it("lets other tasks run while it reads a prompt and while it writes", async () => {
  // A clock by which each step takes a millisecond, whatever else the machine does.
  let nowMs = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  onTestFinished(() => clock.mockRestore());
  const slow = (model: NextToken): NextToken => ({
    ...model,
    step: (id) => {
      nowMs += 1;
      return model.step(id);
    },
  });
  for (const [promptLength, maxNewTokens] of [
    [150, 1],
    [1, 150],
  ]) {
    let turns = 0;
    const count = () => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await collect(slow(chainModel()), new Int32Array(promptLength), { maxNewTokens });
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(4);
  }
});

const mistakes: [ArrayLike<number>, Partial<GenerateOptions>, string][] = [
  [[], {}, "generateTokens: the prompt is empty, needed at least one token"],
  [[3], {}, "generateTokens: promptIds has 3, needed token ids from 0 to 2"],
  [[0], { maxNewTokens: 0 }, "generateTokens: maxNewTokens is 0, needed an integer of at least 1"],
  [[0], { numSamples: 0.5 }, "generateTokens: numSamples is 0.5, needed an integer of at least 1"],
  [[0], { stop: ["x", ""] }, "generateTokens: a stop string is empty, needed at least one character"],
  [[0], { topP: 2 }, "generateTokens: topP is 2, needed a number above 0 and at most 1"],
];
for (const [promptIds, options, message] of mistakes) {
  it(`says ${message}`, async () => {
    expect(await rejection(collect(chainModel(), promptIds, options))).toMatchObject({
      code: "invalid-argument",
      message,
    });
  });
}
