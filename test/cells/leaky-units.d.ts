import type { CellSpec, Option } from "unrolled/nn";

export declare const leakyUnits: CellSpec<{ readonly rate: Option<number> }>;
export declare const other: string;
