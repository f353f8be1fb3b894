import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, expect, it } from "vitest";
import { PRESETS } from "../../tasks/language/presets.ts";
import type { Budget } from "../../tasks/loop-settings.ts";
import { resolveSettings } from "../../training/resolve-settings.ts";
import type { PartialSettings, TrainingSettings } from "../../training/settings.ts";
import { addTrainCommand } from "../commands/train-command.ts";
import { UsageError } from "../failure.ts";
import { type Configured, configured } from "./configured.ts";
import { addConfigurationOptions, presetsHelp } from "./options.ts";
import { configurationText, resolvedConfiguration } from "./resolved.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-configuration-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** `unrolled train` with --config, that does nothing. */
function trainCommand(): Command {
  const program = new Command().exitOverride();
  addTrainCommand(program);
  const [train] = program.commands;
  if (!train.options.some(({ long }) => long === "--config")) addConfigurationOptions(train);
  return train
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action(() => {});
}

/** What `unrolled train FLAGS --config` with this content is to do. */
function train(
  content: string | Buffer | null,
  ...flags: string[]
): Configured & { readonly command: Command } {
  const path = join(folder, "run.yaml");
  if (content !== null) writeFileSync(path, content);
  const command = trainCommand();
  const configuration = content === null ? [] : ["--config", path];
  command.parse(["book.txt", "--out", "new", ...configuration, ...flags], { from: "user" });
  return { ...configured(command, command.args.slice(0, 1)), command };
}

/** What is wrong, with the path left out. */
function mistake(content: string | Buffer, ...flags: string[]): string {
  try {
    train(content, ...flags);
  } catch (error) {
    if (error instanceof UsageError) return error.message.replaceAll(`${folder}/`, "");
    throw error;
  }
  throw new Error("nothing was wrong");
}

/** As `unrolled train` makes settings of options. */
function settingsOf(options: Readonly<Record<string, unknown>>): TrainingSettings {
  const { out: _, force: __, json: ___, val: ____, steps, epochs, minutes, ...rest } = options;
  if (options.nonlinearity !== undefined && options.cell !== "elman") throw new UsageError("needs elman");
  const [budget] = Object.entries({ steps, epochs, minutes })
    .filter(([, amount]) => amount !== undefined)
    .map(([kind, amount]) => ({ [kind]: amount }) as unknown as Budget);
  return resolveSettings({ ...(rest as PartialSettings), budget });
}

it("takes keys in every way of writing them, YAML and JSON", () => {
  const wanted = {
    hiddenSize: 99,
    numLayers: 3,
    tieWeights: true,
    learningRate: 1e-3,
    cell: "gru",
    out: "new",
  };
  const yaml = "# mine\nhidden_size: 99\nnum-layers: 3\ntieWeights: true\nlearning_rate: 1e-3\ncell: gru\n";
  expect(train(yaml).options).toMatchObject(wanted);
  const json = `{"hidden_size": 99, "num-layers": 3, "tieWeights": true, "learning_rate": 0.001, "cell": "gru"}`;
  expect(train(json).options).toMatchObject(wanted);
});

it("lays flags over the file, the file over the preset, and drops what a higher layer excludes", () => {
  const { options } = train("preset: tiny\nhidden_size: 99\nminutes: 3\n", "--hidden-size", "77");
  expect(options).toMatchObject({ hiddenSize: 77, numLayers: 1, seqLength: 32, minutes: 3, backend: "auto" });
  expect(options).not.toHaveProperty("steps");
  expect(options).not.toHaveProperty("preset");
  expect(options).not.toHaveProperty("config");
  expect(train("minutes: 3\n", "--steps", "5").options).not.toHaveProperty("minutes");
  expect(train("preset: tiny\n", "--preset", "char-small").options).toMatchObject({
    hiddenSize: 256,
    minutes: 9.5,
  });
  expect(train("tie_weights: false\n").options.tieWeights).toBe(false);
});

it("takes the file's texts where the command line names none", () => {
  writeFileSync(join(folder, "files.yaml"), "files: [a.txt, b.txt]\n");
  const command = trainCommand();
  command.parse(["x", "--out", "new", "--config", join(folder, "files.yaml")], { from: "user" });
  expect(configured(command, []).files).toEqual(["a.txt", "b.txt"]);
  expect(configured(command, ["x"]).files).toEqual(["x"]);
});

it.each([
  ["seed: 3\nhiden_size: 5", "run.yaml, line 2: unknown key 'hiden_size' (did you mean hidden_size?)"],
  ["layers: 5", "run.yaml, line 1: unknown key 'layers' (did you mean num_layers?)"],
  ["hidden_size: many", "line 1: hidden_size is 'many'. Needed a whole number of at least 1."],
  ["hidden_size: 1.5", "line 1: hidden_size is 1.5. Needed a whole number of at least 1."],
  ["cell: lsmt", "line 1: cell is 'lsmt'. Allowed choices are elman, lstm, gru, mgu, ugrnn."],
  ["hidden_size: [1, 2]", "line 1: hidden_size is [1,2], needed one value"],
  ["hidden_size: {a: 1}", 'line 1: hidden_size is {"a":1}, needed a number or a text'],
  ["hidden_size:", "line 1: hidden_size has no value"],
  ["tie_weights: sure", "line 1: tie_weights is 'sure', needed true or false"],
  ["steps: 3\nminutes: 2", "line 2: minutes cannot be used with steps (run.yaml, line 1)"],
  ["seed: 1\nseed: 2", "run.yaml, line 2: Map keys must be unique"],
  ["num_layers: 1\nnum-layers: 2", "line 2: num_layers is given twice, before in run.yaml, line 1"],
  ["preset: huge", "line 1: unknown preset 'huge' (did you mean"],
  ["files: 3", "line 1: files is 3, needed a list of paths"],
  ["config: other.yaml", "line 1: 'config' belongs on the command line, not into a configuration"],
  ["a: [1", "run.yaml, line 1: Flow sequence in block collection must be"],
  ["cell: !!js/function x", "run.yaml, line 1: Unresolved tag"],
  ["hidden size 3", "run.yaml has no keys, needed lines such as hidden_size: 256"],
  ["", "run.yaml is empty, needed lines such as hidden_size: 256"],
  ["# nothing\n", "run.yaml is empty"],
  ["a\0b: 3", "run.yaml is no text, needed a configuration in YAML"],
])("refuses %j", (content, message) => {
  expect(mistake(content)).toContain(message);
});

it("refuses files that are no configuration", () => {
  const noText = "run.yaml is no text, needed a configuration in YAML";
  expect(mistake(Buffer.from([0x89, 0x50, 0xff, 0, 1]))).toBe(noText);
  expect(mistake(Buffer.alloc(1_000_001, "a"))).toBe("run.yaml has 1000001 bytes, which is no configuration");

  expect(() => train(null, "--config", join(folder, "nowhere.yaml"))).toThrow("nowhere.yaml: does not exist");
  expect(() => train(null, "--config", folder)).toThrow(/is a folder, needed a file/);
});

it.each([
  ["defaults", []],
  [
    "tied words",
    ["--tokenizer", "word", "--tie-weights", "--hidden-size", "50", "--steps", "7", "--val", "v.txt"],
  ],
  [
    "an Elman network",
    ["--cell", "elman", "--nonlinearity", "relu", "--optimizer", "sgd", "--weight-decay", "1e-7"],
  ],
])("prints a configuration that, passed back in, is the same run: %s", (_, flags) => {
  const first = train(null, ...flags);
  const text = configurationText(resolvedConfiguration(first.command, first, settingsOf));
  expect(text).toMatch(/^files:\n {2}- book.txt\n/);
  for (const key of ["hidden_size", "learning_rate", "seed", "grad_clip"])
    expect(text).toContain(`\n${key}: `);
  expect(text).not.toMatch(/^(out|config|json|preset)/m);
  const second = train(text);
  expect(settingsOf(second.options)).toEqual(settingsOf(first.options));
  expect(second.options.val).toBe(first.options.val);
  expect(configurationText(resolvedConfiguration(second.command, second, settingsOf))).toBe(text);
});

it.each(Object.keys(PRESETS))(
  "has a preset of options that exist, with values that the flags take: %s",
  (name) => {
    const settings = settingsOf(train(null, "--preset", name).options);
    const { steps, epochs, minutes, ...rest } = PRESETS[name].settings;
    expect(settings).toMatchObject(rest);
    expect(Object.values(settings.budget)).toEqual([steps ?? epochs ?? minutes]);
  },
);

it("knows no other preset", () => {
  expect(() => train(null, "--preset", "huge")).toThrow(/Allowed choices are tiny, char-small/);
});

it("says what a preset gave, or that it has not been measured", () => {
  const { measured: _measured, ...unmeasured } = PRESETS.tiny;
  const help = presetsHelp({ ...PRESETS, mine: unmeasured });
  expect(help).toContain("1.496 nats per character in 9 min 34 s");
  expect(help.slice(help.indexOf("mine")).replace(/\s+/g, " ")).toContain("not measured here");
  expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});
