import { useEntries } from "./entries.ts";

Object.assign(globalThis, { outcome: useEntries() });
