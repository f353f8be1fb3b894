// `unrolled bundle`: the file alone does what the model's folder does, and nothing is replaced unasked.
import { execFile } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { generate, openDevice, openModel } from "unrolled";
import { afterAll, beforeAll, expect, it, test } from "vitest";
import type * as Language from "../../src/bundled/declarations/language.d.ts";
import type * as Network from "../../src/bundled/declarations/network.d.ts";
import { runBundleCommand } from "../../src/cli/commands/bundle.ts";
import { describeFailure } from "../../src/cli/failure.ts";
import { BUILD_MS, build, SMALL, temporaryFolder, unrolled, writeText } from "./command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const fixtures = join(root, "test/fixtures");
const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const run = (...parameters: string[]) => unrolled(parameters, folder.path);
/** Alone in a folder, so that nothing beside it can help. */
async function imported<Module>(name: string): Promise<Module> {
  const alone = at(`alone-${name}`);
  mkdirSync(alone);
  copyFileSync(at(name), join(alone, name.replace(/\.js$/, ".mjs")));
  return import(pathToFileURL(join(alone, name.replace(/\.js$/, ".mjs"))).href);
}

async function written(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

beforeAll(async () => {
  build();
  writeText(at("text.txt"), 6000);
  expect(await run("train", "text.txt", "--out", "lm", "--steps", "5", ...SMALL)).toMatchObject({ code: 0 });
}, BUILD_MS);
afterAll(() => folder.remove());

it("a language model alone writes and predicts what its folder does", async () => {
  const { code, stdout } = await run("bundle", "lm", "--out", "lm.js");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^lm\.js: [\d,]+ bytes; import \{ task, load, generate, predict \} from "\.\/lm\.js"\n$/,
    ),
  });
  expect(readFileSync(at("lm.js"), "latin1")).not.toMatch(/[^\0-\x7f]/);
  const bundled = await imported<typeof Language>("lm.js");
  const model = await openModel(at("lm"), {
    task: "language",
    device: await openDevice({ backend: "wasm" }),
  });
  const options = { maxNewTokens: 40, seed: 3 };
  expect(await written(bundled.generate("the ", options))).toBe(
    await written(generate(model, "the ", options)),
  );
  expect(await bundled.predict("the ")).toEqual(await model.predict("the "));
  expect((await bundled.load()).session().inputs).toEqual(model.session().inputs);
  await expect(bundled.predict("the ", { top: -1 })).rejects.toThrow("top");
});

it("weights in fewer bits make a smaller file, which says what convert's folder says", async () => {
  await run("convert", "lm", "lm-int8", "--dtype", "int8");
  await runBundleCommand(at("lm"), { out: at("int8.js"), dtype: "int8", json: true });
  await runBundleCommand(at("lm"), { out: at("half.js"), dtype: "float16", json: true });
  expect(statSync(at("int8.js")).size).toBeLessThan(statSync(at("half.js")).size);
  const model = await openModel(at("lm-int8"), {
    task: "language",
    device: await openDevice({ backend: "wasm" }),
  });
  expect(await (await imported<typeof Language>("int8.js")).predict("the ")).toEqual(
    await model.predict("the "),
  );
});

it("a network of PyTorch is bundled too", async () => {
  const tagger = join(fixtures, "pytorch/tagger.pt");
  await runBundleCommand(tagger, { out: at("tagger.js"), json: true });
  const ids = [[0, 1, 2, 3, 4]];
  const model = await openModel(tagger, { device: await openDevice({ backend: "wasm" }) });
  const { run: runBundled } = await imported<typeof Network>("tagger.js");
  expect(await runBundled({ ids })).toEqual(await model.run({ ids }));
});

test.each([
  ["lm", { out: "lm.txt" }, "lm.txt: needed a name that ends in .js or .mjs"],
  ["lm", { out: "lm.js" }, "lm.js exists; give another name, or --force to replace it"],
  ["lm", { out: "other.js" }, "other.d.ts exists; give another name, or --force to replace it"],
  ["lm", { out: "none/lm.js" }, "does not exist"],
  ["none", { out: "new.js" }, "none"],
  ["text.txt", { out: "new.js" }, "text.txt"],
  [
    "own",
    { out: "new.js" },
    "its cell mine is none of the package's, and what is bundled is the package's code alone",
  ],
  ["layer", { out: "new.js" }, 'layer both: kind is "mine", needed one of embedding'],
  ["graph", { out: "new.js" }, "graph is an ONNX graph, which runs by openModel and is not bundled"],
])("a bundle of %s as %j is refused, and nothing is written", async (model, { out }, said) => {
  writeFileSync(at("other.d.ts"), "mine");
  mkdirSync(at("own"), { recursive: true });
  const config = JSON.parse(readFileSync(at("lm/config.json"), "utf8"));
  const home = { cell_module: "file:///cell.js#mine" };
  writeFileSync(at("own/config.json"), JSON.stringify({ ...config, cell: "mine", ...home }));
  cpSync(join(fixtures, "folders/network"), at("layer"), { recursive: true });
  const layers = readFileSync(at("layer/config.json"), "utf8");
  writeFileSync(at("layer/config.json"), layers.replace('"gru"', '"mine"'));
  mkdirSync(at("graph"), { recursive: true });
  copyFileSync(join(fixtures, "examples/smoother.onnx"), at("graph/model.onnx"));
  const before = readFileSync(at("lm.js"));
  const error: unknown = await runBundleCommand(at(model), { out: at(out) }).catch((thrown) => thrown);
  expect(describeFailure(error)).toMatchObject({ line: expect.stringContaining(said) });
  expect(readFileSync(at("lm.js"))).toEqual(before);
  expect(readFileSync(at("other.d.ts"), "utf8")).toBe("mine");
  expect(existsSync(at("new.js"))).toBe(false);
});

it("its declarations need nothing else, and hold for a strict project", async () => {
  const declarations = join(root, "dist/bundled/declarations");
  const { bundledDeclarations } = await import("../../src/cli/bundle/bundled-module.ts");
  const kinds = readdirSync(declarations).map((name) => name.replace(".d.ts", ""));
  const own = kinds.filter((kind) => kind !== "model" && kind !== "sound");
  expect(own.length).toBe(8);
  for (const kind of own) writeFileSync(at(`${kind}.d.ts`), bundledDeclarations(kind));
  const flags =
    "--ignoreConfig --strict --noEmit --exactOptionalPropertyTypes --skipLibCheck false --lib es2022,dom --types".split(
      " ",
    );
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const files = own.map((kind) => at(`${kind}.d.ts`));
  await promisify(execFile)(process.execPath, [compiler, ...flags, "", ...files]).catch((error) => {
    throw new Error(error.stdout);
  });
});
