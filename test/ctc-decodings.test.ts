// Decodings that others published: CTCDecoder, parlance/ctcdecode and Keras, from ../shared/data/ctc.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ctcBeamSearch } from "../src/decoding/ctc/beam-search.ts";
import { ctcBestPath } from "../src/decoding/ctc/best-path.ts";
import { readArpa } from "../src/decoding/ngram/read-arpa.ts";
import type { PrefixScorer } from "../src/decoding/prefix-scorer.ts";
import { wordScorer } from "../src/decoding/scorers/word-scorer.ts";
import { required } from "./required.ts";

const FOLDER = new URL("../../shared/data/ctc/", import.meta.url);
const isThere = required(existsSync(new URL("vectors.json", FOLDER)), "../shared/data/ctc");
const read = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
const decodings = isThere ? JSON.parse(read("vectors.json")).ctc_decode : [];
const entry = (name: string) => decodings.find((each: { name: string }) => each.name.includes(name));
const logs = (rows: readonly (readonly number[])[]) => rows.flat().map(Math.log);

/** A reader's outputs before the softmax, T lines of V numbers. */
function recorded(name: string): number[] {
  return read(`${name}/rnnOutput.csv`)
    .trim()
    .split("\n")
    .flatMap((line) =>
      line
        .split(";")
        .filter((field) => field.trim() !== "")
        .map(Number),
    );
}

describe.skipIf(!isThere)("decodings that others published", () => {
  test("CTCDecoder's two steps: the best path is empty, the best sequence is not", () => {
    const { probs, blank, probability_of_a } = entry("mini");
    const options = { vocabularySize: 3, blank };
    expect(ctcBestPath(logs(probs), options).tokenIds).toEqual([]);
    const [best] = ctcBeamSearch(logs(probs), options);
    expect(best.tokenIds).toEqual([0]);
    expect(Math.exp(best.score)).toBeCloseTo(probability_of_a, 12);
  });

  const handwriting = (name: string) => {
    const { chars, blank } = entry(name);
    const tokens = [...chars, ""];
    const options = { vocabularySize: tokens.length, blank };
    return { tokens, options, text: (ids: readonly number[]) => ids.map((id) => tokens[id]).join("") };
  };

  test("CTCDecoder's line of handwriting: best path, beam, a model of characters, words of a dictionary", () => {
    const wanted = entry("IAM line");
    const { tokens, options, text } = handwriting("IAM line");
    const logits = recorded("iam-line");
    expect(text(ctcBestPath(logits, options).tokenIds)).toBe(wanted.best_path);
    const [beam] = ctcBeamSearch(logits, { ...options, beamWidth: 25 });
    expect(text(beam.tokenIds)).toBe(wanted.beam_width25_no_lm);

    const corpus = read("iam-line/corpus.txt");
    const scorers = [characterPairs(corpus, tokens, 0.01)];
    const [fused] = ctcBeamSearch(logits, { ...options, beamWidth: 25, scorers });
    expect(text(fused.tokenIds)).toBe(wanted.beam_char_bigram_lm);

    const lexicon = corpus.match(/\w+/g)!;
    const [spelt] = ctcBeamSearch(logits, { ...options, scorers: [wordScorer({ tokens, lexicon })] });
    expect(text(spelt.tokenIds)).toBe(wanted.token_passing);
  });

  test("CTCDecoder's word of handwriting: the best path, and the word of the dictionary", () => {
    const wanted = entry("IAM word");
    const { tokens, options, text } = handwriting("IAM word");
    const logits = recorded("iam-word");
    expect(text(ctcBestPath(logits, options).tokenIds)).toBe(wanted.best_path);
    const lexicon = read("iam-word/corpus.txt").trim().split(/\s+/);
    const [best] = ctcBeamSearch(logits, { ...options, scorers: [wordScorer({ tokens, lexicon })] });
    expect(text(best.tokenIds)).toBe(wanted.lexicon_search_tol4);
  });

  test("parlance/ctcdecode: greedy, beam, and with words of a language model", () => {
    const { vocab, blank, probs1, probs2, greedy, beam20_no_lm } = entry("ctcdecode");
    const options = { vocabularySize: vocab.length, blank };
    const text = (ids: readonly number[]) => ids.map((id) => vocab[id]).join("");
    const each = [logs(probs1), logs(probs2)];
    expect(each.map((logits) => text(ctcBestPath(logits, options).tokenIds))).toEqual(greedy);
    const beams = each.map((logits) => ctcBeamSearch(logits, { ...options, beamWidth: 20 })[0]);
    expect(beams.map(({ tokenIds }) => text(tokenIds))).toEqual(beam20_no_lm);

    const model = readArpa(
      "\\data\\\nngram 1=4\n\n\\1-grams:\n-99\t<s>\n-1\t</s>\n-0.5\ta\n-0.5\tlittle\n\n\\end\\\n",
    );
    const scorer = wordScorer({
      tokens: vocab,
      languageModel: model,
      lexicon: model.vocabulary,
      languageWeight: 0,
    });
    const [words] = ctcBeamSearch(each[1], { ...options, beamWidth: 20, scorers: [scorer] });
    expect(text(words.tokenIds)).toBe(entry("ctcdecode")["beam20_seq2_with_test.arpa"]);
  });

  test("Keras: greedy and the two best of a beam of 4, with their logarithms of probabilities", () => {
    const { logits, lengths, blank, greedy, greedy_neg_sum_of_max, beam4_top2, beam4_top2_logprob } =
      entry("keras");
    const options = { vocabularySize: 4, blank };
    for (const [row, all] of logits.entries()) {
      const steps: number[][] = all.slice(0, lengths[row]);
      const path = ctcBestPath(steps.flat(), options);
      expect(path.tokenIds).toEqual(greedy[row]);
      const normaliser = steps.reduce(
        (sum, step) => sum + Math.log(step.reduce((a, b) => a + Math.exp(b), 0)),
        0,
      );
      expect(path.score).toBeCloseTo(-greedy_neg_sum_of_max[row] - normaliser, 5);
      const best = ctcBeamSearch(steps.flat(), { ...options, beamWidth: 4, nBest: 2 });
      expect(best.map(({ tokenIds }) => tokenIds)).toEqual([beam4_top2[0][row], beam4_top2[1][row]]);
      for (const [place, { score }] of best.entries())
        expect(score).toBeCloseTo(beam4_top2_logprob[row][place], 5);
    }
  });
});

/** Pairs of characters as a corpus has them. */
function characterPairs(corpus: string, tokens: readonly string[], weight: number): PrefixScorer<string> {
  const count = (text: string) =>
    [...corpus].filter((_, at) => corpus.slice(at).startsWith(text) && at + 1 < corpus.length).length;
  return {
    start: () => " ",
    score: (before, id) => weight * Math.log(count(before + tokens[id]) / count(before)),
    next: (_, id) => tokens[id],
    end: () => 0,
  };
}
