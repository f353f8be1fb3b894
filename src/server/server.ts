import { UnrolledError } from "../errors.ts";
import type { BackendChoice } from "../kernels/backend.ts";
import type { ModelFiles } from "../models/model-files.ts";
import { Admission } from "./admission.ts";
import { Compute } from "./compute/compute.ts";
import type { ModelSource } from "./compute/protocol.ts";
import { Keys } from "./keys.ts";
import type { MetricsText, Observer } from "./observer.ts";
import { addCompletionRoutes } from "./routes/completion-routes.ts";
import { addListenRoutes } from "./routes/listen-routes.ts";
import { addModelRoutes } from "./routes/model-routes.ts";
import { addPage } from "./routes/page.ts";
import { addSessionRoutes } from "./routes/session-routes.ts";
import { addStateRoutes } from "./routes/state-routes.ts";
import { addStreamRoutes } from "./routes/stream-routes.ts";
import { addTaskRoutes } from "./routes/task-routes.ts";
import { addTranscriptionRoutes } from "./routes/transcription-routes.ts";
import { ServedModels } from "./served-models.ts";
import { failedOf, type Limits, type ServerParts, serverApp } from "./server-app.ts";
import type { SessionStore } from "./session-store.ts";
import { SessionTable } from "./session-table.ts";
import type { UpgradeWebSocket } from "./upgrade-web-socket.ts";

/** What to serve, and how much of it at a time. */
export interface ServerOptions {
  /** What `openModel` takes, by the names that requests use. */
  readonly models: Readonly<Record<string, string | URL | Uint8Array | ModelFiles>>;
  /** Threads that compute, where the platform has them; 0, if not given, computes on the caller's thread. */
  readonly threads?: number | undefined;
  /** Kernels to run on; "auto" if not given. */
  readonly backend?: BackendChoice | undefined;
  /** Streams of a model that take their steps together at most, on each thread; 128 if not given. */
  readonly maxBatch?: number | undefined;
  /** Texts, inputs and steps that are worked on or wait at most; 1024 if not given. What is more is answered with 429. */
  readonly maxQueue?: number | undefined;
  /** Seconds that a request may take; 60 if not given. */
  readonly timeoutSeconds?: number | undefined;
  /** Bytes of a request's body; 16 MiB if not given. */
  readonly maxBodyBytes?: number | undefined;
  /** Tokens that a request may ask for; 4096 if not given. */
  readonly maxTokens?: number | undefined;
  /** Continuations that a request may ask for; 1024 if not given. */
  readonly maxChoices?: number | undefined;
  /** If given, a request needs one of them: Authorization: Bearer KEY. */
  readonly apiKeys?: readonly string[] | undefined;
  /** Origins whose pages may ask, or "*"; none if not given. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Where sessions are kept beyond memory, how long one may be idle before it leaves it (600 s), and how many there may be in it (10000). */
  readonly sessions?:
    | {
        readonly store?: SessionStore | undefined;
        readonly idleSeconds?: number | undefined;
        readonly maxSessions?: number | undefined;
      }
    | undefined;
  /** Is told what the server does. */
  readonly observer?: Observer | undefined;
  /** What `/metrics` answers with; there is no such address if not given. */
  readonly metrics?: MetricsText | undefined;
  /** Hono's `upgradeWebSocket` of the runtime that listens; without it sessions have no sockets. */
  readonly upgradeWebSocket?: UpgradeWebSocket | undefined;
  /** Whose a request is, where keys do not tell: clients have equal shares. All are one if not given. */
  readonly client?: ((request: Request, environment: unknown) => string) | undefined;
}

/** A server without a listener: Node's, Deno's, Bun's and those of edge runtimes call `fetch`. */
export interface ModelServer {
  /** Answers a request. Never rejects. */
  readonly fetch: (request: Request, environment?: unknown) => Promise<Response>;
  /**
   * Opens a model again, from where it lies. Requests that have begun end with the one before; where it cannot be opened, that goes on.
   *
   * @throws UnrolledError as `openModel`; "invalid-argument" for a name that no model has
   */
  reload(name: string): Promise<void>;
  /** Refuses what comes from now on, and waits until what has begun is done. */
  drain(): Promise<void>;
  /** Ends at once. */
  close(): void;
}

const CALL = "createServer";
/** What WebSockets are closed with. */
const GOING_AWAY = 1001;

/**
 * A server for models: texts are continued as OpenAI's interface has it. It is a function from `Request` to `Response`, for whatever
 * listens. Requests to one model are computed together, a step at a time.
 *
 * @throws UnrolledError as `openModel`, with the model's name; "invalid-argument" for options that make no sense
 */
export async function createServer(options: ServerOptions): Promise<ModelServer> {
  const {
    models: sources,
    threads = 0,
    backend = "auto",
    maxBatch = 128,
    maxQueue = 1024,
    timeoutSeconds = 60,
    apiKeys,
    corsOrigins = [],
    observer = {},
    client = () => "anybody",
  } = options;
  const limits: Limits = {
    maxBodyBytes: options.maxBodyBytes ?? 16 * 1024 * 1024,
    maxTokens: options.maxTokens ?? 4096,
    maxChoices: options.maxChoices ?? 1024,
  };
  const names = Object.keys(sources);
  if (names.length === 0) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      subject: "models",
      got: "empty",
      needed: "one or more",
    });
  }
  for (const [name, least, value] of [
    ["threads", 0, threads],
    ["maxBatch", 1, maxBatch],
    ["maxQueue", 1, maxQueue],
    ["maxBodyBytes", 1, limits.maxBodyBytes],
    ["maxTokens", 1, limits.maxTokens],
    ["maxChoices", 1, limits.maxChoices],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      subject: [{ option: name }],
      got: `${value}`,
      needed: `a whole number of at least ${least}`,
    });
  }
  if (!(timeoutSeconds > 0)) {
    throw new UnrolledError("invalid-argument", {
      call: CALL,
      subject: [{ option: "timeoutSeconds" }],
      got: `${timeoutSeconds}`,
      needed: "a number above 0",
    });
  }
  const compute = new Compute({
    threads,
    backend,
    maxActive: maxBatch,
    onStep(handle, rows) {
      const name = models.nameOf(handle);
      if (name !== undefined) observer.step?.(name, rows);
    },
    onDeath(thread, error) {
      sessions.lost(thread);
      observer.mistake?.(error);
    },
  });
  const models = new ServedModels(
    compute,
    Object.fromEntries(names.map((name) => [name, plainSource(sources[name])])),
  );
  const sessions = new SessionTable(compute, models, {
    store: options.sessions?.store,
    idleSeconds: options.sessions?.idleSeconds ?? 600,
    maxSessions: options.sessions?.maxSessions ?? 10_000,
  });
  const parts: ServerParts = {
    compute,
    models,
    sessions,
    admission: new Admission(maxQueue),
    limits,
    sockets: new Set(),
    deadlineMs: () => Date.now() + timeoutSeconds * 1000,
    failed(error) {
      const failed = failedOf(error);
      if (failed.status >= 500) observer.mistake?.(error);
      return failed;
    },
  };
  try {
    for (const name of names) await opened(models, name);
  } catch (error) {
    sessions.close();
    compute.stop();
    throw error;
  }
  const app = serverApp({
    keys: apiKeys && new Keys(apiKeys),
    corsOrigins,
    limits,
    observer,
    client,
  });
  addModelRoutes(app, parts);
  addCompletionRoutes(app, parts);
  addSessionRoutes(app, parts);
  addStreamRoutes(app, parts, options.upgradeWebSocket);
  addListenRoutes(app, parts, options.upgradeWebSocket);
  addTaskRoutes(app, parts);
  addTranscriptionRoutes(app, parts);
  addStateRoutes(app, parts, options.metrics);
  addPage(app);
  return {
    fetch: async (request, environment) => app.fetch(request, (environment ?? {}) as object),
    async reload(name) {
      if (!Object.hasOwn(sources, name)) {
        throw new UnrolledError("invalid-argument", {
          call: "reload",
          subject: "name",
          got: JSON.stringify(name),
          needed: `one of ${names.join(", ")}`,
        });
      }
      await opened(models, name);
    },
    async drain() {
      await parts.admission.drain();
      await sessions.keepAll();
    },
    close() {
      for (const socket of parts.sockets) socket.close(GOING_AWAY, "the server ends");
      sessions.close();
      compute.stop();
    },
  };
}

async function opened(models: ServedModels, name: string): Promise<void> {
  try {
    await models.open(name);
  } catch (error) {
    throw error instanceof UnrolledError ? error.within({ call: CALL, place: name }) : error;
  }
}

/** A source as another thread can be told it. */
function plainSource(source: ServerOptions["models"][string]): ModelSource {
  return source instanceof URL ? source.href : source;
}
