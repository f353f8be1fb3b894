// Sessions over a WebSocket, for what comes as a stream: sensors, keystrokes. A message is what `feed` takes, as JSON, and its answer is what
// `feed` answers; or bytes, floats of 32 bits, little-endian, for the model's only input, and its answer those of the first output.

import type { WorkOptions } from "../compute/compute.ts";
import { rowWidth } from "../compute/fed-rows.ts";
import { HttpError } from "../http-error.ts";
import { type ServerApp, type ServerParts, wrongArgument } from "../server-app.ts";
import type { Entry } from "../session-entry.ts";
import type { UpgradeWebSocket } from "../upgrade-web-socket.ts";
import { type Answer, AnsweringSocket, bytesOf, jsonOf } from "./answering-socket.ts";
import { bodyOf, feedWork } from "./session-body.ts";
import { feedRequest } from "./session-schema.ts";

const FLOAT_BYTES = 4;

/** `GET /v1/sessions/{session}/stream`, where the runtime has WebSockets. */
export function addStreamRoutes(
  app: ServerApp,
  parts: ServerParts,
  upgrade: UpgradeWebSocket | undefined,
): void {
  if (!upgrade) return;
  app.get("/v1/sessions/:session/stream", async (context, next) => {
    requireUpgrade(context.req.header("upgrade"));
    const id = context.req.param("session");
    const client = context.get("client");
    // One that is not there is answered before there is a socket.
    await parts.sessions.use(id, { client, deadlineMs: parts.deadlineMs() }, "reads", async () => {});
    const socket = new AnsweringSocket(parts, client, (data, options) =>
      parts.sessions.use(id, options, "changes", (entry) => answered(parts, entry, data, options)),
    );
    return upgraded(upgrade, socket)(context, next);
  });
}

/** @throws HttpError 426 for a request that asks for no WebSocket */
export function requireUpgrade(asked: string | undefined): void {
  if (asked?.toLowerCase() !== "websocket")
    throw new HttpError(426, "needed a WebSocket", { headers: { upgrade: "websocket" } });
}

/** The answer to a request that becomes a socket. */
export function upgraded(
  upgrade: UpgradeWebSocket,
  socket: AnsweringSocket,
): (context: unknown, next: unknown) => Promise<Response> {
  return upgrade(() => ({
    onOpen: (event, own) => socket.onOpen(event, own),
    onMessage: (event, own) => socket.onMessage(event, own),
    onClose: () => socket.onClose(),
  })) as (context: unknown, next: unknown) => Promise<Response>;
}

async function answered(
  { sessions }: ServerParts,
  entry: Entry,
  data: unknown,
  options: WorkOptions,
): Promise<Answer> {
  if (typeof data === "string") {
    const asked = feedRequest.safeParse(jsonOf(data));
    if (!asked.success) throw wrongArgument(asked.error.issues);
    return JSON.stringify(bodyOf(entry, await sessions.work(entry, feedWork(entry, asked.data), options)));
  }
  const inputs = { ...rowsOf(entry, await bytesOf(data)) };
  const view = await sessions.work(entry, feedWork(entry, { inputs }), options);
  const [output = []] = Object.values(view.outputs ?? {});
  return Float32Array.from(output.flat()).buffer as ArrayBuffer;
}

/** Bytes as rows of the model's only input. */
function rowsOf({ model }: Entry, bytes: ArrayBuffer): Readonly<Record<string, number[][]>> {
  const { inputs } = model.facts;
  if (inputs.length !== 1 || inputs[0].kind === "int") {
    throw new HttpError(
      400,
      `the message is binary, needed JSON: the model ${model.name} does not read numbers of one input alone`,
    );
  }
  const [input] = inputs;
  const width = rowWidth(input);
  const rowBytes = FLOAT_BYTES * width;
  if (bytes.byteLength === 0 || bytes.byteLength % rowBytes !== 0) {
    throw new HttpError(
      400,
      `the message has ${bytes.byteLength} bytes, needed ${rowBytes} for each step: ${width} floats of 32 bits`,
      { param: `inputs.${input.name}` },
    );
  }
  const numbers = Array.from(new Float32Array(bytes));
  const rows = Array.from({ length: numbers.length / width }, (_, at) =>
    numbers.slice(at * width, (at + 1) * width),
  );
  return { [input.name]: rows };
}
