import { z } from "../web.ts";

/** The body of an error, as OpenAI's. */
export const errorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable().describe("the argument that is meant"),
      code: z.string().nullable(),
    }),
  })
  .openapi("Error");

const answer = (description: string) => ({
  description,
  content: { "application/json": { schema: errorSchema } },
});

/** How requests fail. */
export const errorAnswers = {
  400: answer("an argument is wrong; error.param says which"),
  404: answer("there is no such model or session"),
  429: answer("the server is busy; Retry-After says when to ask again"),
  504: answer("the deadline has passed"),
};

/** A request whose body is JSON. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { "application/json": { schema } } } };
}

/** An answer in JSON. */
export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}
