/** The folder of the clone. */
export const root: string;

/** Runs all steps that are due, one process at a time. Throws an Error with a message for people, and `exitCode` if not 1. */
export function setUp(): void;
/** Whether what is compiled is of these sources, as they were when this process first asked. */
export function isCompiled(): boolean;
