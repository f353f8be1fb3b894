import { describe, expect, test } from "vitest";
import { INITIAL_STATE, type PageState, stateFromHash, stateToHash } from "../../web/state.ts";

test("the state that a page opens with needs nothing in the URL", () => {
  expect(stateToHash(INITIAL_STATE)).toBe("");
  expect(stateFromHash("")).toEqual(INITIAL_STATE);
});

test("what a URL says is what was written into it", () => {
  const state: PageState = {
    ...INITIAL_STATE,
    view: "play",
    text: "a = b & c # d\n+ “é” 🎈 100%",
    at: 7,
    isUnrolled: false,
    scale: 31.25,
    left: -2.5,
    order: "similarity",
    steps: [3, 9],
    temperature: 0.65,
    topP: 0.9,
    branches: [
      { at: 3, id: 41 },
      { at: 3, id: 7 },
    ],
  };
  const hash = stateToHash(state);
  expect(stateFromHash(`#${hash}`)).toEqual(state);
  expect(decodeURIComponent(hash)).not.toContain("layer");
  // It stands in a URL as it is.
  expect(new URL(`https://example.org/#${hash}`).hash).toBe(`#${hash}`);
});

test("an empty text is a text", () => {
  expect(stateFromHash(`#${stateToHash({ ...INITIAL_STATE, text: "" })}`).text).toBe("");
});

describe("nonsense in a URL is as if it were not there", () => {
  test.each([
    ["at", "-1"],
    ["at", "1.5"],
    ["at", ""],
    ["at", "Infinity"],
    ["topP", "0"],
    ["topP", "x"],
    ["temperature", "NaN"],
    ["order", "alphabet"],
    ["isUnrolled", "yes"],
    ["steps", "9-3"],
    ["steps", "a-b"],
    ["branches", "{"],
    ["branches", '[{"at":-1,"id":2}]'],
    ["branches", "[null]"],
  ])("%s=%s", (name, value) => {
    const hash = new URLSearchParams([[name, value]]).toString();
    expect(stateFromHash(`#${hash}`)).toEqual(INITIAL_STATE);
  });
});

test("a number in a link has no more digits than can be seen", () => {
  const hash = stateToHash({ ...INITIAL_STATE, scale: 60.84000000000001, left: 1 / 3 });
  expect(hash).toBe("scale=60.84&left=0.3333333");
});
