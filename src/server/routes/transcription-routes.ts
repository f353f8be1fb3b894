import type { ServerApp, ServerParts } from "../server-app.ts";
import { createRoute, z } from "../web.ts";
import { errorAnswers } from "./route-parts.ts";
import { fileSchema, requireTask } from "./task-routes.ts";

const FORMATS = ["json", "verbose_json", "text"] as const;

const request = z.object({
  file: fileSchema("a WAV file"),
  model: z.string(),
  response_format: z.enum(FORMATS).optional(),
});

const transcription = z
  .object({
    text: z.string(),
    task: z.literal("transcribe").optional(),
    duration: z.number().optional().describe("seconds"),
    words: z.array(z.object({ word: z.string(), start: z.number(), end: z.number() })).optional(),
    segments: z.array(z.unknown()).optional(),
  })
  .openapi("Transcription");

/** What a model of the task "transcribe" says of a sound. */
interface Heard {
  readonly text: string;
  readonly score: number;
  readonly durationSeconds: number;
  readonly words: readonly { readonly word: string; readonly start: number; readonly end: number }[];
}

/** `POST /v1/audio/transcriptions`, as OpenAI's. */
export function addTranscriptionRoutes(app: ServerApp, parts: ServerParts): void {
  const { compute, models, admission } = parts;
  const route = createRoute({
    ...{ method: "post", path: "/v1/audio/transcriptions", summary: "Write what is said in a sound" },
    request: { body: { required: true, content: { "multipart/form-data": { schema: request } } } },
    responses: {
      200: {
        description: "the text; verbose_json has the times of words, in seconds",
        content: { "application/json": { schema: transcription }, "text/plain": { schema: z.string() } },
      },
      ...errorAnswers,
    },
  });
  app.openapi(route, async (context) => {
    const { file, model: name, response_format: format = "json" } = context.req.valid("form");
    const model = models.get(name);
    requireTask(model, "transcribe");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const options = {
      client: context.get("client"),
      deadlineMs: parts.deadlineMs(),
      signal: context.req.raw.signal,
    };
    const [heard] = (await admission.during(1, () =>
      models.using(model, () => compute.work(model.handle, { kind: "predict", inputs: [bytes] }, options)),
    )) as readonly Heard[];
    if (format === "text") return context.text(heard.text, 200) as never;
    if (format === "json") return context.json({ text: heard.text }, 200);
    const { text, durationSeconds: duration, words } = heard;
    const segments =
      text === "" ? [] : [{ id: 0, start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? duration, text }];
    return context.json({ task: "transcribe" as const, duration, text, words: [...words], segments }, 200);
  });
}
