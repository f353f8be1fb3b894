import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { MetricsText, Observer, ServerState } from "../../server/observer.ts";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128];

/** What a server does, as Prometheus reads it. */
export function prometheus(): { readonly observer: Observer; readonly metrics: MetricsText } {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    ...{ name: "unrolled_requests_total", help: "Requests that were answered", registers },
    labelNames: ["method", "route", "status"],
  });
  const seconds = new Histogram({
    ...{
      name: "unrolled_request_seconds",
      help: "How long answers took, those of streams to their end",
      registers,
    },
    ...{ labelNames: ["route"], buckets: SECONDS },
  });
  const tokens = new Counter({
    ...{ name: "unrolled_tokens_total", help: "Tokens that were read and written", registers },
    labelNames: ["kind"],
  });
  const batches = new Histogram({
    ...{
      name: "unrolled_batch_streams",
      help: "Streams that took a step together, or inputs that were answered together",
      registers,
    },
    ...{ labelNames: ["model"], buckets: BATCHES },
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  let state: ServerState = { queue: 0, sessions: 0 };
  gauge("unrolled_queue", "Texts, inputs and steps that are worked on or wait", () => state.queue);
  gauge("unrolled_sessions", "Sessions in memory", () => state.sessions);
  return {
    metrics: {
      contentType: registry.contentType,
      text(now) {
        state = now;
        return registry.metrics();
      },
    },
    observer: {
      request({ method, route, status, seconds: took, promptTokens, completionTokens }) {
        requests.inc({ method, route, status });
        seconds.observe({ route }, took);
        if (promptTokens > 0) tokens.inc({ kind: "prompt" }, promptTokens);
        if (completionTokens > 0) tokens.inc({ kind: "completion" }, completionTokens);
      },
      step: (model, rows) => batches.observe({ model }, rows),
    },
  };
}
