// What models of tasks say of inputs, many at once: each task has an address, and what its `predict` takes is what a request has.

import { HttpError } from "../http-error.ts";
import type { ServerApp, ServerParts } from "../server-app.ts";
import { createRoute, z } from "../web.ts";
import { errorAnswers, jsonAnswer, jsonBody } from "./route-parts.ts";

const rows = z
  .array(z.array(z.number()).min(1))
  .min(1)
  .refine((all) => all.every(({ length }) => length === all[0].length), "rows are of unequal lengths");
const text = z.string();
const words = z.array(z.string()).min(1);
const values = z.array(z.number().nullable()).min(1);

const TASKS = [
  {
    task: "classify",
    summary: "Say which class texts or recordings belong to",
    input: z.union([text, rows], { error: "needs to be a text, or rows of numbers" }),
  },
  {
    task: "tag",
    summary: "Tag each word of texts, or each row of recordings",
    input: z.union([text, words, rows], { error: "needs to be a text, words, or rows of numbers" }),
  },
  {
    task: "forecast",
    summary: "Say how series go on",
    input: z.union([values, z.strictObject({ name: z.string().optional(), values })], {
      error: "needs to be numbers, or { name, values }",
    }),
  },
  {
    task: "translate",
    summary: "Translate texts",
    input: z.union([text, z.looseObject({ source: text })], {
      error: "needs to be a text, or { source, … }",
    }),
  },
] as const;

/** `POST /v1/classify`, `/v1/tag`, `/v1/forecast`, `/v1/translate`. */
export function addTaskRoutes(app: ServerApp, parts: ServerParts): void {
  const { compute, models, admission, limits } = parts;
  for (const { task, summary, input } of TASKS) {
    const request = z
      .strictObject({ model: z.string(), inputs: z.array(input).min(1).max(limits.maxChoices) })
      .openapi(`${task[0].toUpperCase()}${task.slice(1)}Request`);
    const answer = z
      .object({ object: z.literal("list"), model: z.string(), data: z.array(z.unknown()) })
      .openapi("AnswerList");
    const route = createRoute({
      ...{ method: "post", path: `/v1/${task}`, summary, request: jsonBody(request) },
      responses: { 200: jsonAnswer("an answer to each input, as predict gives it", answer), ...errorAnswers },
    });
    app.openapi(route, async (context) => {
      const asked = (context.req as unknown as { valid(from: "json"): z.infer<typeof request> }).valid(
        "json",
      );
      const model = models.get(asked.model);
      requireTask(model, task);
      const { inputs } = asked;
      const options = {
        client: context.get("client"),
        deadlineMs: parts.deadlineMs(),
        signal: context.req.raw.signal,
      };
      const data = await admission.during(inputs.length, () =>
        models.using(model, () => compute.work(model.handle, { kind: "predict", inputs }, options)),
      );
      return plainJson({ object: "list", model: model.name, data }) as never;
    });
  }
}

/** @throws HttpError 400 for a model of another task */
export function requireTask(
  { name, facts }: { name: string; facts: { task: string | undefined } },
  task: string,
): void {
  if (facts.task === task) return;
  const own = facts.task === undefined ? "of no task" : `of the task ${facts.task}`;
  throw new HttpError(400, `the model ${name} is ${own}, needed one of the task ${task}`, { param: "model" });
}

/** An answer whose arrays of numbers are lists. */
function plainJson(body: object): Response {
  const text = JSON.stringify(body, (_, value) =>
    ArrayBuffer.isView(value) ? Array.from(value as never) : value,
  );
  return new Response(text, { headers: { "content-type": "application/json" } });
}
