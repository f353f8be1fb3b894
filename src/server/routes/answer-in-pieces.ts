import { errorBody } from "../http-error.ts";
import type { ServerParts } from "../server-app.ts";
import type { Context } from "../web.ts";
import { type EventStream, eventStream } from "./event-stream.ts";

/**
 * An answer of server-sent events: what `work` sends while it goes on, and then `[DONE]`, or the error that it ends with. It goes on after
 * the request was answered, until it ends or nobody listens any more, which its signal says.
 *
 * @param count how many choices are asked for
 */
export function answerInPieces(
  parts: ServerParts,
  context: Context,
  count: number,
  work: (stream: EventStream, signal: AbortSignal) => Promise<void>,
): Response {
  const { signal } = context.req.raw;
  const leave = parts.admission.enter(count);
  const abort = new AbortController();
  const give = () => abort.abort();
  signal.addEventListener("abort", give, { once: true });
  const stream = eventStream(give);
  const streamed = async () => {
    try {
      await work(stream, abort.signal);
      stream.send("[DONE]");
    } catch (error) {
      const failed = parts.failed(error);
      stream.send(JSON.stringify(errorBody(failed.status, failed.message, failed)));
    } finally {
      signal.removeEventListener("abort", give);
      leave();
      stream.end();
      context.get("ended")?.();
    }
  };
  void streamed();
  return stream.response;
}
