// Sound over a WebSocket, as it comes from a microphone: a binary message is samples of one channel, and its answer what was said so far, or
// what is said of each frame that they complete. The text {"end": true} says that no more follow; what comes after it begins anew.

import type { WorkOptions } from "../compute/compute.ts";
import type { HeardNow, ListeningWork } from "../compute/protocol.ts";
import { HttpError } from "../http-error.ts";
import { type ServerApp, type ServerParts, wrongArgument } from "../server-app.ts";
import type { UpgradeWebSocket } from "../upgrade-web-socket.ts";
import { z } from "../web.ts";
import { AnsweringSocket, bytesOf, jsonOf } from "./answering-socket.ts";
import { requireUpgrade, upgraded } from "./stream-routes.ts";

const ENCODINGS = ["f32", "pcm16"] as const;
const PCM16_SCALE = 2 ** 15;

const query = z.strictObject({
  model: z.string(),
  sample_rate: z.coerce.number().int().min(1000).max(384_000).optional(),
  encoding: z.enum(ENCODINGS).optional(),
});

const end = z.strictObject({ end: z.literal(true) });

/** `GET /v1/audio/stream?model=…`, where the runtime has WebSockets. */
export function addListenRoutes(
  app: ServerApp,
  parts: ServerParts,
  upgrade: UpgradeWebSocket | undefined,
): void {
  if (!upgrade) return;
  const { compute, models } = parts;
  let nextListener = 1;
  app.get("/v1/audio/stream", async (context, next) => {
    requireUpgrade(context.req.header("upgrade"));
    const asked = query.safeParse(context.req.query());
    if (!asked.success) throw wrongArgument(asked.error.issues);
    const { model: name, sample_rate: sampleRateHz, encoding = "f32" } = asked.data;
    const model = models.get(name);
    const client = context.get("client");
    const listener = nextListener++;
    const thread = compute.leastLoaded();
    const work = (each: ListeningWork, options: WorkOptions): Promise<HeardNow> =>
      compute.work(model.handle, each, { ...options, thread });
    const listen: ListeningWork = { kind: "listen", listener, sampleRateHz };
    const stop: ListeningWork = { kind: "stop-listening", listener };
    const now = { client, deadlineMs: parts.deadlineMs() };
    // A model that does not listen is answered before there is a socket.
    await work(listen, now);
    await work(stop, now);
    let begun: Promise<unknown> | undefined;
    const heard = async (data: unknown, options: WorkOptions): Promise<string> => {
      begun ??= work(listen, { client, deadlineMs: options.deadlineMs });
      await begun;
      const samples = await samplesOf(data, encoding);
      const isLast = typeof data === "string";
      return JSON.stringify(await work({ kind: "hear", listener, samples, isLast }, options));
    };
    const socket = new AnsweringSocket(parts, client, heard, {
      opened: () => models.hold(model.handle),
      closed() {
        if (begun) work(stop, { client, deadlineMs: Number.POSITIVE_INFINITY }).catch(() => {});
        models.release(model.handle);
      },
    });
    return upgraded(upgrade, socket)(context, next);
  });
}

/** The samples of a message; none of a text, which says that no more follow. */
async function samplesOf(data: unknown, encoding: (typeof ENCODINGS)[number]): Promise<Float32Array> {
  if (typeof data === "string") {
    const asked = end.safeParse(jsonOf(data));
    if (!asked.success) throw wrongArgument(asked.error.issues);
    return new Float32Array(0);
  }
  const bytes = await bytesOf(data);
  const size = encoding === "f32" ? Float32Array.BYTES_PER_ELEMENT : Int16Array.BYTES_PER_ELEMENT;
  if (bytes.byteLength % size !== 0)
    throw new HttpError(400, `the message has ${bytes.byteLength} bytes, needed ${size} for each sample`);
  const samples =
    encoding === "f32"
      ? new Float32Array(bytes)
      : Float32Array.from(new Int16Array(bytes), (sample) => sample / PCM16_SCALE);
  if (samples.every(Number.isFinite)) return samples;
  throw new HttpError(400, "the message has samples that are no finite numbers");
}
