import { type DataSource, STANDARD_INPUT } from "../../data/tables/data-source.ts";
import { expandGlobs } from "../expand-globs.ts";
import { holdStandardInput, inputText, readInput } from "../standard-input.ts";

/** What a task reads, of paths as a user gave them: files, the files of folders, patterns, and "-", standard input. */
export async function dataFiles(paths: readonly string[]): Promise<DataSource[]> {
  const { textSources } = await import("../../data/corpus/text-source.ts");
  const sources = await textSources(await expandGlobs(paths));
  return Promise.all(
    sources.map(async ({ path }) =>
      path === "-" ? { title: STANDARD_INPUT, text: await standardInput() } : path,
    ),
  );
}

async function standardInput(): Promise<string> {
  await holdStandardInput("-");
  if (!isGzip(readInput("-"))) return inputText("-");
  const { gunzipSync } = await import("node:zlib");
  return new TextDecoder().decode(gunzipSync(readInput("-")));
}

function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}
