import type { Server } from "node:http";
import { CommandError } from "./failure.ts";

/** Connections that wait to be taken: as many as Linux allows unless told otherwise. */
const MOST_WAITING = 4096;

/** Begins to listen, or says why it cannot. */
export function listening(
  server: Pick<Server, "once" | "listen">,
  { port = 0, host }: { readonly port?: number | undefined; readonly host: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(saidInWords(error, port, host)));
    server.listen({ port, host, backlog: MOST_WAITING }, resolve);
  });
}

function saidInWords(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === "EADDRINUSE") return new CommandError(`port ${port} is in use; --port chooses another`);
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
    return new CommandError(`${host} is no address of this machine`);
  if (error.code === "EACCES")
    return new CommandError(`port ${port} needs more rights than this process has; --port chooses another`);
  return error;
}

/** The names that this machine has for itself. */
const OWN_NAMES: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Whether a Host header asks for this machine by its own name. A page of somebody else's, whose name leads here, cannot choose under
 * which name its reader's browser asks.
 */
export function asksForThisMachine(host: string | undefined): boolean {
  const name = host?.replace(/:\d+$/, "").toLowerCase();
  return name !== undefined && OWN_NAMES.includes(name);
}
