import type { MetricsText } from "../observer.ts";
import type { ServerApp, ServerParts } from "../server-app.ts";
import { createRoute, z } from "../web.ts";
import { jsonAnswer } from "./route-parts.ts";

const state = z.object({ status: z.enum(["ok", "opening", "draining"]) }).openapi("Status");

/** `GET /health`: the process answers. `GET /ready`: it takes work. */
export function addStateRoutes(
  app: ServerApp,
  { compute, models, admission, sessions }: ServerParts,
  metrics: MetricsText | undefined,
): void {
  const health = createRoute({
    method: "get",
    path: "/health",
    summary: "Whether the server runs",
    responses: { 200: jsonAnswer("it does", state) },
  });
  app.openapi(health, (context) => context.json({ status: "ok" as const }, 200));
  const ready = createRoute({
    method: "get",
    path: "/ready",
    summary: "Whether the server takes work",
    responses: { 200: jsonAnswer("it does", state), 503: jsonAnswer("not yet, or not any more", state) },
  });
  app.openapi(ready, (context) => {
    if (admission.isDraining) return context.json({ status: "draining" as const }, 503);
    return models.areOpen && compute.isReady
      ? context.json({ status: "ok" as const }, 200)
      : context.json({ status: "opening" as const }, 503);
  });
  if (!metrics) return;
  const route = createRoute({
    method: "get",
    path: "/metrics",
    summary: "What the server does, as Prometheus reads it",
    responses: { 200: { description: "metrics", content: { "text/plain": { schema: z.string() } } } },
  });
  app.openapi(route, async () => {
    const text = await metrics.text({ queue: admission.inside, sessions: sessions.size });
    return new Response(text, { headers: { "content-type": metrics.contentType } }) as never;
  });
}
