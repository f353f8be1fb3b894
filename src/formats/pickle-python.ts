// What Python's own containers, paths and bytes become: lists, dictionaries, words and bytes.
import type { Pickled } from "./pickle.ts";

type Call = (parameters: readonly Pickled[]) => Pickled | undefined;

/** A list of what a set, a deque or the like is made of. */
const list: Call = ([entries]) => {
  if (entries === undefined) return [];
  if (entries instanceof Map) return [...entries.keys()];
  return Array.isArray(entries) ? [...entries] : undefined;
};

/** A dictionary, of another one or of pairs. */
const dictionary: Call = ([entries]) => {
  if (entries === undefined || entries === null) return new Map();
  if (entries instanceof Map) return new Map(entries);
  const isPair = (pair: Pickled): pair is readonly [Pickled, Pickled] =>
    Array.isArray(pair) && pair.length === 2;
  return Array.isArray(entries) && entries.every(isPair) ? new Map(entries) : undefined;
};

/** The parts of a path. */
const path: Call = (parts) => {
  if (!parts.every((part) => typeof part === "string")) return undefined;
  return parts.length === 0 ? "." : parts.join("/").replace(/^([/\\]+|[A-Za-z]:\\)\//, "$1");
};

/** How Python 3 writes bytes for protocol 2: text of which each character is a byte. */
const encoded: Call = ([text, encoding]) => {
  const isLatin1 = typeof text === "string" && (encoding === "latin1" || encoding === "latin-1");
  if (!isLatin1 || /[^\0-\xff]/.test(text)) return undefined;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
};

const PATHS = ["Path", "PosixPath", "WindowsPath", "PurePath", "PurePosixPath", "PureWindowsPath"];

const builtins: Readonly<Record<string, Call>> = {
  set: list,
  frozenset: list,
  list,
  dict: dictionary,
  bytes: ([value]) => (value === undefined ? new Uint8Array(0) : undefined),
};

/** Each takes what a pickle calls it with, and gives undefined for what it does not know. */
export const PYTHON_CALLS: Readonly<Record<string, Call>> = {
  // Protocols below 3 have Python 2's names.
  ...Object.fromEntries(
    ["__builtin__", "builtins"].flatMap((module) =>
      Object.entries(builtins).map(([name, call]) => [`${module}.${name}`, call]),
    ),
  ),
  "collections.deque": list,
  // Its first parameter makes what is missing; nothing is missing in a file.
  "collections.defaultdict": ([, entries]) => dictionary(entries === undefined ? [] : [entries]),
  "collections.Counter": dictionary,
  "_codecs.encode": encoded,
  ...Object.fromEntries(
    ["pathlib", "pathlib._local"].flatMap((module) => PATHS.map((name) => [`${module}.${name}`, path])),
  ),
};

/** Whether a name can only stand in a pickle that means harm: it would run a program or code in Python. */
export function runsCode(module: string, name: string): boolean {
  if (/^(os|posix|nt|subprocess|pty|commands|runpy|importlib|pdb|code|socket|shutil)(\.|$)/.test(module))
    return true;
  const isBuiltin = module === "builtins" || module === "__builtin__";
  return isBuiltin && /^(eval|exec|execfile|compile|__import__|open|input|breakpoint)$/.test(name);
}
