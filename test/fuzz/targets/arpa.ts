import { readArpa } from "unrolled/decode";
import type { FuzzTarget, Mutation } from "../fuzz.ts";
import { byteFlips, truncationsEverywhere } from "../mutations.ts";

const TEXT = `\\data\\
ngram 1=4
ngram 2=3

\\1-grams:
-99\t<s>\t-0.5
-0.7\t</s>
-0.4\tthe\t-0.3
-0.8\tcat\t-0.2

\\2-grams:
-0.2\t<s> the
-0.3\tthe cat
-0.6\tcat </s>

\\end\\
`;
const bytes = new TextEncoder().encode(TEXT);

const WORDS = [
  ["ngram 1=4", "ngram 1=4000000000"],
  ["ngram 2=3", "ngram 2=0"],
  ["ngram 2=3", "ngram 9=3"],
  ["ngram 2=3", Array.from({ length: 30 }, (_, index) => `ngram ${index + 2}=3`).join("\n")],
  ["-0.4", "1e400"],
  ["-0.4", "nan"],
  ["the cat", "cat the"],
  ["the", "__proto__"],
  ["\\2-grams:", "\\1-grams:"],
  ["\\end\\", "\\data\\"],
] as const;
const words: Mutation[] = WORDS.map(([from, to]) => ({
  what: `${from} is ${to}`,
  apply: (file) => new TextEncoder().encode(new TextDecoder().decode(file).replaceAll(from, to)),
}));

export const target: FuzzTarget = {
  name: "readArpa",
  seeds: [
    {
      name: "by hand",
      bytes,
      mutations: [...words, ...byteFlips(0, bytes.length), ...truncationsEverywhere(bytes.length)],
    },
  ],
  read: (file) => {
    const model = readArpa(file);
    model.after(model.start, "the");
    model.end(model.start);
  },
};
