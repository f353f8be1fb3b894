import { trainAndGenerate } from "./consumer.ts";

Object.assign(globalThis, { outcome: trainAndGenerate() });
