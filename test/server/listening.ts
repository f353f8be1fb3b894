// A server that listens on a port of this process, and WebSockets to it.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { upgradeWebSocket } from "@hono/node-server";
import { createServer, type ModelServer, type ServerOptions } from "unrolled/server";
import { WebSocket } from "ws";
import { nodeListener } from "../../src/cli/serve/node-listener.ts";

export interface Listening {
  readonly server: ModelServer;
  readonly listener: Server;
  close(): void;
}

export async function listeningTo(options: ServerOptions): Promise<Listening> {
  const server = await createServer({ ...options, upgradeWebSocket: upgradeWebSocket as never });
  const { listener, end } = nodeListener(server, "127.0.0.1");
  await new Promise<void>((resolve) => {
    listener.listen(0, "127.0.0.1", resolve);
  });
  return {
    server,
    listener,
    close() {
      server.close();
      end();
    },
  };
}

/** A socket that is open. */
export interface Asking {
  readonly socket: WebSocket;
  /** Sends a message, and waits for its answer: JSON, or bytes. */
  asked(message: string | ArrayBufferView): Promise<unknown>;
  close(): void;
}

function connect({ listener }: Listening, path: string, protocols: readonly string[]): WebSocket {
  const { port } = listener.address() as AddressInfo;
  return new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols]);
}

export async function opened(
  listening: Listening,
  path: string,
  protocols: readonly string[] = [],
): Promise<Asking> {
  const socket = connect(listening, path, protocols);
  await new Promise((resolve, reject) => {
    socket.on("open", resolve).on("error", reject);
  });
  return {
    socket,
    async asked(message) {
      const answer = new Promise<unknown>((resolve) => {
        socket.once("message", (data, isBinary) => resolve(isBinary ? data : JSON.parse(String(data))));
      });
      socket.send(message);
      return answer;
    },
    close: () => socket.close(),
  };
}

/** The status that a socket is refused with. */
export function refusal(
  listening: Listening,
  path: string,
  protocols: readonly string[] = [],
): Promise<number | undefined> {
  const socket = connect(listening, path, protocols);
  return new Promise((resolve, reject) => {
    socket.on("error", () => {});
    socket.on("open", () => reject(new Error("it was not refused")));
    socket.on("unexpected-response", (_, { statusCode }) => resolve(statusCode));
  });
}
