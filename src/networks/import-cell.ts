import { type CellModule, setCellHome } from "../cells/own-cells.ts";
import { type CellSpec, isCellSpec } from "../cells/spec.ts";
import { UnrolledError } from "../errors.ts";
import { knowCell } from "./known-kinds.ts";

/**
 * Imports a cell that a module exports and makes it known, as `knowCell` does, on this thread and on every thread that `train`, `fit` or
 * a `Team` start from now on. Models that have it say in their config.json where it comes from. The module's code runs, so it has to be
 * one that you trust: what a model's folder says is never imported by itself.
 *
 * @throws UnrolledError "invalid-argument" for a module that cannot be imported or exports no such cell, and as `knowCell`
 */
export async function importCell({ module, export: name }: CellModule): Promise<CellSpec> {
  const home = { module: String(module), export: name };
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(/* @vite-ignore */ home.module);
  } catch (error) {
    throw refused(`${home.module} cannot be imported: ${(error as Error).message}`);
  }
  const spec = exported[name];
  if (!isCellSpec(spec)) throw refused(`${home.module} exports no cell ${name}; it is what defineCell makes`);
  knowCell(spec);
  setCellHome(spec.kind, home);
  return spec;
}

function refused(problem: string): UnrolledError {
  return new UnrolledError("invalid-argument", { call: "importCell", problem });
}
