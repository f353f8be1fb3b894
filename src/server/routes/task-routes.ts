// What models of tasks say of inputs, many at once: each task has an address, and what its `predict` takes is what a request has.

import type { WorkOptions } from "../compute/compute.ts";
import type { ChoicePiece } from "../compute/protocol.ts";
import { HttpError } from "../http-error.ts";
import type { ServerApp, ServerParts } from "../server-app.ts";
import { type Context, createRoute, z } from "../web.ts";
import { answerInPieces } from "./answer-in-pieces.ts";
import { errorAnswers, jsonAnswer } from "./route-parts.ts";

const rows = z
  .array(z.array(z.number()).min(1))
  .min(1)
  .refine((all) => all.every(({ length }) => length === all[0].length), "rows are of unequal lengths");
const text = z.string();
const words = z.array(z.string()).min(1);
const values = z.array(z.number().nullable()).min(1);

const answer = z
  .object({ object: z.literal("list"), model: z.string(), data: z.array(z.unknown()) })
  .openapi("AnswerList");

/** Where `stream` is true. A piece has the `index` of its input, and the next `text`. */
const inPieces =
  "an answer to each input; with stream, server-sent events with a piece of a text each, all answers, and [DONE]";

const TASKS = [
  {
    task: "classify",
    summary: "Say which class texts or recordings belong to",
    input: z.union([text, rows], { error: "needs to be a text, or rows of numbers" }),
    files: "WAV files, for a model that hears",
  },
  {
    task: "tag",
    summary: "Tag each word of texts, or each row of recordings",
    input: z.union([text, words, rows], { error: "needs to be a text, words, or rows of numbers" }),
    files: "WAV files, for a model that hears",
  },
  {
    task: "forecast",
    summary: "Say how series go on",
    input: z.union([values, z.strictObject({ name: z.string().optional(), values })], {
      error: "needs to be numbers, or { name, values }",
    }),
    files: undefined,
  },
  {
    task: "translate",
    summary: "Translate texts",
    input: z.union([text, z.looseObject({ source: text })], {
      error: "needs to be a text, or { source, … }",
    }),
    files: undefined,
    writes: true,
  },
  {
    task: "caption",
    summary: "Say what is in pictures",
    input: undefined,
    files: "PNG or JPEG files",
  },
] as const;

/** What a request has, in JSON or as a form. */
interface TaskRequest {
  readonly model: string;
  readonly inputs?: readonly unknown[];
  readonly file?: File | readonly File[];
  readonly stream?: boolean | null;
}

/** `POST /v1/classify`, `/v1/tag`, `/v1/forecast`, `/v1/translate`, `/v1/caption`. What writes texts can be asked to send them as they come. */
export function addTaskRoutes(app: ServerApp, parts: ServerParts): void {
  const { compute, models, admission, limits } = parts;
  for (const { task, summary, input, files, ...row } of TASKS) {
    const stream = "writes" in row ? { stream: z.boolean().nullish() } : {};
    const name = `${task[0].toUpperCase()}${task.slice(1)}Request`;
    const json =
      input &&
      z
        .strictObject({
          model: z.string(),
          inputs: z.array(input).min(1).max(limits.maxChoices),
          ...stream,
        })
        .openapi(name);
    const form =
      files &&
      z.strictObject({
        model: z.string(),
        file: z.union([fileSchema(files), z.array(fileSchema(files)).max(limits.maxChoices)]),
      });
    const content = {
      ...(json ? { "application/json": { schema: json } } : {}),
      ...(form ? { "multipart/form-data": { schema: form } } : {}),
    };
    const route = createRoute({
      ...{ method: "post", path: `/v1/${task}`, summary },
      // What is read of it depends on its kind.
      request: { body: { required: !(json && form), content } },
      responses: {
        200: {
          ...jsonAnswer("an answer to each input, as predict gives it", answer),
          ...("writes" in row ? { description: inPieces } : {}),
        },
        ...errorAnswers,
      },
    });
    app.openapi(
      route as never,
      (async (context: Context) => {
        const isForm = context.req.header("content-type")?.startsWith("multipart/form-data") ?? false;
        const { valid } = context.req as unknown as { valid(from: "json" | "form"): TaskRequest };
        const asked = valid.call(context.req, isForm ? "form" : "json");
        const model = models.get(asked.model);
        requireTask(model, task);
        const inputs = asked.inputs ?? (await bytesOfFiles([asked.file ?? []].flat()));
        const { signal } = context.req.raw;
        const options = { client: context.get("client"), deadlineMs: parts.deadlineMs(), signal };
        const predicted = (how: WorkOptions) =>
          models.using(model, () =>
            compute.work(model.handle, { kind: "predict", inputs, isStreamed: asked.stream === true }, how),
          );
        const list = (data: readonly unknown[]) => plainJson({ object: "list", model: model.name, data });
        if (!asked.stream) {
          const data = await admission.during(inputs.length, () => predicted(options));
          return new Response(list(data), { headers: { "content-type": "application/json" } });
        }
        return answerInPieces(parts, context, inputs.length, async (stream, listening) => {
          const onPiece = ({ choice: index, text }: ChoicePiece) =>
            stream.send(JSON.stringify({ object: "piece", model: model.name, index, text }));
          stream.send(list(await predicted({ ...options, signal: listening, onPiece })));
        });
      }) as never,
    );
  }
}

/** A file of a form. */
export function fileSchema(description: string) {
  return z
    .custom<File>((value) => value instanceof File, "needs to be a file")
    .openapi({ type: "string", format: "binary", description });
}

function bytesOfFiles(files: readonly File[]): Promise<Uint8Array[]> {
  return Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer())));
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

/** A body whose arrays of numbers are lists. */
function plainJson(body: object): string {
  return JSON.stringify(body, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as never) : value));
}
