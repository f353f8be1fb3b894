import type { Tokenizer } from "../../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../../errors.ts";

/** How a model's texts are continued where a call says nothing else, as Hugging Face's generation_config.json has it, in camelCase. */
export interface GenerationConfig {
  /** False is as a temperature of 0: always the likeliest token. */
  readonly doSample?: boolean | undefined;
  readonly temperature?: number | undefined;
  readonly topK?: number | undefined;
  readonly topP?: number | undefined;
  readonly minP?: number | undefined;
  readonly repetitionPenalty?: number | undefined;
  readonly maxNewTokens?: number | undefined;
  /** The tokens that end a text; the tokenizer's if not given. */
  readonly eosTokenId?: number | readonly number[] | undefined;
}

/** What a model says that says nothing. */
const DEFAULTS: GenerationConfig = { doSample: true, temperature: 0.8, maxNewTokens: 500 };

interface Field {
  readonly key: string;
  readonly name: keyof GenerationConfig;
  readonly needed: string;
  readonly isAllowed: (value: unknown, vocabularySize: number) => boolean;
}

const numberThat = (allowed: (value: number) => boolean) => (value: unknown) =>
  typeof value === "number" && Number.isFinite(value) && allowed(value);
const wholeFrom = (least: number) => numberThat((value) => Number.isSafeInteger(value) && value >= least);

const FIELDS: readonly Field[] = [
  {
    key: "do_sample",
    name: "doSample",
    needed: "true or false",
    isAllowed: (value) => typeof value === "boolean",
  },
  {
    key: "temperature",
    name: "temperature",
    needed: "a number of at least 0",
    isAllowed: numberThat((value) => value >= 0),
  },
  { key: "top_k", name: "topK", needed: "a whole number of at least 0", isAllowed: wholeFrom(0) },
  {
    key: "top_p",
    name: "topP",
    needed: "a number above 0 and at most 1",
    isAllowed: numberThat((value) => value > 0 && value <= 1),
  },
  {
    key: "min_p",
    name: "minP",
    needed: "a number from 0 to 1",
    isAllowed: numberThat((value) => value >= 0 && value <= 1),
  },
  {
    key: "repetition_penalty",
    name: "repetitionPenalty",
    needed: "a number above 0",
    isAllowed: numberThat((value) => value > 0),
  },
  {
    key: "max_new_tokens",
    name: "maxNewTokens",
    needed: "a whole number of at least 1",
    isAllowed: wholeFrom(1),
  },
  {
    key: "eos_token_id",
    name: "eosTokenId",
    needed: "ids of the vocabulary",
    isAllowed: (value, vocabularySize) =>
      [value].flat().every((id) => wholeFrom(0)(id) && (id as number) < vocabularySize),
  },
];

/**
 * Reads the content of generation_config.json. Keys that are not known are passed over; null is as not given.
 *
 * @throws UnrolledError "invalid-file" that names the file, the key, and what was needed
 */
export function readGenerationConfig(
  json: Readonly<Record<string, unknown>>,
  vocabularySize: number,
): GenerationConfig {
  const config: Record<string, unknown> = {};
  for (const { key, name, needed, isAllowed } of FIELDS) {
    const value = json[key];
    if (value === undefined || value === null) continue;
    if (!isAllowed(value, vocabularySize)) {
      throw new UnrolledError("invalid-file", {
        place: "generation_config.json",
        subject: key,
        got: JSON.stringify(value),
        needed,
      });
    }
    config[name] = value;
  }
  return config;
}

/** The content of generation_config.json. The token that ends a document is named where the vocabulary has one. */
export function generationConfigJson(
  config: GenerationConfig | undefined,
  { endId }: Tokenizer,
): Record<string, unknown> {
  const said = config ?? DEFAULTS;
  const written: GenerationConfig = { ...said, eosTokenId: said.eosTokenId ?? endId ?? undefined };
  return Object.fromEntries(
    FIELDS.filter(({ name }) => written[name] !== undefined).map(({ key, name }) => [key, written[name]]),
  );
}
