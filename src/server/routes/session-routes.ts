// Sessions: what a recurrent network has read so far, to be fed, forked, kept, and gone back to.
import type { WorkOptions } from "../compute/compute.ts";
import type { ServerApp, ServerParts } from "../server-app.ts";
import type { Entry } from "../session-entry.ts";
import { createRoute, z } from "../web.ts";
import { errorAnswers, jsonAnswer, jsonBody } from "./route-parts.ts";
import { bodyOf, feedWork, TOP } from "./session-body.ts";
import {
  deleted,
  type Fed,
  feedRequest,
  forkRequest,
  type SessionBody,
  session,
  sessionList,
  sessionRequest,
} from "./session-schema.ts";

const BYTES = "application/octet-stream";

export function addSessionRoutes(app: ServerApp, parts: ServerParts): void {
  const { sessions, models, admission, limits } = parts;
  const params = z.object({ session: z.string() });
  const optionsOf = (context: { get(name: "client"): string; req: { raw: Request } }): WorkOptions => ({
    client: context.get("client"),
    deadlineMs: parts.deadlineMs(),
    signal: context.req.raw.signal,
  });
  const fed = async (entry: Entry, asked: Fed, options: WorkOptions): Promise<SessionBody> =>
    bodyOf(entry, await sessions.work(entry, feedWork(entry, asked), options));
  const looked = async (entry: Entry, options: WorkOptions): Promise<SessionBody> =>
    bodyOf(entry, await sessions.work(entry, { kind: "look", session: entry.session, top: TOP }, options));

  const create = createRoute({
    method: "post",
    path: "/v1/sessions",
    summary: "Begin a session, and feed it",
    request: jsonBody(sessionRequest),
    responses: { 201: jsonAnswer("the session", session), ...errorAnswers },
  });
  app.openapi(create, async (context) => {
    const { model, condition, ...asked } = context.req.valid("json");
    const options = optionsOf(context);
    return admission.during(1, async () => {
      const start = { condition: condition ?? undefined };
      const entry = await sessions.create(models.get(model), options, start);
      try {
        const given = await sessions.use(entry.id, options, "changes", (each) => fed(each, asked, options));
        return context.json(given, 201);
      } catch (error) {
        await sessions.use(entry.id, options, "reads", (each) => sessions.remove(each)).catch(() => {});
        throw error;
      }
    });
  });

  const read = createRoute({
    method: "get",
    path: "/v1/sessions/{session}",
    summary: "What a session says after what it has read",
    request: { params },
    responses: { 200: jsonAnswer("the session", session), ...errorAnswers },
  });
  app.openapi(read, async (context) => {
    const options = optionsOf(context);
    const { session: id } = context.req.valid("param");
    const given = await admission.during(1, () =>
      sessions.use(id, options, "reads", (entry) => looked(entry, options)),
    );
    return context.json(given, 200);
  });

  const feed = createRoute({
    method: "post",
    path: "/v1/sessions/{session}/feed",
    summary: "Have a session read on",
    request: { params, ...jsonBody(feedRequest) },
    responses: { 200: jsonAnswer("the session", session), ...errorAnswers },
  });
  app.openapi(feed, async (context) => {
    const options = optionsOf(context);
    const asked = context.req.valid("json");
    const { session: id } = context.req.valid("param");
    const given = await admission.during(1, () =>
      sessions.use(id, options, "changes", (entry) => fed(entry, asked, options)),
    );
    return context.json(given, 200);
  });

  const fork = createRoute({
    method: "post",
    path: "/v1/sessions/{session}/fork",
    summary: "Other sessions in the same state, each of which goes its own way",
    request: { params, ...jsonBody(forkRequest(limits.maxChoices)) },
    responses: { 201: jsonAnswer("the new sessions", sessionList), ...errorAnswers },
  });
  app.openapi(fork, async (context) => {
    const options = optionsOf(context);
    const count = context.req.valid("json").count ?? 1;
    const { session: id } = context.req.valid("param");
    const data = await admission.during(1, () =>
      sessions.use(id, options, "reads", async (entry) => {
        const forks = await sessions.fork(entry, count, options);
        const { steps } = await sessions.work(
          entry,
          { kind: "look", session: entry.session, top: 0 },
          options,
        );
        return forks.map((each) => bodyOf(each, { steps }));
      }),
    );
    return context.json({ object: "list" as const, data }, 201);
  });

  for (const [name, summary] of [
    ["save", "Keep the state that a session is in now, to go back to"],
    ["restore", "Go back to the state that was saved last"],
  ] as const) {
    const route = createRoute({
      method: "post",
      path: `/v1/sessions/{session}/${name}`,
      summary,
      request: { params },
      responses: { 200: jsonAnswer("the session", session), ...errorAnswers },
    });
    app.openapi(route, async (context) => {
      const options = optionsOf(context);
      const { session: id } = (context.req as { valid(from: "param"): { session: string } }).valid("param");
      const given = await admission.during(1, () =>
        sessions.use(id, options, name === "save" ? "reads" : "changes", async (entry) => {
          await sessions[name](entry, options);
          return looked(entry, options);
        }),
      );
      return context.json(given, 200) as never;
    });
  }

  const state = createRoute({
    method: "get",
    path: "/v1/sessions/{session}/state",
    summary: "The state of a session as bytes, to be kept anywhere",
    request: { params },
    responses: { 200: { description: "its state", content: { [BYTES]: {} } }, ...errorAnswers },
  });
  app.openapi(state, async (context) => {
    const options = optionsOf(context);
    const { session: id } = context.req.valid("param");
    const record = await admission.during(1, () =>
      sessions.use(id, options, "reads", (entry) =>
        sessions.work(entry, { kind: "record", session: entry.session }, options),
      ),
    );
    return new Response(record as Uint8Array<ArrayBuffer>, { headers: { "content-type": BYTES } }) as never;
  });

  const putState = createRoute({
    method: "put",
    path: "/v1/sessions/{session}/state",
    summary: "Put a session into a state that was read of it, or of another of the same model",
    request: { params, body: { required: true, content: { [BYTES]: {} } } },
    responses: { 200: jsonAnswer("the session", session), ...errorAnswers },
  });
  app.openapi(putState, async (context) => {
    const options = optionsOf(context);
    const { session: id } = context.req.valid("param");
    const record = new Uint8Array(await context.req.arrayBuffer());
    const given = await admission.during(1, () =>
      sessions.use(id, options, "changes", async (entry) => {
        await sessions.work(entry, { kind: "restore", session: entry.session, record }, options);
        return looked(entry, options);
      }),
    );
    return context.json(given, 200);
  });

  const remove = createRoute({
    method: "delete",
    path: "/v1/sessions/{session}",
    summary: "End a session",
    request: { params },
    responses: { 200: jsonAnswer("it has ended", deleted), ...errorAnswers },
  });
  app.openapi(remove, async (context) => {
    const { session: id } = context.req.valid("param");
    await sessions.use(id, optionsOf(context), "reads", (entry) => sessions.remove(entry));
    return context.json({ id, object: "session" as const, deleted: true as const }, 200);
  });
}
