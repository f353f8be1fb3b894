// Where the caller's code is, told from an error's stack: the first place that is not this package's.

/** A place in somebody's code, and the function of this package that was called there. */
export interface Caller {
  /** `src/model.ts:12:5`; undefined where a bundler has made one file of everything. */
  readonly line: string | undefined;
  readonly called: string | undefined;
}

/** The folder that this package's own files are in. */
const OWN = import.meta.url.slice(0, import.meta.url.lastIndexOf("/networks/") + 1);
/** `at name (place:line:column)` in V8, `name@place:line:column` elsewhere. */
const FRAME = /^\s*(?:at (?:(.*?) \()?|(.*?)@)?((?:[a-z][\w+.-]*:\/\/)?[^\s()]*?):(\d+):(\d+)\)?\s*$/;

/** Who called into this package. */
export function callerOf(stack: string | undefined): Caller {
  let called: string | undefined;
  for (const frame of (stack ?? "").split("\n")) {
    const found = FRAME.exec(frame);
    if (!found) continue;
    const [, named, alsoNamed, place, line, column] = found;
    const own = place.startsWith(OWN) || place.startsWith(pathOf(OWN));
    if (!own) return { line: `${pathOf(place)}:${line}:${column}`, called };
    called = nameOf(named ?? alsoNamed ?? "") || called;
  }
  return { line: undefined, called: undefined };
}

/** Takes a stack that is deep enough to reach the caller. */
export function stackNow(): string | undefined {
  const limited = Error as { stackTraceLimit?: number };
  const before = limited.stackTraceLimit;
  limited.stackTraceLimit = 50;
  const { stack } = new Error();
  if (before !== undefined) limited.stackTraceLimit = before;
  return stack;
}

/** `Module.log [as log]` is log; a method forward is named with its class. */
function nameOf(called: string): string {
  const name = called.replace(/ \[as .*$/, "");
  return name.endsWith(".forward") ? name : name.slice(name.lastIndexOf(".") + 1);
}

function pathOf(place: string): string {
  return place.replace(/^file:\/\//, "");
}
