// What adding a kind of layer takes, shown on a copy of the sources: its own file, a row in the table of kinds, a row in the table of
// what ONNX files say of it. The compiler holds both tables complete, and there is no third place that it asks for.
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkNetworkConfig } from "unrolled/network";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layerKinds } from "../src/networks/layers/layer-kinds.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const KINDS = "src/networks/layers/layer-kinds.ts";
const WRITERS = "src/formats/onnx/write/write-layer.ts";
const OWN = "src/networks/layers/negate.ts";

const KIND = `import { scaled } from "../../tensor/operations/arithmetic.ts";
import type { LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { floats } from "../value-shape.ts";

export interface NegateLayerConfig {
  readonly kind: "negate";
}

export const negate: LayerKind<NegateLayerConfig, undefined> = {
  fields: { needed: {} },
  shape: (_, [{ axes }]) => floats(axes),
  apply: ({ values: [value] }) => changed(value, scaled(value.tensor, -1)),
  streamProblem: () => "has no step yet",
};
`;

let copy = "";

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "unrolled-kinds-"));
  for (const name of ["src", "package.json", "tsconfig.json", "tsconfig.build.json"])
    await cp(join(root, name), join(copy, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

test("the compiler asks for a new kind of layer in two tables, and with its own file these are all", {
  timeout: 600_000,
  tags: "long",
}, async () => {
  await writeFile(join(copy, OWN), KIND);
  await change(KINDS, [
    ["import type { LayerKind }", 'import { type NegateLayerConfig, negate } from "./negate.ts";\n'],
    ["  | EmbeddingLayerConfig", "  | NegateLayerConfig\n"],
  ]);
  expect(await filesWithErrors()).toEqual([WRITERS, KINDS]);
  await change(KINDS, [["  embedding,\n", "  negate,\n"]]);
  expect(await filesWithErrors()).toEqual([WRITERS]);
  const writer = `  negate: ({ context: { graph }, values: [value], shape }) => ({
    ...value,
    name: graph.add("Neg", [value.name]),
    shape,
  }),\n`;
  await change(WRITERS, [["  dropout: (", writer]]);
  expect(await filesWithErrors()).toEqual([]);
});

test("every row describes the kind that it is named after", () => {
  const needed = Object.entries(layerKinds).filter(([, { fields }]) => Object.keys(fields.needed).length > 0);
  for (const [kind, { fields }] of needed) {
    const layers = [{ name: "own", inputs: ["x"], config: { kind } }];
    const inputs = [{ name: "x", axes: ["B"], kind: "float" }];
    const [first] = Object.keys(fields.needed);
    expect(() => checkNetworkConfig({ inputs, layers, outputs: [{ name: "y", from: "own" }] })).toThrow(
      `layer own: (${kind}) ${first} is missing`,
    );
  }
});

/** Puts text in front of other text of the copy. */
async function change(path: string, insertions: readonly (readonly [before: string, text: string])[]) {
  let text = await readFile(join(copy, path), "utf8");
  for (const [before, added] of insertions) {
    expect(text).toContain(before);
    text = text.replace(before, () => added + before);
  }
  await writeFile(join(copy, path), text);
}

/** Files of the copy that do not compile. */
function filesWithErrors(): Promise<string[]> {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const call = [compiler, "--noEmit", "--pretty", "false", "-p", "tsconfig.build.json"];
  return new Promise((resolve) => {
    execFile(process.execPath, call, { cwd: copy, maxBuffer: 2 ** 26 }, (_, stdout) => {
      const files = [...stdout.matchAll(/^(\S+?)\(\d+,\d+\): error/gm)].map(([, file]) => file);
      resolve([...new Set(files)].sort());
    });
  });
}
