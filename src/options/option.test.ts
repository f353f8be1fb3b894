import { expect, test } from "vitest";
import { flagOption, listOption, numberOption, textOption, valuesOf, wordOption } from "./option.ts";

const table = {
  size: numberOption({ whole: true, atLeast: 1 }, { default: 128, help: "units" }),
  share: numberOption({ atLeast: 0, below: 1 }, { default: null, help: "of entries" }),
  rate: numberOption({ above: 0 }, { default: 0.1, help: "size of an update" }),
  kind: wordOption(["lstm", "gru"], { default: "lstm", help: "recurrent cell" }),
  tied: flagOption({ default: false, help: "one matrix" }),
  label: textOption({ default: null, help: "a column" }),
  freeze: listOption({ default: [], help: "parameters left alone" }),
};

test("what is not given is the default", () => {
  const values = valuesOf("train", table, { size: 3, kind: undefined });
  const kind: "lstm" | "gru" = values.kind;
  const share: number | null = values.share;
  expect(values).toEqual({ size: 3, share, rate: 0.1, kind, tied: false, label: null, freeze: [] });
});

test.each([
  [{ size: 1.5 }, "train: size is 1.5, needed a whole number of at least 1"],
  [{ share: 1 }, "train: share is 1, needed a number of at least 0 and below 1"],
  [{ rate: 0 }, "train: rate is 0, needed a number above 0"],
  [{ rate: Number.NaN }, "train: rate is NaN, needed a number above 0"],
  [{ kind: "rnn" }, 'train: kind is "rnn", needed one of lstm, gru'],
  [{ kind: null }, "train: kind is null, needed one of lstm, gru"],
  [{ tied: 1 }, "train: tied is 1, needed true or false"],
  [{ freeze: [""] }, "train: freeze is a list of 1, needed a list, each a name of 1 to 256 characters"],
  [{ sise: 3 }, 'train: "sise" is not a known field'],
])("%j is refused", (given, message) => {
  expect(() => valuesOf("train", table, given)).toThrow(message);
});

test("null is a value where it is the default", () => {
  expect(valuesOf("train", table, { share: null, label: null }).share).toBeNull();
});
