import type { Server } from "node:http";
import { createAdaptorServer, type WebSocketServerLike } from "@hono/node-server";
import { WebSocketServer } from "ws";
import { BEARER } from "../../server/keys.ts";
import type { ModelServer } from "../../server/server.ts";
import { asksForThisMachine } from "../listening.ts";

/** Longer than the minute of most load balancers, which would otherwise use a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;
/** Of a message. */
const MOST_BYTES = 1024 * 1024;

/** A client whose socket was closed has this long to say that it knows, and an answer to arrive. */
const LAST_WORD_MS = 1000;
const CLOSING_EVERY_MS = 20;

/** Node's HTTP server, and how it ends once all has been answered. */
export interface NodeListener {
  readonly listener: Server;
  end(): void;
}

/** Node's HTTP server for a function from `Request` to `Response`. One that listens to this machine alone answers to its names alone. */
export function nodeListener(server: ModelServer, host: string): NodeListener {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_BYTES,
    // What a browser offers beside its key: it wants to hear one of what it has offered.
    handleProtocols: (offered) => [...offered].find((name) => !name.startsWith(BEARER)) ?? false,
  });
  const isLocal = asksForThisMachine(host.includes(":") ? `[${host}]` : host);
  const listener = createAdaptorServer({
    fetch: (request, environment) => {
      if (isLocal && !asksForThisMachine(request.headers.get("host") ?? undefined))
        return new Response(null, { status: 403 });
      return server.fetch(request, environment);
    },
    overrideGlobalObjects: false,
    websocket: { server: sockets as unknown as WebSocketServerLike },
  }) as Server;
  listener.keepAliveTimeout = KEEP_ALIVE_MS;
  return {
    listener,
    end() {
      listener.close();
      // The last bytes of an answer may still be on their way: a connection is closed once it is idle.
      const closing = setInterval(() => listener.closeIdleConnections(), CLOSING_EVERY_MS).unref();
      setTimeout(() => {
        clearInterval(closing);
        // Who still holds a connection has had all answers.
        listener.closeAllConnections();
        for (const socket of sockets.clients) socket.terminate();
      }, LAST_WORD_MS).unref();
    },
  };
}
