import type { NamedModel } from "../served-models.ts";
import type { ServerApp, ServerParts } from "../server-app.ts";
import { createRoute, z } from "../web.ts";
import { errorAnswers, jsonAnswer } from "./route-parts.ts";

const value = z.object({
  name: z.string(),
  kind: z.string(),
  axes: z.union([z.array(z.union([z.number(), z.string()])), z.literal("unknown")]),
});

const model = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    created: z.int().describe("when it was opened, in seconds since 1970"),
    owned_by: z.string(),
    task: z.string().nullable(),
    streams: z.boolean().describe("whether it can have sessions"),
    parameters: z.int().nullable(),
    vocabulary_size: z.int().nullable(),
    categories: z.array(z.string()).nullable().describe("what its texts can be written for"),
    numbers: z.array(z.string()).nullable().describe("or the names of the numbers that they are written for"),
    inputs: z.array(value),
    outputs: z.array(value),
  })
  .openapi("Model");

/** `GET /v1/models`, and each of them. */
export function addModelRoutes(app: ServerApp, { models }: ServerParts): void {
  const list = z.object({ object: z.literal("list"), data: z.array(model) }).openapi("ModelList");
  const listRoute = createRoute({
    method: "get",
    path: "/v1/models",
    summary: "The models that are served",
    responses: { 200: jsonAnswer("the models", list) },
  });
  app.openapi(listRoute, (context) =>
    context.json({ object: "list" as const, data: models.all.map(described) }, 200),
  );
  const oneRoute = createRoute({
    method: "get",
    path: "/v1/models/{model}",
    summary: "One of the models",
    request: { params: z.object({ model: z.string() }) },
    responses: { 200: jsonAnswer("the model", model), 404: errorAnswers[404] },
  });
  app.openapi(oneRoute, (context) =>
    context.json(described(models.get(context.req.valid("param").model)), 200),
  );
}

function described({ name, openedSeconds, facts }: NamedModel): z.infer<typeof model> {
  return {
    id: name,
    object: "model",
    created: openedSeconds,
    owned_by: "unrolled",
    task: facts.task ?? null,
    streams: facts.streamProblem === undefined,
    parameters: facts.parameters ?? null,
    vocabulary_size: facts.vocabularySize ?? null,
    categories: facts.categories ? [...facts.categories] : null,
    numbers: facts.numbers ? [...facts.numbers] : null,
    inputs: facts.inputs as z.infer<typeof value>[],
    outputs: facts.outputs as z.infer<typeof value>[],
  };
}
