import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { ModelServer } from "../../server/server.ts";
import { asksForThisMachine } from "../listening.ts";

/** Node's HTTP server for a function from `Request` to `Response`. One that listens to this machine alone answers to its names alone. */
export function nodeListener(server: ModelServer, host: string): Server {
  const isLocal = asksForThisMachine(host.includes(":") ? `[${host}]` : host);
  return createAdaptorServer({
    fetch: (request, environment) => {
      if (isLocal && !asksForThisMachine(request.headers.get("host") ?? undefined))
        return new Response(null, { status: 403 });
      return server.fetch(request, environment);
    },
    overrideGlobalObjects: false,
  }) as Server;
}
