import type { ChildProcess } from "node:child_process";
import { finished, started } from "./command.ts";

/** A server that runs, and how it ends. */
export interface Served {
  readonly child: ChildProcess;
  readonly url: URL;
  readonly end: ReturnType<typeof finished>;
  /** What it has logged so far. */
  said(): { readonly msg: string }[];
}

/** Starts `unrolled serve` on a free port and one thread, and waits for its address. */
export function servingIn(folder: string, parameters: readonly string[]): Promise<Served> {
  return servedBy(started(["serve", ...parameters, "--port", "0", "--threads", "1"], folder));
}

/** A server that was started, once it has said its address. */
export async function servedBy(child: ChildProcess): Promise<Served> {
  const end = finished(child);
  let log = "";
  child.stderr!.on("data", (text: string) => {
    log += text;
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout!.on("data", (text: string) => {
      said += text;
      const [, found] = / at (http:\S+)\n/.exec(said) ?? [];
      if (found) resolve(found);
    });
    void end.then(({ stderr }) => reject(new Error(stderr)));
  });
  const said = () =>
    log
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return { child, url: new URL(url), end, said };
}
