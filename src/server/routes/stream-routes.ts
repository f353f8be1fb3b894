// Sessions over a WebSocket, for what comes as a stream: sound, sensors, keystrokes. A message is what `feed` takes, as JSON, and its
// answer is what `feed` answers; or bytes, floats of 32 bits, little-endian, for the model's only input, and its answer those of the first
// output.
import type { WorkOptions } from "../compute/compute.ts";
import { errorBody } from "../http-error.ts";
import type { ServerApp, ServerParts } from "../server-app.ts";
import type { Entry } from "../session-entry.ts";
import type { SocketHandlers, UpgradeWebSocket } from "../upgrade-web-socket.ts";
import { bodyOf, feedWork } from "./session-body.ts";
import { feedRequest } from "./session-schema.ts";

/** Messages that may wait; who sends more does not listen. */
const MOST_WAITING = 256;
const TOO_MUCH = 1013;

/** `GET /v1/sessions/{session}/stream`, where the runtime has WebSockets. */
export function addStreamRoutes(
  app: ServerApp,
  parts: ServerParts,
  upgrade: UpgradeWebSocket | undefined,
): void {
  if (!upgrade) return;
  app.get("/v1/sessions/:session/stream", async (context, next) => {
    const id = context.req.param("session");
    const abort = new AbortController();
    const client = context.get("client");
    const options = (): WorkOptions => ({ client, deadlineMs: parts.deadlineMs(), signal: abort.signal });
    // One that is not there is answered before there is a socket.
    await parts.sessions.use(id, options(), "reads", async () => {});
    let last: Promise<void> = Promise.resolve();
    let waiting = 0;
    const handlers: SocketHandlers = {
      onMessage({ data }, socket) {
        waiting += 1;
        if (waiting > MOST_WAITING) {
          socket.close(TOO_MUCH, "messages come faster than they are read");
          return;
        }
        last = last.then(async () => {
          waiting -= 1;
          if (abort.signal.aborted) return;
          try {
            const answer = await parts.admission.during(1, () =>
              parts.sessions.use(id, options(), "changes", (entry) =>
                answered(parts, entry, data, options()),
              ),
            );
            socket.send(answer);
          } catch (error) {
            const failed = parts.failed(error);
            if (!abort.signal.aborted)
              socket.send(JSON.stringify(errorBody(failed.status, failed.message, failed)));
          }
        });
      },
      onClose: () => abort.abort(),
    };
    return (upgrade(() => handlers) as (context: unknown, next: unknown) => Promise<Response>)(context, next);
  });
}

async function answered(
  { sessions }: ServerParts,
  entry: Entry,
  data: unknown,
  options: WorkOptions,
): Promise<string | ArrayBuffer> {
  if (typeof data === "string") {
    const asked = feedRequest.parse(parsed(data));
    return JSON.stringify(bodyOf(entry, await sessions.work(entry, feedWork(entry, asked), options)));
  }
  const [{ name, axes }] = entry.model.facts.inputs;
  const width =
    axes === "unknown"
      ? 1
      : axes.reduce<number>((all, axis) => (typeof axis === "number" ? all * axis : all), 1);
  const bytes = await new Blob([data as ArrayBuffer]).arrayBuffer();
  const numbers = Array.from(new Float32Array(bytes.slice(0, bytes.byteLength - (bytes.byteLength % 4))));
  const rows = Array.from({ length: numbers.length / width }, (_, at) =>
    numbers.slice(at * width, (at + 1) * width),
  );
  const view = await sessions.work(entry, feedWork(entry, { inputs: { [name]: rows } }), options);
  const [output = []] = Object.values(view.outputs ?? {});
  return Float32Array.from(output.flat()).buffer as ArrayBuffer;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
