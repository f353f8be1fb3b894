import type { ChildProcess } from "node:child_process";
import { finished, started } from "./command.ts";

/** A server that runs, and how it ends. */
export interface Served {
  readonly child: ChildProcess;
  readonly url: URL;
  readonly end: ReturnType<typeof finished>;
}

/** Starts `unrolled serve` on a free port and one thread, and waits for its address. */
export async function servingIn(folder: string, parameters: readonly string[]): Promise<Served> {
  const child = started(["serve", ...parameters, "--port", "0", "--threads", "1"], folder);
  const end = finished(child);
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout!.on("data", (text: string) => {
      said += text;
      const [, found] = / at (http:\S+)\n/.exec(said) ?? [];
      if (found) resolve(found);
    });
    void end.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { child, url: new URL(url), end };
}
