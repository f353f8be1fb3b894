import { trainAndGenerate } from "./consumer.ts";

// Two threads are asked for everywhere; only an isolated page can have them.
Object.assign(globalThis, { outcome: trainAndGenerate(2) });
