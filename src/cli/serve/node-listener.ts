import type { Server } from "node:http";
import { createAdaptorServer, type WebSocketServerLike } from "@hono/node-server";
import { WebSocketServer } from "ws";
import type { ModelServer } from "../../server/server.ts";
import { asksForThisMachine } from "../listening.ts";

/** Longer than the minute of most load balancers, which would otherwise use a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;
/** Of a message. */
const MOST_BYTES = 1024 * 1024;

/** Node's HTTP server for a function from `Request` to `Response`. One that listens to this machine alone answers to its names alone. */
export function nodeListener(server: ModelServer, host: string): Server {
  const isLocal = asksForThisMachine(host.includes(":") ? `[${host}]` : host);
  const listener = createAdaptorServer({
    fetch: (request, environment) => {
      if (isLocal && !asksForThisMachine(request.headers.get("host") ?? undefined))
        return new Response(null, { status: 403 });
      return server.fetch(request, environment);
    },
    overrideGlobalObjects: false,
    websocket: {
      server: new WebSocketServer({
        noServer: true,
        maxPayload: MOST_BYTES,
      }) as unknown as WebSocketServerLike,
    },
  }) as Server;
  listener.keepAliveTimeout = KEEP_ALIVE_MS;
  return listener;
}
