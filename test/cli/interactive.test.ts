// Writing with a model in turns, and what is read from standard input, as programs and pipes use them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BUILD_MS,
  build,
  finished,
  SMALL,
  started,
  temporaryFolder,
  unrolledHere,
  writeText,
} from "./command.ts";

const folder = temporaryFolder();
const inFolder = (name: string) => join(folder.path, name);

beforeAll(async () => {
  build();
  writeText(inFolder("text.txt"), 6000);
  const { code, stderr } = await unrolledHere(
    ["train", "text.txt", "--out", "model", "--steps", "40", ...SMALL],
    folder.path,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}, BUILD_MS);
afterAll(() => folder.remove());

/** Runs a command with this on its standard input. */
function fed(input: string | Uint8Array, ...parameters: string[]) {
  const child = started(parameters, folder.path);
  child.stdin!.end(input);
  return finished(child);
}

describe("generate --interactive", () => {
  const turns = (lines: readonly string[], ...flags: string[]) =>
    fed(`${lines.join("\n")}\n`, "generate", "model", "--interactive", ...flags);

  it("goes on after each line, from all that was written", async () => {
    const { code, stdout, stderr } = await turns(["/temperature 0", "/tokens 12", "the next", "", "/text"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const once = await unrolledHere(
      ["generate", "model", "--prompt", "the next", "--temperature", "0", "--max-new-tokens", "24"],
      folder.path,
    );
    expect(stdout.endsWith(`the next${once.stdout}`)).toBe(true);
  });

  it("writes the same by the same seed, and something else by another", async () => {
    const lines = (seed: number) => [
      `/seed ${seed}`,
      "/temperature 1",
      "/tokens 40",
      "the",
      "",
      "/new",
      "the",
    ];
    const [first, again, other] = [await turns(lines(1)), await turns(lines(1)), await turns(lines(2))];
    expect(again.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
  });

  it("offers the likeliest to choose among, and takes back", async () => {
    const predicted = await unrolledHere(
      ["predict", "model", "the nex", "--top", "3", "--json"],
      folder.path,
    );
    const [, second] = JSON.parse(predicted.stdout).tokens as { token: string; probability: number }[];
    const { stdout, stderr } = await turns(["/top 3", "/2", "/undo", "/text"], "--prompt", "the nex");
    const lines = stdout.split("\n");
    expect(lines[1]).toContain(`/2  ${second.token === " " ? "space" : second.token}`);
    expect(lines[1]).toContain(`${(100 * second.probability).toFixed(2)} %`);
    expect(lines[3]).toBe(
      `the nex${second.token}`.trimEnd() === "the nex" ? "the nex " : `the nex${second.token}`,
    );
    expect(lines.slice(4, 7).map((line) => line.trim().slice(0, 2))).toEqual(["/1", "/2", "/3"]);
    expect(lines.at(-2)).toBe("the nex");
    expect(stderr).toBe("");
  });

  it("says what is wrong with a command, and goes on", async () => {
    const { code, stdout, stderr } = await turns(
      ["/temperature x", "/seed", "/nothing", "/7", "/undo", "//", "/top 2 3", "/settings"],
      ...["--temperature", "0.5", "--seed", "3", "--max-new-tokens", "2"],
    );
    expect(code).toBe(0);
    expect(stderr.split("\n").slice(0, -1)).toEqual([
      "error: /temperature is x, needed a number of at least 0",
      "error: /seed needs a value",
      "error: /nothing is no command; /help lists them",
      "error: /7 is not among those offered; /top shows what there is to choose",
      "error: there is nothing to take back",
      'note: the model has never seen the character "/" of the prompt, read as <unk>',
      "error: /top takes one value, got 2",
    ]);
    expect(stdout).toContain("/temperature 0.5  /seed 4  /tokens 2\n");
  });
});

describe("standard input", () => {
  it("is a prompt without its last line break", async () => {
    const flags = ["--temperature", "0", "--max-new-tokens", "20"];
    const expected = await unrolledHere(["generate", "model", "--prompt", "the next", ...flags], folder.path);
    expect(await fed("the next\n", "generate", "model", "--prompt-file", "-", ...flags)).toEqual(expected);
    expect(await fed("the next\n", "predict", "model", "-")).toEqual(
      await unrolledHere(["predict", "model", "the next"], folder.path),
    );
    expect(await fed(Uint8Array.of(0x61, 0xe9, 0x0a), "predict", "model", "-")).toEqual({
      ...{ code: 1, stdout: "" },
      stderr: "error: standard input is not valid UTF-8; convert it to UTF-8\n",
    });
  });

  it("is a text, a configuration, a model's file and a log", async () => {
    const text = readFileSync(inFolder("text.txt"));
    expect(await fed(text, "eval", "model", "-", "--json")).toEqual(
      await unrolledHere(["eval", "model", "text.txt", "--json"], folder.path),
    );
    const printed = await fed("hidden_size: 7\n", "train", "text.txt", "--config", "-", "--print-config");
    expect(printed.stdout).toContain("hidden_size: 7\n");
    expect((await fed("hiden_size: 7\n", "train", "text.txt", "--config", "-", "--out", "x")).stderr).toBe(
      "error: standard input, line 1: unknown key 'hiden_size' (did you mean hidden_size?)\n",
    );
    const twice = await fed("", "train", "-", "--config", "-", "--out", "x");
    expect(twice).toMatchObject({
      code: 2,
      stderr: 'error: "-" is given twice, but standard input can be read once\n',
    });
    const weights = readFileSync(inFolder("model/model.safetensors"));
    const described = await fed(weights, "info", "-", "--json");
    expect(JSON.parse(described.stdout).tensors).toEqual(
      JSON.parse((await unrolledHere(["info", "model/model.safetensors", "--json"], folder.path)).stdout)
        .tensors,
    );
    const log = readFileSync(inFolder("model/log.jsonl"));
    expect(await fed(log, "report", "-", "--out", "piped.html")).toMatchObject({
      code: 0,
      stdout: "piped.html\n",
    });
    expect(readFileSync(inFolder("piped.html"), "utf8")).toContain("Loss in nats per token");
  });
});
