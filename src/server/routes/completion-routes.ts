import type { WorkOptions } from "../compute/compute.ts";
import type { ChoicePiece, Completed, CompleteWork, TokenLogprobs } from "../compute/protocol.ts";
import { HttpError } from "../http-error.ts";
import type { NamedModel } from "../served-models.ts";
import type { ServerApp, ServerParts } from "../server-app.ts";
import { createRoute } from "../web.ts";
import { answerInPieces } from "./answer-in-pieces.ts";
import { type CompletionRequest, completion, completionSchema } from "./completion-schema.ts";
import { errorAnswers, jsonBody } from "./route-parts.ts";

/** `POST /v1/completions`. */
export function addCompletionRoutes(app: ServerApp, parts: ServerParts): void {
  const schema = completionSchema(parts.limits);
  const route = createRoute({
    method: "post",
    path: "/v1/completions",
    summary: "Continue a text",
    request: jsonBody(schema),
    responses: {
      200: {
        description: "Continuations; with stream, server-sent events with a piece each, and [DONE]",
        content: { "application/json": { schema: completion }, "text/event-stream": {} },
      },
      ...errorAnswers,
    },
  });
  app.openapi(route, async (context) => {
    const request: CompletionRequest = context.req.valid("json");
    const model = parts.models.get(request.model);
    if (model.facts.task !== "language")
      throw new HttpError(400, `${request.model} is no language model`, { param: "model" });
    const works = worksOf(request);
    const created = Math.floor(Date.now() / 1000);
    const heading = {
      id: `cmpl-${crypto.randomUUID()}`,
      object: "text_completion",
      created,
      model: model.name,
    };
    const count = works.reduce((sum, { n }) => sum + n, 0);
    if (count > parts.limits.maxChoices)
      throw new HttpError(
        400,
        `prompt and n ask for ${count} choices, at most ${parts.limits.maxChoices} can be`,
        { param: "n" },
      );
    const signal = context.req.raw.signal;
    const begin = (work: CompleteWork, how: WorkOptions): Promise<Completed> =>
      request.session == null
        ? parts.compute.work(model.handle, work, how)
        : fromSession(parts, request.session, model, work, how);
    const options = { client: context.get("client"), deadlineMs: parts.deadlineMs(), signal };
    const done = (all: readonly Completed[]) => {
      const usage = usageOf(all);
      context.set("tokens", { prompt: usage.prompt_tokens, completion: usage.completion_tokens });
      return usage;
    };
    if (!request.stream) {
      return parts.admission.during(count, async () => {
        const all = await run(parts, model, works, (work) => begin(work, options));
        const choices = all.flatMap((each) => each.choices).map((choice, index) => choiceOf(index, choice));
        return context.json({ ...heading, choices, usage: done(all) } as never, 200);
      });
    }
    const includesUsage = request.stream_options?.include_usage === true;
    // All of a piece but its choice is the same each time.
    const before = `${JSON.stringify(heading).slice(0, -1)},"choices":[`;
    const after = includesUsage ? `],"usage":null}` : "]}";
    return answerInPieces(parts, context as never, count, async (stream, listening) => {
      const piece = (first: number) => (piece: ChoicePiece) =>
        stream.send(before + JSON.stringify(choiceOf(first + piece.choice, piece)) + after);
      const all = await run(parts, model, works, (work) =>
        begin(work, { ...options, signal: listening, onPiece: piece(work.firstChoice) }),
      );
      const usage = done(all);
      if (includesUsage) stream.send(JSON.stringify({ ...heading, choices: [], usage }));
    }) as never;
  });
}

/** All prompts of a request; the first that fails ends the others. */
async function run(
  parts: ServerParts,
  model: NamedModel,
  works: readonly CompleteWork[],
  one: (work: CompleteWork) => Promise<Completed>,
): Promise<Completed[]> {
  return parts.models.using(model, () => Promise.all(works.map((work) => one(work))));
}

/** Goes on from where a session is. It takes a copy at once, so that the session can be fed meanwhile. */
async function fromSession(
  { compute, sessions }: ServerParts,
  id: string,
  model: NamedModel,
  work: CompleteWork,
  options: WorkOptions,
): Promise<Completed> {
  const { begun } = await sessions.use(id, options, "reads", async ({ model: own, session, thread }) => {
    if (own.name !== model.name)
      throw new HttpError(400, `session ${id} is one of the model ${own.name}`, { param: "session" });
    const begun = compute.work(own.handle, { ...work, session }, { ...options, thread });
    begun.catch(() => {});
    return { begun };
  });
  return begun;
}

function worksOf(request: CompletionRequest): CompleteWork[] {
  const n = request.n ?? 1;
  if (request.best_of != null && request.best_of !== n)
    throw new HttpError(400, `best_of is ${request.best_of}, needed what n is, ${n}`, { param: "best_of" });
  const maxTokens = request.max_tokens ?? 16;
  if (maxTokens === 0 && !request.echo)
    throw new HttpError(400, "max_tokens is 0, needed at least 1 unless echo is true", {
      param: "max_tokens",
    });
  const seed = request.seed ?? Math.floor(Math.random() * 2 ** 31);
  return promptsOf(request.prompt ?? "").map((prompt, at) => ({
    kind: "complete",
    prompt,
    n,
    maxTokens,
    stop: [request.stop ?? []].flat(),
    seed,
    firstChoice: at * n,
    condition: request.condition ?? undefined,
    logprobs: request.logprobs ?? undefined,
    echo: request.echo ?? false,
    isStreamed: request.stream ?? false,
    temperature: request.temperature ?? undefined,
    topK: request.top_k ?? undefined,
    topP: request.top_p ?? undefined,
    minP: request.min_p ?? undefined,
    repetitionPenalty: request.repetition_penalty ?? undefined,
  }));
}

function promptsOf(prompt: NonNullable<CompletionRequest["prompt"]>): (string | readonly number[])[] {
  if (typeof prompt === "string") return [prompt];
  return typeof prompt[0] === "number" ? [prompt as number[]] : (prompt as (string | number[])[]);
}

function choiceOf(
  index: number,
  {
    text,
    logprobs,
    finishReason,
  }: { text: string; logprobs?: TokenLogprobs | undefined; finishReason?: string | undefined },
) {
  return {
    index,
    text,
    logprobs: logprobs
      ? {
          tokens: logprobs.tokens,
          token_logprobs: logprobs.tokenLogprobs,
          top_logprobs: logprobs.topLogprobs,
          text_offset: logprobs.textOffset,
        }
      : null,
    finish_reason: finishReason ?? null,
  };
}

function usageOf(all: readonly Completed[]) {
  const prompt = all.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
  const written = all.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  return { prompt_tokens: prompt, completion_tokens: written, total_tokens: prompt + written };
}
