import { expect, test } from "vitest";
import { FoundFiles } from "./found-files.ts";

const found = new FoundFiles(["a/x/1.wav", "b/x/1.wav", "b/two.part.wav", "c\\three.wav"]);

test.each([
  ["x/1.wav", "lists/all.csv", "a/x/1.wav", "by the end of its path, the first of several"],
  ["x/1.wav", "b/all.csv", "b/x/1.wav", "beside its list before others of its name"],
  ["./x\\1.wav", "b/all.csv", "b/x/1.wav", "with another system's separators"],
  ["two", "etc/all.transcription", "b/two.part.wav", "by its name without endings"],
  ["three.wav", "all.csv", "c\\three.wav", "in a folder of another system"],
  ["4.wav", "lists/all.csv", "lists/4.wav", "that was not given, beside its list"],
  ["1.wa", "lists/all.csv", "lists/1.wa", "that only begins like one"],
  ["/tmp/4.wav", "lists/all.csv", "/tmp/4.wav", "by an absolute path"],
  ["https://host/4.wav", "lists/all.csv", "https://host/4.wav", "by an address"],
])("%j of %j is %j: %s", (named, list, path) => {
  expect(found.pathOf(named, list)).toBe(path);
});
