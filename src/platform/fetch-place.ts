import { UnrolledError } from "../errors.ts";
import type { ModelPlace } from "../models/model-place.ts";

/** The bytes behind a URL. */
export async function fetched(call: string, url: URL): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message} (${cause.message})` : message;
    throw new UnrolledError("missing-file", `${call}: ${url.href}: ${why}`);
  }
  if (!response.ok) {
    const why = `${response.status} ${response.statusText}`.trim();
    throw new UnrolledError("missing-file", `${call}: ${url.href}: ${why}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** What lies at a URL: a folder if it ends in "/", else a file. */
export async function fetchedPlace(call: string, url: URL): Promise<ModelPlace> {
  const read = (name: string) => fetched(call, new URL(name, url));
  const bytes = url.pathname.endsWith("/") ? undefined : await fetched(call, url);
  return { title: url.href, bytes, read };
}
