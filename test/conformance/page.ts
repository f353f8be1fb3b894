import { conformance } from "./table.ts";

Object.assign(globalThis, { conformance });
