import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import open from "open";
import sirv from "sirv";
import type { ModelFiles } from "../../models/model-files.ts";
import { type ExploredModel, exploredModel } from "../explorer/explored-model.ts";
import { exploredPicture } from "../explorer/explored-picture.ts";
import {
  explorerFolder,
  type PageStart,
  PREVIEW,
  startingPage,
  withoutPreview,
} from "../explorer/explorer-page.ts";
import { exportExplorer } from "../explorer/export-explorer.ts";
import { UsageError } from "../failure.ts";
import { onInterruption } from "../interruption.ts";
import { asksForThisMachine, listening } from "../listening.ts";
import { version } from "../version.ts";
import type { ExploreOptions } from "./explore-command.ts";

/** Where the page finds the user's model, relative to itself. */
const MODEL_PLACE = "own-model/";

/** `unrolled explore`: serves the built page and a model to this machine, and opens it in the browser; or writes both to a folder. */
export async function runExploreCommand(path: string | undefined, options: ExploreOptions): Promise<void> {
  if (options.force && options.export === undefined) throw new UsageError("--force is for --export");
  if (options.text === "") throw new UsageError("--text is empty, needed something to read");
  const page = explorerFolder();
  const model = path === undefined ? undefined : await exploredModel(path);
  const start = startOf(model, options);
  const index = startingPage(page, start);
  const files: ModelFiles = {};
  for (const [name, bytes] of Object.entries(model?.files ?? {})) files[MODEL_PLACE + name] = bytes;
  if (options.export !== undefined) {
    const hasOwnModel = model === undefined;
    const reading = await model?.reading(options.text);
    if (model && reading) files[PREVIEW] = await exploredPicture(model.name, reading);
    const pictured = hasOwnModel || reading ? index : withoutPreview(index);
    exportExplorer(options.export, { page, index: pictured, files, hasOwnModel }, options.force ?? false);
    process.stdout.write(
      `The page is in ${options.export}. Put the folder on any server: ${join(options.export, "index.html")} is its first page.\n`,
    );
    return;
  }
  await servePage(serving(page, index, files), start.model, options);
}

/** What the page opens with. */
function startOf(model: ExploredModel | undefined, { text, export: isSite }: ExploreOptions): PageStart {
  const made = `Unrolled ${version()}`;
  const about =
    isSite === undefined
      ? {}
      : {
          source: `Made with ${made}`,
          citation: `${made}: recurrent neural networks for TypeScript. Software, MIT licence.`,
        };
  if (!model) return { text, ...about };
  return {
    ...{ model: MODEL_PLACE + encodeURIComponent(model.place), name: model.name, text: text ?? model.sample },
    ...about,
  };
}

async function servePage(
  answer: RequestListener,
  model: string | undefined,
  { port, open: opens }: ExploreOptions,
): Promise<void> {
  const server = createServer(guarded(answer));
  await listening(server, { port, host: "127.0.0.1" });
  const { port: taken } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${taken}/${model === undefined ? "" : `#model=${encodeURIComponent(model)}`}`;
  process.stdout.write(`The explorer is at ${url}\nCtrl-C ends it.\n`);
  onInterruption(() => {
    server.close();
    server.closeAllConnections();
  });
  // Where there is no browser to open, the line above is enough.
  if (opens) (await open(url).catch(() => undefined))?.on("error", () => undefined);
}

/** Answers who asks for this machine by its own name, and asks to read. */
function guarded(answer: RequestListener): RequestListener {
  return (request, response) => {
    if (!asksForThisMachine(request.headers.host)) {
      response.writeHead(403).end();
    } else if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
    } else answer(request, response);
  };
}

/** Answers with the page's files and, of the model's folder, with the model's files alone. */
function serving(page: string, index: string, files: ModelFiles): RequestListener {
  const pages = sirv(page, { dev: false, etag: true });
  const headers = { "cache-control": "no-store" };
  return (request, response) => {
    const name = decoded((request.url ?? "/").split("?")[0].slice(1));
    if (name === "" || name === "index.html") {
      response.writeHead(200, { ...headers, "content-type": "text/html; charset=utf-8" }).end(index);
    } else if (Object.hasOwn(files, name)) {
      response.writeHead(200, headers).end(files[name]);
    } else {
      pages(request, response, () => {
        response.writeHead(404).end();
      });
    }
  };
}

/** A path without its escapes, as it is where they make no sense. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
