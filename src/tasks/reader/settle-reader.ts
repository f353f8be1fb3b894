import { UnrolledError } from "../../errors.ts";
import { type CellChoice, type CellConfig, checkCell, settledCell } from "../language/model/language-cell.ts";

/**
 * A reader's settings with the options of its own cell: what is not said is as that cell has it, and what other cells have is none.
 *
 * @throws UnrolledError "invalid-argument" for an option that its cell lacks, or cannot have
 */
export function settleReader<Values extends { readonly cell: string; readonly hiddenSize: number }>(
  given: object,
  values: Values,
): Values {
  const { cell, hiddenSize } = values;
  checkCell("train", { ...given, cell, hiddenSize } as CellChoice);
  return { ...values, ...settledCell(values as unknown as CellChoice, given as CellConfig) };
}

/** Fewest tokens of a vocabulary of byte pairs: the bytes, and the end of a text. */
const LEAST_OF_BYTES = 257;

interface TextSettings {
  readonly tokenizer: string;
  readonly sourceTokenizer?: string | null;
  readonly targetTokenizer?: string | null;
  readonly vocabSize: number;
}

/**
 * A vocabulary of byte pairs of texts that end has room for the bytes and the end.
 *
 * @throws UnrolledError "invalid-argument" for one that has not
 */
export function requireBytes(settings: TextSettings): void {
  const { tokenizer, sourceTokenizer, targetTokenizer, vocabSize } = settings;
  const kinds = [sourceTokenizer ?? tokenizer, targetTokenizer ?? tokenizer];
  if (vocabSize >= LEAST_OF_BYTES || !kinds.includes("bpe")) return;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option: "vocabSize" }],
    got: String(vocabSize),
    needed: `at least ${LEAST_OF_BYTES} for byte pairs (256 bytes, and the end of a text)`,
  });
}
