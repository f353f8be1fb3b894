import type { Task } from "unrolled";

export declare const echo: Task;
