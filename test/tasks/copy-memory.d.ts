import type { Task } from "unrolled";

export declare const copyMemory: Task;
