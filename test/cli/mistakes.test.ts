// What goes wrong for users: one clear line on stderr, the right exit code, nothing overwritten, nothing left half-written.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, build, SMALL, temporaryFolder, unrolled, unrolledHere, writeText } from "./command.ts";

const folder = temporaryFolder();
const inFolder = (...path: string[]) => join(folder.path, ...path);
const run = (...parameters: string[]) => unrolled(parameters, folder.path);

beforeAll(async () => {
  build();
  writeText(inFolder("text.txt"), 6000);
  writeFileSync(inFolder("short.txt"), "too short");
  writeFileSync(inFolder("empty.txt"), "");
  mkdirSync(inFolder("hollow"));
  writeFileSync(inFolder("latin1.txt"), Buffer.from("first line\ncaf\xe9 au lait", "latin1"));
  const { code } = await run("train", "text.txt", "--out", "model", "--steps", "3", ...SMALL);
  expect(code).toBe(0);
  mkdirSync(inFolder("documents"));
  writeFileSync(inFolder("documents/thesis.txt"), "years of work");
}, BUILD_MS);
afterAll(() => folder.remove());

/** Runs a command that must fail with one line, and gives the line. */
const mistake = (exitCode: number, ...parameters: string[]) => expectMistake(unrolled, exitCode, parameters);

async function expectMistake(
  call: typeof unrolled,
  exitCode: number,
  parameters: readonly string[],
): Promise<string> {
  const before = readdirSync(folder.path).sort();
  const { code, stdout, stderr } = await call(parameters, folder.path);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
  expect(readdirSync(folder.path).sort()).toEqual(before);
  return stderr.slice("error: ".length, -1);
}

/** The same in this process. */
const mistakeHere = (exitCode: number, ...parameters: string[]) =>
  expectMistake(unrolledHere, exitCode, parameters);

const train = (...parameters: string[]) => ["train", "text.txt", "--out", "new", ...parameters];

describe("wrong usage (2)", () => {
  it.each([
    [["trian", "text.txt"], "unknown command 'trian' (Did you mean train?)"],
    [train("--hiden-size", "3"), "unknown option '--hiden-size' (Did you mean --hidden-size?)"],
    [
      ["generate", "model", "--temprature", "1"],
      "unknown option '--temprature' (Did you mean --temperature?)",
    ],
    [["generate", "model", "--length", "9"], "unknown option '--length' (Did you mean --max-new-tokens?)"],
    [["generate", "model", "--text", "a"], "unknown option '--text' (Did you mean --prompt?)"],
    [train("--lr", "0.1"), "unknown option '--lr' (Did you mean --learning-rate?)"],
    [train("--layers=2"), "unknown option '--layers=2' (Did you mean --num-layers?)"],
    [train("--hidden_size", "3"), "unknown option '--hidden_size' (Did you mean --hidden-size?)"],
    [["eval", "nowhere", "text.txt", "--beam", "4"], "nowhere does not exist, needed a model's folder"],
    [["predict", "nowhere", "a.wav", "--beam", "4"], "nowhere does not exist, needed a model's folder"],
    [["predict", "model", "a", "--beam", "4"], "unknown option '--beam'"],
    [train("--horizon", "3"), "option '--horizon' belongs to the task forecast: --task forecast"],
    [
      ["train", "a.csv", "--task", "tag", "--label-smoothing=0.1"],
      "option '--label-smoothing=0.1' belongs to the tasks classify, translate: --task classify",
    ],
    [["predict", "model", "a", "-n", "3"], "unknown option '-n' (Did you mean --top?)"],
    [["chat", "model"], "unknown command 'chat' (Did you mean generate DIR --interactive?)"],
    [["evaluate", "model"], "unknown command 'evaluate' (Did you mean eval?)"],
    [
      train("--hidden-size", "0"),
      "'--hidden-size <n>' argument '0' is invalid. Needed a whole number of at least 1.",
    ],
    [train("--hidden-size", "many"), "'--hidden-size <n>' argument 'many' is invalid. Needed a whole number"],
    [train("--num-layers", "1.5"), "'--num-layers <n>' argument '1.5' is invalid"],
    [
      train("--dropout", "1.5"),
      "'--dropout <p>' argument '1.5' is invalid. Needed a number from 0 to below 1.",
    ],
    [
      train("--learning-rate", "0"),
      "'--learning-rate <rate>' argument '0' is invalid. Needed a number above 0.",
    ],
    [
      train("--cell", "lsmt"),
      "'--cell <kind>' argument 'lsmt' is invalid. Allowed choices are elman, lstm, gru, mgu, ugrnn.",
    ],
    [train("--steps", "3", "--epochs", "2"), "'--epochs <n>' cannot be used with option '--steps <n>'"],
    [train("--minutes", "1", "--steps", "3"), "'--steps <n>' cannot be used with option '--minutes <n>'"],
    [train("--val", "text.txt", "--val-fraction", "0.2"), "cannot be used with option"],
    [
      train("--tie-weights", "--embedding-size", "3"),
      "--tie-weights needs --embedding-size = --hidden-size, got 3 and 256",
    ],
    [train("--nonlinearity", "relu"), "'--nonlinearity' needs --cell elman, the cell is lstm"],
    [
      train("--vocab-size", "100"),
      "'--vocab-size' needs --tokenizer word, whitespace or bpe, the tokenizer is char",
    ],
    [["train", "text.txt"], "required option '--out <dir>' not specified"],
    [["train", "--out", "new"], "missing required argument 'file'"],
    [["generate", "model", "more"], "too many arguments for 'generate'. Expected 1 argument but got 2."],
    [
      ["generate", "model", "--temperature", "-1"],
      "'--temperature <t>' argument '-1' is invalid. Needed a number of at least 0.",
    ],
    [
      ["generate", "model", "--top-p", "0"],
      "'--top-p <p>' argument '0' is invalid. Needed a number above 0 and at most 1.",
    ],
    [
      ["generate", "model", "--stop", ""],
      "'--stop <text>' argument '' is invalid. Needed at least one character.",
    ],
    [
      ["generate", "model", "--prompt", "a", "--prompt-file", "b"],
      "cannot be used with option '--prompt-file <file>'",
    ],
    [["eval", "model", "text.txt", "--dynamic-rate", "1"], "option '--dynamic-rate <rate>' needs --dynamic"],
    [
      ["eval", "model", "text.txt", "--dynamic-decay", "1"],
      "option '--dynamic-decay <share>' needs --dynamic",
    ],
    [
      ["eval", "model", "text.txt", "--dynamic", "--dynamic-decay", "2"],
      "'--dynamic-decay <share>' argument '2' is invalid. Needed a number from 0 to 1.",
    ],
    [["predict", "model", "the", "--top", "0"], "'--top <n>' argument '0' is invalid"],
  ])("%j", async (parameters, message) => {
    expect(await mistakeHere(2, ...parameters)).toContain(message);
  });

  it("as a process", async () => {
    expect(await mistake(2, "trian", "text.txt")).toContain("unknown command 'trian'");
    expect(await mistake(2, "train", "text.txt", "--steps", "3", "--tensorboard", "my logs")).toContain(
      "for instance: unrolled train text.txt --steps 3 --tensorboard 'my logs' --out models/text",
    );
  });
});

describe("texts (1)", () => {
  it.each([
    [["train", "nowhere.txt", "--out", "new"], "nowhere.txt does not exist"],
    [["train", "empty.txt", "--out", "new"], "empty.txt is empty"],
    [["train", "hollow", "--out", "new"], "the folder hollow holds no files with content"],
    [["train", "*.nothing", "--out", "new"], "no file matches *.nothing"],
    [
      ["train", "text.txt", "--out", "new", "--tokenizer", "nowhere.json"],
      "nowhere.json is neither a tokenizer",
    ],
    [
      train("--tokenizer", "bpe", "--vocab-size", "30"),
      "--vocab-size is 30, needed an integer of at least 256 (256 bytes)",
    ],
    [["train", "--resume", "nowhere"], "nowhere does not exist, needed the folder of a run"],
    [["train", "--resume", "hollow"], "hollow has no run.json"],
    [
      ["train", "latin1.txt", "--out", "new"],
      "latin1.txt is not valid UTF-8: byte 0xE9 at offset 14 (line 2); convert it to UTF-8, or use --tokenizer byte",
    ],
    [
      ["train", "text.txt", "short.txt", "--out", "new", "--batch-size", "512"],
      /has \d+ tokens, but 512 parallel streams of 64 steps need at least 32769; give more text or lower --seq-length or --batch-size/,
    ],
    [["train", "short.txt", "--out", "new"], /too (little|short)|need at least/],
    [
      train("--hidden-size", "100000"),
      /GiB are needed, .* can be had, .*hidden size 100000.* lower --hidden-size/,
    ],
    [["eval", "model", "nowhere.txt"], "nowhere.txt does not exist"],
    [["eval", "model", "latin1.txt"], "latin1.txt is not valid UTF-8"],
    [["generate", "model", "--prompt-file", "nowhere.txt"], "nowhere.txt does not exist"],
  ])("%j", async (parameters, message) => {
    expect(await mistake(1, ...parameters)).toMatch(message);
  });
});

describe("output folders (1)", () => {
  it("does not overwrite a model, nor anything else", async () => {
    const weights = readFileSync(inFolder("model/model.safetensors"));
    const exists = await mistake(1, "train", "text.txt", "--out", "model");
    expect(exists).toBe(
      "model exists; give --out another name, --resume model to go on with the run there, or --force to replace it",
    );
    expect(await mistake(1, "train", "text.txt", "--out", "documents", "--force")).toContain(
      "holds thesis.txt and no model",
    );
    expect(await mistake(1, "train", "text.txt", "--out", "text.txt", "--force")).toContain(
      "text.txt is a file, needed a folder",
    );
    expect(await mistake(1, "train", "text.txt", "--out", "text.txt/model")).toContain(
      "a part of the path is a file",
    );
    // With --force the old model stays until there is a new one: here the text is too short.
    await mistake(1, "train", "short.txt", "--out", "model", "--force");
    expect(readFileSync(inFolder("model/model.safetensors"))).toEqual(weights);
  });

  it("replaces a model when told to", async () => {
    cpSync(inFolder("model"), inFolder("replaced"), { recursive: true });
    const weights = readFileSync(inFolder("replaced/model.safetensors"));
    const { code } = await run(
      "train",
      "text.txt",
      "--out",
      "replaced",
      "--force",
      "--steps",
      "2",
      "--seed",
      "5",
      ...SMALL,
    );
    expect(code).toBe(0);
    expect(readFileSync(inFolder("replaced/model.safetensors"))).not.toEqual(weights);
    expect(readdirSync(folder.path).filter((name) => name.startsWith("."))).toEqual([]);
    rmSync(inFolder("replaced"), { recursive: true });
  });
});

describe("models' folders (1)", () => {
  /** A copy of the model with something done to it. */
  const damaged = (damage: (path: string) => void) => {
    rmSync(inFolder("damaged"), { recursive: true, force: true });
    cpSync(inFolder("model"), inFolder("damaged"), { recursive: true });
    damage(inFolder("damaged"));
  };
  const rewrite = (path: string, name: string, from: string | RegExp, to: string) =>
    writeFileSync(join(path, name), readFileSync(join(path, name), "utf8").replace(from, to));

  it.each<[string, (path: string) => void, string | RegExp]>([
    [
      "no folder",
      (path) => rmSync(path, { recursive: true }),
      "damaged does not exist, needed a model's folder",
    ],
    ["no config", (path) => rmSync(join(path, "config.json")), "damaged: config.json is missing"],
    [
      "no weights",
      (path) => rmSync(join(path, "model.safetensors")),
      "damaged: model.safetensors is missing",
    ],
    ["no tokenizer", (path) => rmSync(join(path, "tokenizer.json")), "damaged: tokenizer.json is missing"],
    [
      "half a config",
      (path) => truncateSync(join(path, "config.json"), 40),
      "damaged: config.json: it is no JSON",
    ],
    [
      "half the weights",
      (path) => truncateSync(join(path, "model.safetensors"), 3000),
      /damaged: model.safetensors: tensor "rnn\.\w+": ends at byte \d+, but the file has 3000; it is truncated/,
    ],
    [
      "other sizes",
      (path) => rewrite(path, "config.json", /"hidden_size": 16/, '"hidden_size": 24'),
      /model.safetensors: tensor \S+ has shape \[\d+(, \d+)?\], config.json makes it \[\d+(, \d+)?\]/,
    ],
    [
      "more layers",
      (path) => rewrite(path, "config.json", /"num_layers": 1/, '"num_layers": 2'),
      "tensor rnn.weight_ih_l1 [64, 16] is missing",
    ],
    [
      "another vocabulary",
      (path) => rewrite(path, "config.json", /"vocab_size": \d+/, '"vocab_size": 3'),
      /tokenizer.json: it has \d+ tokens, config.json says vocab_size 3/,
    ],
    [
      "another kind",
      (path) => rewrite(path, "config.json", /"model_type": "[^"]*"/, '"model_type": "bert"'),
      'config.json: model_type is "bert"',
    ],
  ])("%s", async (_, damage, message) => {
    damaged(damage);
    expect(await mistakeHere(1, "generate", "damaged")).toMatch(message);
  });
});

it("names step and parameter when the loss is not finite, and keeps the last good model", async () => {
  const wild = [
    "--optimizer",
    "sgd",
    "--learning-rate",
    "1e30",
    "--grad-clip",
    "0",
    "--steps",
    "50",
    "--eval-every",
    "1",
  ];
  const { code, stderr } = await run("train", "text.txt", "--out", "wild", ...wild, ...SMALL);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: at step \d+ \(batch \d+ of epoch 1\) the loss is \S+ and (the gradient of )?\S+ is not finite; [^\n]*; the last good model is in wild\n$/,
  );
  expect((await run("info", "wild")).code).toBe(0);
});
