import { expect, it } from "vitest";
import { naming, UnrolledError } from "./errors.ts";

it("takes a plain text for a problem, whatever it looks like", () => {
  const text = "readTexts: model: loadModel: no";
  const error = new UnrolledError("invalid-file", text);
  expect(error.message).toBe(text);
  expect(error.call).toBeUndefined();
  expect(error.fields).toEqual({ problem: text });
  expect(error.textFor()).toBe(text);
});

it("says its fields, and leaves the call out for who has made none", () => {
  const error = new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option: "batchSize" }],
    got: "0",
    needed: "a whole number of at least 1",
    advice: "leave it out",
  });
  expect(error.message).toBe("train: batchSize is 0, needed a whole number of at least 1; leave it out");
  expect(error.textFor((typed) => ("option" in typed ? `--${typed.option}` : typed.word))).toBe(
    "--batchSize is 0, needed a whole number of at least 1; leave it out",
  );
  expect(error.options).toEqual(["batchSize"]);
});

const inner = new UnrolledError("invalid-file", {
  call: "readSafetensors",
  place: "tensor a",
  problem: naming`it is missing, or give ${{ option: "kinds" }}`,
});

it.each([
  [{}, "readSafetensors: tensor a: ", "tensor a: "],
  [{ call: "openModel" }, "openModel: readSafetensors: tensor a: ", "tensor a: "],
  [{ place: "x.bin" }, "x.bin: readSafetensors: tensor a: ", "x.bin: tensor a: "],
  [{ call: "open", place: "x.bin" }, "open: x.bin: readSafetensors: tensor a: ", "x.bin: tensor a: "],
])("puts %o in front of an error's own", ({ ...front }, message, text) => {
  const said = "it is missing, or give kinds";
  const error = "call" in front || "place" in front ? inner.within(front) : inner;
  expect(error.message).toBe(message + said);
  expect(error.textFor()).toBe(text + said);
  expect(error.options).toEqual(["kinds"]);
  expect(error.call).toBe("call" in front ? front.call : "place" in front ? undefined : "readSafetensors");
  const again = new UnrolledError(error.code, structuredClone(error.fields));
  expect(again.message).toBe(error.message);
  expect(again.textFor()).toBe(error.textFor());
});

it("keeps subject and need apart within another call", () => {
  const error = new UnrolledError("invalid-argument", { subject: "unit", got: "9", needed: "0 to 7" });
  const { call, place, ...rest } = error.within({ call: "trace", place: "layer 1" }).fields;
  expect({ call, place }).toEqual({ call: "trace", place: "layer 1" });
  expect(rest).toEqual(error.fields);
});
