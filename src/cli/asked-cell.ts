// A cell of the user's own on the command line: --cell ./cell.js#name. Its module is imported before anything else is done, and only if the
// call, its configuration or the run that it goes on with names it: what a model's folder says is never imported by itself.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isKnownCell } from "../cells/cells.ts";
import { type CellModule, homeOfCell } from "../cells/own-cells.ts";
import { isCellSpec } from "../cells/spec.ts";
import { UnrolledError } from "../errors.ts";
import { shown } from "../formats/shown.ts";
import { isRecord } from "../options/field-checks.ts";
import { readRegularText } from "../platform/node-files.ts";
import { kindOfCell } from "../tasks/language/model/language-cell.ts";
import { configurationOfCall, givenIn, runOfCall } from "./asked-task.ts";
import { CommandError, textOf, UsageError } from "./failure.ts";

/** The modules that this call has named, as they were written, and the kinds of their cells. */
const asked = new Map<string, string>();

/** What may be given for a cell beside the package's: the modules of this call, and their kinds. */
export function askedCells(): ReadonlyMap<string, string> {
  return asked;
}

/** Imports the cell that --cell, the configuration or the run of a call names, if it is the export of a module. */
export async function importCellOfCall(words: readonly string[]): Promise<void> {
  const given = givenIn(words, "--cell") ?? (await configurationOfCall(words))?.cell;
  if (typeof given === "string" && isModule(given)) await importAsked(given);
  const ofRun = runOfCall(words)?.cell;
  if (!isRecord(ofRun) || isKnownCell(ofRun.kind)) return;
  process.stderr.write(`note: the cell ${ofRun.kind} is imported from ${ofRun.module}\n`);
  await importAsked(`${ofRun.module}#${ofRun.export}`);
}

/** A cell's module as run.json keeps it. */
export function cellEntry(kind: string): CellEntry | null {
  const home = homeOfCell(kind);
  return home ? { kind, module: pathOf(home), export: home.export } : null;
}

/** Of a run's own cell: its kind, the module's path and the export. */
export interface CellEntry {
  readonly kind: string;
  readonly module: string;
  readonly export: string;
}

/** What is typed for a cell: a module for one of the user's own. */
export function typedCell(kind: string): string {
  const entry = cellEntry(kind);
  return entry ? `${entry.module}#${entry.export}` : kind;
}

/** An error that says what to type, if the model in a folder has a cell that no call has named. Other mistakes are found where it is read. */
export function requireKnownCell(folder: string): void {
  const home = configIn(folder)?.cell_module;
  const cell = unknownCellOf(folder);
  if (cell === undefined || typeof home !== "string") return;
  throw new CommandError(
    `${folder}: its cell ${shown(cell)} is none of the package's; if you trust the module, give --cell ${JSON.stringify(typedHome(home))}`,
  );
}

/** The cell of the language model in a folder, if that is neither the package's nor one that this call has named. */
export function unknownCellOf(folder: string): string | undefined {
  const cell = configIn(folder)?.cell;
  return typeof cell === "string" && !isKnownCell(kindOfCell(cell)) ? cell : undefined;
}

function configIn(folder: string): { readonly cell?: unknown; readonly cell_module?: unknown } | undefined {
  try {
    return JSON.parse(readRegularText(join(folder, "config.json"))) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A cell of the package is a word without any of these. */
function isModule(said: string): boolean {
  return /[./\\#]/.test(said);
}

async function importAsked(said: string): Promise<void> {
  const at = said.lastIndexOf("#");
  const [path, name] = at < 0 ? [said, undefined] : [said.slice(0, at), said.slice(at + 1)];
  const { importCell } = await import("../networks/import-cell.ts");
  const file = path.startsWith("file:") ? fileURLToPath(path) : resolve(path);
  if (!existsSync(file))
    throw new UsageError(`cell ${path} is not there, needed a module that exports a cell`);
  const module = pathToFileURL(file).href;
  try {
    const { kind } = await importCell({ module, export: name ?? (await onlyCell(path, module)) });
    asked.set(said, kind).set(kind, kind);
  } catch (error) {
    if (error instanceof UnrolledError) throw new UsageError(textOf(error));
    throw error;
  }
}

/** The one cell that a module exports. */
async function onlyCell(path: string, module: string): Promise<string> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(module);
  } catch (error) {
    throw new UsageError(`cell ${path} cannot be imported: ${(error as Error).message}`);
  }
  const cells = Object.keys(exported).filter((name) => isCellSpec(exported[name]));
  if (cells.length === 1) return cells[0];
  const found = cells.length > 1 ? `the cells ${cells.join(", ")}; name one: ${path}#${cells[0]}` : "no cell";
  throw new UsageError(`cell ${path} exports ${found}`);
}

function pathOf({ module }: CellModule): string {
  const home = String(module);
  return home.startsWith("file:") ? fileURLToPath(home) : home;
}

/** What a model's folder says of its cell's module, as --cell takes it; what is no module's address is left as it is. */
function typedHome(home: string): string {
  const at = home.lastIndexOf("#");
  try {
    return `${pathOf({ module: home.slice(0, at), export: "" })}${home.slice(at)}`;
  } catch {
    return home;
  }
}
