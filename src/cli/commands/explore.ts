import { existsSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import open from "open";
import sirv from "sirv";
import type { ModelFiles } from "../../models/model-files.ts";
import { CommandError } from "../failure.ts";
import { onInterruption } from "../interruption.ts";
import { openLanguageFolder, readModelFiles } from "../model-folder.ts";
import type { ExploreOptions } from "./explore-command.ts";

/** Where the page finds the user's model, relative to itself. */
const MODEL_PLACE = "own-model/";

/** `unrolled explore`: serves the built page and a model to this machine, and opens it in the browser. */
export async function runExploreCommand(
  folder: string | undefined,
  { port, open: opens }: ExploreOptions,
): Promise<void> {
  const page = fileURLToPath(new URL("../../explorer/", import.meta.url));
  if (!existsSync(`${page}index.html`))
    throw new CommandError("the explorer's page is not there; in a clone, npm run build makes it");
  const model = folder === undefined ? undefined : await checkedFiles(folder);
  const server = createServer(guarded(serving(page, model)));
  await listening(server, port);
  const { port: taken } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${taken}/${model ? `#model=${encodeURIComponent(MODEL_PLACE)}` : ""}`;
  process.stdout.write(`The explorer is at ${url}\nCtrl-C ends it.\n`);
  onInterruption(() => {
    server.close();
    server.closeAllConnections();
  });
  // Where there is no browser to open, the line above is enough.
  if (opens) (await open(url).catch(() => undefined))?.on("error", () => undefined);
}

/** The model's files, opened once, so that a mistake is said here and not in the browser. */
async function checkedFiles(folder: string): Promise<ModelFiles> {
  await openLanguageFolder(folder, "auto");
  return readModelFiles(folder);
}

/** The names that this machine has for itself. */
const OWN_NAMES: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Answers who asks for this machine by its own name, and asks to read. A page of somebody else's, whose name leads here, cannot choose
 * under which name its reader's browser asks.
 */
function guarded(answer: RequestListener): RequestListener {
  return (request, response) => {
    const name = request.headers.host?.replace(/:\d+$/, "").toLowerCase();
    if (name === undefined || !OWN_NAMES.includes(name)) {
      response.writeHead(403).end();
    } else if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
    } else answer(request, response);
  };
}

/** Answers with the page's files and, of the model's folder, with the model's files alone. */
function serving(page: string, model: ModelFiles | undefined): RequestListener {
  const pages = sirv(page, { dev: false, etag: true });
  return (request, response) => {
    const path = (request.url ?? "/").split("?")[0];
    if (!path.startsWith(`/${MODEL_PLACE}`)) {
      pages(request, response, () => {
        response.writeHead(404).end();
      });
      return;
    }
    const name = path.slice(MODEL_PLACE.length + 1);
    const file = model && Object.hasOwn(model, name) ? model[name] : undefined;
    if (file) response.writeHead(200, { "cache-control": "no-store" }).end(file);
    else response.writeHead(404).end();
  };
}

function listening(server: Server, port = 0): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === "EADDRINUSE";
      reject(isTaken ? new CommandError(`port ${port} is in use; --port chooses another`) : error);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}
