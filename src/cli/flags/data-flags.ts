// The files that a task of the package is measured on: flags that are no settings, since a program gives the data themselves.
import { Option } from "commander";
import { DATA } from "../../tasks/examples/data-options.ts";
import type { PlacedFlag } from "./table-flags.ts";

export function dataFlags(ofTable: readonly PlacedFlag[]): readonly PlacedFlag[] {
  return [
    ...ofTable.map((placed) =>
      placed.flag.attributeName() === "valFraction"
        ? { ...placed, flag: placed.flag.conflicts("val") }
        : placed,
    ),
    { flag: new Option("--val <files...>", "measure on these while training, instead"), group: DATA },
    { flag: new Option("--test <files...>", "measure on these once, at the end"), group: DATA },
  ];
}
