import type { DataSource } from "../../data/tables/data-source.ts";
import { expandGlobs } from "../expand-globs.ts";

/** What a task reads, of paths as a user gave them: files, the files of folders, patterns, and "-", standard input. */
export async function dataFiles(paths: readonly string[]): Promise<DataSource[]> {
  const { textSources } = await import("../../data/corpus/text-source.ts");
  const sources = await textSources(await expandGlobs(paths));
  return Promise.all(
    sources.map(async ({ path }) =>
      path === "-" ? { title: "standard input", text: await standardInput() } : path,
    ),
  );
}

async function standardInput(): Promise<string> {
  process.stdin.setEncoding("utf8");
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  return text;
}
