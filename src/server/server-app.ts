// What all routes have: who may ask, how much at a time, and what is said where something fails.
import type { Admission } from "./admission.ts";
import type { Compute } from "./compute/compute.ts";
import { errorResponse, HttpError, httpErrorOf } from "./http-error.ts";
import { type Keys, keyOf } from "./keys.ts";
import type { Observer } from "./observer.ts";
import type { ServedModels } from "./served-models.ts";
import type { SessionTable } from "./session-table.ts";
import type { Socket } from "./upgrade-web-socket.ts";
import { bodyLimit, type Context, cors, HTTPException, matchedRoutes, OpenAPIHono, type z } from "./web.ts";

/** How much a request may ask for. */
export interface Limits {
  readonly maxBodyBytes: number;
  readonly maxTokens: number;
  readonly maxChoices: number;
}

/** What routes work with. */
export interface ServerParts {
  readonly compute: Compute;
  readonly models: ServedModels;
  readonly sessions: SessionTable;
  readonly admission: Admission;
  readonly limits: Limits;
  /** WebSockets that are open. */
  readonly sockets: Set<Socket>;
  /** When what begins now has to be done, in milliseconds since 1970. */
  deadlineMs(): number;
  /** The answer to an error; where that is a mistake of the server's, it is told of. */
  failed(error: unknown): HttpError;
}

/** What is known of a request. */
export interface RequestFacts {
  client: string;
  tokens: { readonly prompt: number; readonly completion: number };
  /** Called when an answer that is streamed has ended. */
  ended: (() => void) | undefined;
}

export type ServerApp = OpenAPIHono<{ Variables: RequestFacts }>;

/** How the app of a server answers. */
export interface AppOptions {
  readonly keys: Keys | undefined;
  readonly corsOrigins: readonly string[];
  readonly limits: Limits;
  readonly observer: Observer;
  readonly client: (request: Request, environment: unknown) => string;
}

/** What anybody may ask. */
const OPEN = ["/", "/favicon.svg", "/health", "/ready", "/openapi.json"];

/** An app without routes. */
export function serverApp({ keys, corsOrigins, limits, observer, client }: AppOptions): ServerApp {
  const app: ServerApp = new OpenAPIHono<{ Variables: RequestFacts }>({
    defaultHook: (result) => {
      if (!result.success) throw wrongArgument(result.error.issues);
    },
  });
  app.use(async (context, next) => {
    const startMs = performance.now();
    context.set("client", client(context.req.raw, context.env));
    const tell = () =>
      observer.request?.({
        method: context.req.method,
        route: matchedRoutes(context).at(-1)?.path ?? context.req.path,
        status: context.res.status,
        seconds: (performance.now() - startMs) / 1000,
        client: context.get("client"),
        promptTokens: context.get("tokens")?.prompt ?? 0,
        completionTokens: context.get("tokens")?.completion ?? 0,
      });
    context.set("ended", tell);
    await next();
    if (!context.res.headers.get("content-type")?.startsWith("text/event-stream")) tell();
  });
  if (corsOrigins.length > 0) {
    const origin = corsOrigins.includes("*") ? "*" : [...corsOrigins];
    app.use(cors({ origin, exposeHeaders: ["retry-after"] }));
  }
  if (keys) {
    app.use(async (context, next) => {
      if (OPEN.includes(context.req.path)) return next();
      const found = await keys.clientOf(keyOf(context.req.raw.headers));
      if (found === undefined) {
        throw new HttpError(401, "needed an API key: Authorization: Bearer KEY", {
          code: "invalid_api_key",
          headers: { "www-authenticate": "Bearer" },
        });
      }
      context.set("client", found);
      return next();
    });
  }
  app.use(
    bodyLimit({
      maxSize: limits.maxBodyBytes,
      onError: () => {
        throw new HttpError(413, `the body is too large, at most ${limits.maxBodyBytes} bytes are read`);
      },
    }),
  );
  app.use(requireJson);
  app.notFound(() => errorResponse(...answered(new HttpError(404, "there is nothing at this address"))));
  app.onError((error) => {
    const failed = failedOf(error);
    if (failed.status >= 500) observer.mistake?.(error);
    return errorResponse(...answered(failed));
  });
  return app;
}

/** The first of what a schema finds wrong, by the argument's name. */
export function wrongArgument([issue]: readonly z.core.$ZodIssue[]): HttpError {
  const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const param = [...issue.path, ...(unknown === undefined ? [] : [unknown])].join(".");
  const problem = unknown === undefined ? issue.message : "there is no such argument";
  return new HttpError(400, param === "" ? problem : `${param}: ${problem}`, { param: param || undefined });
}

/** A page of somebody else's may send texts to any address, but no JSON unless it is allowed to. */
async function requireJson(context: Context, next: () => Promise<void>): Promise<void> {
  const { method } = context.req;
  const type = context.req.header("content-type") ?? "";
  const isJson = /^application\/json\s*(;|$)/i.test(type);
  const isOther = /^(multipart\/form-data|application\/octet-stream)\s*(;|$)/i.test(type);
  const hasBody = method === "POST" || method === "PUT" || method === "PATCH";
  if (hasBody && !isJson && !isOther)
    throw new HttpError(415, "needed a body with the header Content-Type: application/json");
  await next();
}

/** Errors of the packages that the server is made of, too. */
export function failedOf(error: unknown): HttpError {
  if (error instanceof HTTPException)
    return new HttpError(error.status, error.status === 400 ? "the body is no JSON" : error.message);
  return httpErrorOf(error);
}

function answered(error: HttpError): [HttpError, string] {
  return [error, error.message];
}
