import { expect, it } from "vitest";
import { StopStrings } from "./stop-strings.ts";

function read(strings: readonly string[], pieces: readonly string[]): { pieces: string[]; found: boolean } {
  const stops = new StopStrings(strings);
  const out: string[] = [];
  for (const piece of pieces) {
    out.push(stops.push(piece));
    if (stops.found) return { pieces: out, found: true };
  }
  out.push(stops.end());
  return { pieces: out, found: false };
}

/** All ways to cut a text into pieces. */
function cuts(text: string): string[][] {
  if (text.length < 2) return [[text]];
  return cuts(text.slice(1)).flatMap(([first, ...rest]) => [
    [text[0], first, ...rest],
    [text[0] + first, ...rest],
  ]);
}

const cases: [string[], string, string, boolean][] = [
  [["STOP"], "go on STOP now", "go on ", true],
  [["STOP"], "go STO STOP", "go STO ", true],
  [["STOP"], "SSTOSTOP!", "SSTO", true],
  [["STOP"], "no stop STO", "no stop STO", false],
  [["aab"], "aaaabc", "aa", true],
  [["abcd", "c"], "xabcd", "xab", true],
  [["c", "abcd"], "xabcd", "xab", true],
  [["bc", "abc"], "xabc", "x", true],
  [["\n\n"], "a\nb\n\nc", "a\nb", true],
  [["😀"], "a😁😀b", "a😁", true],
  [[], "anything", "anything", false],
];

for (const [strings, text, expected, found] of cases) {
  it(`reads ${JSON.stringify(text)} up to ${JSON.stringify(strings)}, however it is cut`, () => {
    for (const pieces of cuts(text)) {
      const result = read(strings, pieces);
      expect([result.pieces.join(""), result.found, pieces]).toEqual([expected, found, pieces]);
    }
  });
}

it("holds back no more than what may be a stop string's beginning", () => {
  expect(read(["STOP"], ["a", "S", "T", "a", "ST", "x"]).pieces).toEqual(["a", "", "", "STa", "", "STx", ""]);
});
