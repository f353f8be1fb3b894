import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OutputFolder } from "./output-folder.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "unrolled-output-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const encode = (text: string) => new TextEncoder().encode(text);
const model = (text: string) => ({
  "config.json": encode(text),
  "model.safetensors": encode(`${text} weights`),
});
const read = (path: string) => readFileSync(path, "utf8");

describe("OutputFolder", () => {
  it("makes parents only when it saves, and leaves nothing else", () => {
    const path = join(parent, "a", "b", "model");
    const output = OutputFolder.open(path, false);
    expect(readdirSync(parent)).toEqual([]);
    output.save(model("one"));
    expect(readdirSync(join(parent, "a", "b"))).toEqual(["model"]);
    expect(read(join(path, "model.safetensors"))).toBe("one weights");
  });

  it("replaces what it has saved itself", () => {
    const path = join(parent, "model");
    const output = OutputFolder.open(path, false);
    output.save({ ...model("one"), "README.md": encode("old") });
    output.save(model("two"));
    expect(read(join(path, "config.json"))).toBe("two");
    expect(readdirSync(parent)).toEqual(["model"]);
  });

  it("does not touch a folder that is there, unless told to", () => {
    const path = join(parent, "model");
    mkdirSync(path);
    expect(() => OutputFolder.open(path, false)).toThrow(/exists; give --out another name, or --force/);
    writeFileSync(join(path, "config.json"), "old");
    OutputFolder.open(path, true).save(model("new"));
    expect(read(join(path, "config.json"))).toBe("new");
  });

  it("replaces no folder that is not a model's", () => {
    const path = join(parent, "documents");
    mkdirSync(path);
    writeFileSync(join(path, "thesis.txt"), "years of work");
    expect(() => OutputFolder.open(path, true)).toThrow(/holds thesis.txt and no model/);
    expect(() => OutputFolder.open(join(path, "thesis.txt"), true)).toThrow(/is a file/);
  });

  it("keeps what somebody else put beside the model's files", () => {
    const path = join(parent, "model");
    const output = OutputFolder.open(path, false);
    output.save(model("one"));
    writeFileSync(join(path, "notes.txt"), "mine");
    output.save(model("two"));
    expect(read(join(path, "notes.txt"))).toBe("mine");
    expect(read(join(path, "config.json"))).toBe("two");
  });

  it("leaves the old model whole when the new one cannot be written", () => {
    const path = join(parent, "model");
    const output = OutputFolder.open(path, false);
    output.save(model("one"));
    // The second file's folder does not exist, so that writing fails halfway.
    expect(() =>
      output.save({ "config.json": encode("two"), "missing/model.safetensors": encode("two") }),
    ).toThrow("ENOENT");
    expect(read(join(path, "config.json"))).toBe("one");
    expect(readdirSync(parent)).toEqual(["model"]);
  });

  it("does not overwrite what has appeared since it was opened", () => {
    const path = join(parent, "model");
    const output = OutputFolder.open(path, false);
    mkdirSync(path);
    expect(() => output.save(model("one"))).toThrow(/has appeared since/);
    expect(readdirSync(parent)).toEqual(["model"]);
    expect(readdirSync(path)).toEqual([]);
  });

  it("writes through a link and keeps it", () => {
    const real = join(parent, "real");
    OutputFolder.open(real, false).save(model("one"));
    symlinkSync("real", join(parent, "link"));
    OutputFolder.open(join(parent, "link"), true).save(model("two"));
    expect(read(join(real, "config.json"))).toBe("two");
    symlinkSync("nowhere", join(parent, "broken"));
    expect(() => OutputFolder.open(join(parent, "broken"), true)).toThrow(/link to nowhere/);
  });

  it("says before training that it cannot write", () => {
    writeFileSync(join(parent, "file"), "");
    expect(() => OutputFolder.open(join(parent, "file", "model"), false)).toThrow();
    if (existsSync("/proc")) {
      expect(() => OutputFolder.open("/proc/model", false)).toThrow(
        /cannot be made: \/proc cannot be written/,
      );
    }
  });
});
