import type { Task } from "../../src/index.ts";

export declare const echo: Task;
