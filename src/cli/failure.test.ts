import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { UnrolledError } from "../errors.ts";
import { CommandError, describeFailure, UsageError } from "./failure.ts";

it("leaves the names of calls out of the library's messages, and nothing else", () => {
  const lost = new UnrolledError("missing-file", { call: "readTexts", problem: "book.txt does not exist" });
  expect(describeFailure(lost).line).toBe("book.txt does not exist");
  const inside = new UnrolledError("invalid-file", {
    call: "readSafetensors",
    problem: "tensor a is missing",
  });
  expect(describeFailure(inside.within({ place: "model.safetensors" })).line).toBe(
    "model.safetensors: tensor a is missing",
  );
  const text = "readTexts: book.txt does not exist";
  expect(describeFailure(new UnrolledError("missing-file", text)).line).toBe(text);
  expect(describeFailure(new CommandError("book: config.json is missing")).line).toBe(
    "book: config.json is missing",
  );
});

it("tells wrong usage from failure", () => {
  expect(describeFailure(new UsageError("no")).exitCode).toBe(2);
  expect(describeFailure(new UnrolledError("text-too-short", "no")).exitCode).toBe(1);
});

it("says a system's error in words, on one line", () => {
  let error: unknown;
  try {
    readFileSync("/nowhere/file");
  } catch (caught) {
    error = caught;
  }
  expect(describeFailure(error)).toEqual({ line: "/nowhere/file: does not exist", exitCode: 1 });
  const full = Object.assign(new Error("ENOSPC: no space left, write"), { code: "ENOSPC", syscall: "write" });
  expect(describeFailure(full)).toEqual({ line: "no space left on the device", exitCode: 1 });
});

it("calls a mistake of its own one", () => {
  const { line, exitCode } = describeFailure(new TypeError("x is not\na function"));
  expect(line).toBe(
    "unexpected TypeError: x is not a function; this is a mistake in unrolled (UNROLLED_DEBUG=1 shows the stack)",
  );
  expect(exitCode).toBe(1);
});
