import { z } from "../web.ts";

/** What a request may leave out, or say that it does not say. */
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullish();

const neutral = <const Value extends number>(value: Value) =>
  maybe(z.literal(value, { error: `needs to be ${value}: it is not supported` }));

/** A text, texts, token ids, or lists of token ids. */
const ids = z.array(z.int().min(0));
const prompt = z.union([z.string(), z.array(z.string()).min(1), ids.min(1), z.array(ids).min(1)], {
  error: "needs to be a text, texts, token ids, or lists of token ids",
});

/** A category, or numbers. */
export const writtenFor = z.union([z.string(), z.array(z.number()).min(1)], {
  error: "needs to be a text or a list of numbers",
});

/** `POST /v1/completions`, as OpenAI's with what samplers of open models have besides. */
export function completionSchema(limits: { readonly maxTokens: number; readonly maxChoices: number }) {
  return z
    .strictObject({
      model: z.string(),
      prompt: maybe(prompt).describe('"" if not given, which is how texts begin'),
      max_tokens: maybe(z.int().min(0).max(limits.maxTokens)).describe("16 if not given"),
      temperature: maybe(z.number().min(0)).describe("0 takes the likeliest token; the model's, or 0.8"),
      top_p: maybe(z.number().gt(0).max(1)),
      top_k: maybe(z.int().min(0)).describe("0 keeps all"),
      min_p: maybe(z.number().min(0).max(1)),
      repetition_penalty: maybe(z.number().gt(0)),
      n: maybe(z.int().min(1).max(limits.maxChoices)),
      stop: maybe(z.union([z.string().min(1), z.array(z.string().min(1)).max(16)])),
      seed: maybe(z.int()).describe("same seed, same text; drawn if not given"),
      stream: maybe(z.boolean()),
      stream_options: maybe(z.strictObject({ include_usage: maybe(z.boolean()) })),
      logprobs: maybe(z.int().min(0).max(20)).describe(
        "how many of the likeliest tokens to give beside each",
      ),
      echo: maybe(z.boolean()),
      condition: maybe(writtenFor).describe(
        "the category to write for, or the numbers, of a model with a condition",
      ),
      session: maybe(z.string()).describe("the session to go on from, which stays as it is"),
      user: maybe(z.string()).describe("not used"),
      suffix: maybe(z.literal("", { error: "is not supported" })),
      best_of: maybe(z.int()),
      presence_penalty: neutral(0),
      frequency_penalty: neutral(0),
      logit_bias: maybe(z.strictObject({}, { error: "is not supported" })),
    })
    .openapi("CompletionRequest");
}

export type CompletionRequest = z.infer<ReturnType<typeof completionSchema>>;

const logprobs = z
  .object({
    tokens: z.array(z.string()),
    token_logprobs: z.array(z.number().nullable()),
    top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
    text_offset: z.array(z.int()),
  })
  .nullable();

/** What comes back; a piece of it where it is streamed. */
export const completion = z
  .object({
    id: z.string(),
    object: z.literal("text_completion"),
    created: z.int().describe("seconds since 1970"),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        text: z.string(),
        logprobs,
        finish_reason: z.enum(["stop", "length"]).nullable(),
      }),
    ),
    usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }).nullish(),
  })
  .openapi("Completion");
