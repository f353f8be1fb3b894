import { UnrolledError } from "../errors.ts";
import type { Place } from "./platform.ts";

/** Redirections that are followed for one file. */
const MOST_REDIRECTIONS = 20;

/** The bytes behind a URL that the caller has named, wherever it may be redirected to. */
export async function fetched(call: string, url: URL): Promise<Uint8Array> {
  return bytesOf(call, url, await answerOf(call, url, "follow"));
}

/** What lies at a URL: a folder if it ends in "/", else a file. */
export async function fetchedPlace(call: string, url: URL): Promise<Place> {
  const bytes = url.pathname.endsWith("/") ? undefined : await fetched(call, url);
  return { title: url.href, bytes, read: (name) => fetchedBeside(call, url, name) };
}

/**
 * The bytes of a file beside a URL, or below its folder. Its name may be what a file says whose writer must not choose what is fetched, so
 * that neither the name nor a redirection may lead out of the folder.
 */
export async function fetchedBeside(call: string, place: URL, name: string): Promise<Uint8Array> {
  const folder = new URL(".", place);
  let url = below(call, folder, name, folder);
  for (let hops = 0; hops <= MOST_REDIRECTIONS; hops++) {
    const response = await answerOf(call, url, "manual");
    const location = response.headers.get("location");
    if (response.type === "opaqueredirect") {
      const problem =
        "is redirected, and a browser does not say where to; give the bytes, and read for files beside it";
      throw new UnrolledError("invalid-file", { call, problem: `${url.href} ${problem}` });
    }
    if (!(response.status >= 300 && response.status < 400) || location === null)
      return bytesOf(call, url, response);
    url = below(call, folder, location, url);
  }
  throw new UnrolledError("missing-file", { call, problem: `${url.href} is redirected without end` });
}

/** What a reference resolves to, if that is a file below the folder. A server may take an encoded slash for a slash. */
function below(call: string, folder: URL, reference: string, base: URL): URL {
  const refused = () =>
    new UnrolledError("invalid-file", {
      call,
      problem: `${JSON.stringify(reference)} leads out of ${folder.href}, needed a file below it`,
    });
  if (!URL.canParse(reference, base)) throw refused();
  const url = new URL(reference, base);
  const isSame = url.protocol === folder.protocol && url.host === folder.host;
  if (!isSame || !url.pathname.startsWith(folder.pathname)) throw refused();
  if (/%(2f|5c|00)/i.test(url.pathname.slice(folder.pathname.length))) throw refused();
  return url;
}

async function answerOf(call: string, url: URL, redirect: "follow" | "manual"): Promise<Response> {
  try {
    return await fetch(url, { redirect });
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message} (${cause.message})` : message;
    throw new UnrolledError("missing-file", { call, problem: `${url.href}: ${why}` });
  }
}

async function bytesOf(call: string, url: URL, response: Response): Promise<Uint8Array> {
  if (!response.ok) {
    const why = `${response.status} ${response.statusText}`.trim();
    throw new UnrolledError("missing-file", { call, problem: `${url.href}: ${why}` });
  }
  return new Uint8Array(await response.arrayBuffer());
}
