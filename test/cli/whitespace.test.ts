// `--tokenizer whitespace`: texts that are cut into tokens already, with perplexities that compare with published ones.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BUILD_MS, build, jsonLines, SMALL, temporaryFolder, unrolledHere } from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);

/** Lines as the Penn Treebank has them, with `<unk>` where its makers left out a word. */
function treebank(lines: number): string {
  const words = ["it", "was", "n't", "<unk>", "monday", "N", "u.s.", "the", "but"];
  return Array.from({ length: lines }, (_, line) => {
    const own = Array.from({ length: 3 + (line % 5) }, (_, at) => words[(line * 7 + at * at) % words.length]);
    return ` ${own.join(" ")} \n`;
  }).join("");
}

/** Tokens of a text: what white space parts, and each line's end. */
const tokensOf = (text: string) => text.split(/ +|(\n)/).filter((token) => token).length;

const VALIDATION = treebank(60);

beforeAll(async () => {
  build();
  writeFileSync(join(folder.path, "train.txt"), treebank(400));
  writeFileSync(join(folder.path, "valid.txt"), VALIDATION);
}, BUILD_MS);
afterAll(() => folder.remove());

const TRAIN = ["train", "train.txt", "--val", "valid.txt", "--tokenizer", "whitespace", "--steps", "20"];

it("learns from the tokens as they are, and measures a perplexity per token", async () => {
  const trained = await run(...TRAIN, "--out", "model", "--json", ...SMALL);
  expect(trained.code).toBe(0);
  const events = jsonLines(trained.stdout);
  // Nine words, <unk> among them, and <eos>.
  expect(events[0]).toMatchObject({
    tokenizer: "whitespace",
    vocabSize: 10,
    trainingTokens: tokensOf(treebank(400)),
  });
  const measured = jsonLines((await run("eval", "model", "valid.txt", "--json")).stdout)[0];
  expect(measured).toMatchObject({ tokens: tokensOf(VALIDATION) - 1, bitsPerCharacter: null });
  expect(measured.unknownTokens).toBe(VALIDATION.split("<unk>").length - 1);
  expect(measured.perplexity).toBeCloseTo(Math.exp(measured.lossNats as number), 6);
  expect(events.at(-1)).toMatchObject({
    type: "end",
    lossNats: expect.closeTo(measured.lossNats as number, 3),
  });
});

it("says what was read, generates lines and predicts tokens", async () => {
  const info = await run("info", "model");
  expect(info.stdout).toMatch(/Vocabulary +10 tokens: <unk> /);
  const generated = await run("generate", "model", "--prompt", "the <unk> was", "--seed", "1");
  expect(generated).toMatchObject({ code: 0, stderr: "" });
  expect(generated.stdout).toMatch(/^( ?[a-zN.']+)+\n/);
  expect((await run("generate", "model", "--prompt", "isn't")).stderr).toBe(
    'note: the model has never seen the token "isn\'t" of the prompt, read as <unk>\n',
  );
  expect(jsonLines((await run("predict", "model", "it", "--json")).stdout)[0]).toMatchObject({ words: [] });
});

it("keeps as many tokens as are asked for", async () => {
  const small = await run(...TRAIN, "--vocab-size", "5", "--out", "small", "--json", ...SMALL);
  expect(jsonLines(small.stdout)[0]).toMatchObject({ vocabSize: 5 });
});

it("says what a text begins after if there is no prompt and no line break is known", async () => {
  writeFileSync(join(folder.path, "line.txt"), "a b c d ".repeat(300));
  for (const kind of ["char", "whitespace"]) {
    const trained = await run(
      "train",
      "line.txt",
      "--tokenizer",
      kind,
      "--out",
      kind,
      "--steps",
      "2",
      ...SMALL,
    );
    expect(trained.code).toBe(0);
    for (const parameters of [
      ["generate", kind, "--max-new-tokens", "5", "--seed", "1"],
      ["predict", kind, ""],
    ]) {
      const { code, stderr } = await run(...parameters);
      expect(code).toBe(0);
      expect(stderr).toBe(
        "note: there is no prompt, and the model has never seen a line break: the text begins after <unk>\n",
      );
    }
  }
});
