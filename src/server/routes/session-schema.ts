import { z } from "../web.ts";
import { writtenFor } from "./completion-schema.ts";

const prompt = z.union([z.string(), z.array(z.int().min(0))], { error: "needs to be a text, or token ids" });

/** Numbers by the names of the model's inputs: a row for each step, or a number where a row is one. */
const inputs = z.record(z.string(), z.array(z.unknown()));

const top = z.int().min(0).max(100).nullish().describe("how many of the likeliest next tokens to tell; 10");

const fed = { prompt: prompt.nullish(), inputs: inputs.nullish(), top };

/** `POST /v1/sessions`. */
export const sessionRequest = z
  .strictObject({
    model: z.string(),
    condition: writtenFor
      .nullish()
      .describe("the category to write for, or the numbers, of a model with a condition"),
    ...fed,
  })
  .openapi("SessionRequest");

/** `POST /v1/sessions/{session}/feed`. */
export const feedRequest = z.strictObject(fed).openapi("FeedRequest");

/** `POST /v1/sessions/{session}/fork`. */
export const forkRequest = (most: number) =>
  z.strictObject({ count: z.int().min(1).max(most).nullish() }).openapi("ForkRequest");

/** A session, and what it says. */
export const session = z
  .object({
    id: z.string(),
    object: z.literal("session"),
    model: z.string(),
    created: z.int().describe("seconds since 1970"),
    steps: z.int().describe("steps that it has read"),
    saved: z.boolean().describe("whether there is something to restore"),
    tokens: z
      .array(z.object({ id: z.int(), token: z.string(), probability: z.number() }))
      .optional()
      .describe("of language models: the likeliest next tokens, likeliest first"),
    outputs: z
      .record(z.string(), z.array(z.array(z.number())))
      .optional()
      .describe("of other models: outputs by name, a row for each step that was fed, or of the last"),
  })
  .openapi("Session");

export const sessionList = z
  .object({ object: z.literal("list"), data: z.array(session) })
  .openapi("SessionList");

export const deleted = z
  .object({ id: z.string(), object: z.literal("session"), deleted: z.literal(true) })
  .openapi("DeletedSession");

export type Fed = z.infer<typeof feedRequest>;
export type SessionBody = z.infer<typeof session>;
