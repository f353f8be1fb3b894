import { join } from "node:path";
import { naming, UnrolledError } from "../../errors.ts";
import type { Tokenizer } from "../tokenizers/tokenizer.ts";
import { tokenizerTrainer } from "../tokenizers/tokenizer-trainer.ts";
import { describeEntry, type EntryContent } from "./cache-entry.ts";
import type { CorpusOptions, CorpusProgress } from "./corpus-options.ts";
import type { RequireRoom } from "./disk-space.ts";
import type { CorpusVisitor } from "./read-source.ts";
import { SplitVisitor } from "./split-visitor.ts";
import type { Survey } from "./survey.ts";
import { type EncodedFile, TokenEncoder } from "./token-encoder.ts";
import { bytesPerToken } from "./token-file-writer.ts";

export interface EncodingOptions extends Pick<CorpusOptions, "valFraction" | "tokenizer"> {
  readonly train: Survey;
  /** What is held out, where it is not the last part of `train`. */
  readonly heldOut: Survey | undefined;
  /** Where the entry is made. */
  readonly folder: string;
  readonly requireRoom: RequireRoom;
  /** Makes a function that is told of units that were read. */
  readonly progress: (stage: CorpusProgress["stage"], total: number) => (units: number) => void;
}

const IGNORED: CorpusVisitor = { piece: () => {}, endDocument: () => {} };

/** Learns the vocabulary from the training part, then writes the token files of both parts into a folder. */
export async function encodeCorpus(options: EncodingOptions): Promise<EntryContent> {
  const { train, heldOut, valFraction, folder } = options;
  const isSplit = !heldOut && valFraction > 0;
  const cut = isSplit ? Math.floor(train.units * (1 - valFraction)) : Number.POSITIVE_INFINITY;
  if (cut < 1) throw tooShort(train.units, valFraction);
  const tokenizer = await tokenizerFor(options, cut);
  const total = train.units + (heldOut?.units ?? 0);
  const watch = options.progress("tokens", total);
  const encoders: TokenEncoder[] = [];
  let units = 0;

  /** Says before a file grows if the disk will not hold what is to come, judged by what has come so far. */
  const beforeWrite = () => {
    const sum = (of: (encoder: TokenEncoder) => number) => encoders.reduce((all, each) => all + of(each), 0);
    const expected = (total * sum(({ progress }) => progress.tokens)) / sum(({ progress }) => progress.units);
    const toCome = expected - sum(({ progress }) => progress.written);
    const needed = Math.ceil(toCome * bytesPerToken(tokenizer.vocabularySize));
    options.requireRoom(needed);
  };
  const encoder = (name: string) => {
    const made = new TokenEncoder(
      tokenizer,
      join(folder, `${name}.tokens`),
      train.documents > 1,
      beforeWrite,
    );
    encoders.push(made);
    return made;
  };
  const count = (more: number) => {
    watch(more);
    units += more;
  };

  const files: EncodedFile[] = [];
  try {
    const training = encoder("train");
    const validation = isSplit || heldOut ? encoder("validation") : undefined;
    let unitsAfter = 0;
    const after = watched(isSplit && validation ? validation : IGNORED, (more) => {
      unitsAfter += more;
    });
    await train.read(watched(new SplitVisitor(cut, training, after), count));
    if (isSplit && unitsAfter < 2) throw tooShort(train.units, valFraction);
    if (heldOut && validation) await heldOut.read(watched(validation, count));
    await train.requireUnchanged();
    await heldOut?.requireUnchanged();
    if (units !== total)
      throw new UnrolledError("invalid-file", {
        call: "prepareCorpus",
        problem: "the text changed while it was read; run again",
      });
    for (const encoder of encoders) files.push(encoder.finish());
  } catch (error) {
    for (const encoder of encoders.slice(files.length)) encoder.abandon();
    throw error;
  }
  const [trainFile, validationFile = null] = files;
  const content = { tokenizerJson: tokenizer.toJSON(), train: trainFile, validation: validationFile };
  describeEntry(folder, content);
  return content;
}

async function tokenizerFor(
  { tokenizer, train, progress }: EncodingOptions,
  cut: number,
): Promise<Tokenizer> {
  if ("encode" in tokenizer) return tokenizer;
  const { kind, vocabularySize } = tokenizer;
  const trainer = tokenizerTrainer({ kind, vocabularySize, documents: train.documents > 1 });
  if (kind === "byte") return trainer.finish();
  const watch = progress("vocabulary", train.units);
  const learning: CorpusVisitor = {
    piece: (text) => trainer.add(text as string),
    endDocument: () => trainer.endDocument(),
  };
  await train.read(watched(new SplitVisitor(cut, learning, IGNORED), watch));
  return trainer.finish();
}

/** Tells of each piece before it is handed on. */
function watched(visitor: CorpusVisitor, watch: (units: number) => void): CorpusVisitor {
  return {
    piece(text) {
      watch(text.length);
      visitor.piece(text);
    },
    endDocument: () => visitor.endDocument(),
  };
}

function tooShort(units: number, valFraction: number): UnrolledError {
  return new UnrolledError("text-too-short", {
    call: "prepareCorpus",
    problem: `${valFraction} of ${units} characters is too little to hold out`,
    advice: naming`give more text, ${{ option: "validation" }}, or ${{ option: "valFraction", value: "0" }}`,
  });
}
