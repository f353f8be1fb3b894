/** A kernel as kernels.h declares it. */
export interface Declaration {
  readonly name: string;
  /** Whether a plain language model calls it: the smaller WebAssembly file has no other. */
  readonly isCore: boolean;
  readonly result: "void" | "int" | "double";
  readonly comment: readonly string[];
  readonly parameters: readonly {
    readonly type: string;
    readonly pointer: boolean;
    readonly name: string;
    /** What it is where a call by name does not give it: a number, or another parameter's name. */
    readonly otherwise: string | undefined;
  }[];
}

/** The declarations of kernels.h: name, result, parameters and the comment above. */
export function readDeclarations(header: string): Declaration[];

/** The TypeScript interface of the contract. */
export function contractSource(declarations: readonly Declaration[]): string;

/** The kernels as a backend exports them, */
export function tableSource(declarations: readonly Declaration[]): string;

/** How the kernels of a table come to be called by name: those of the core, or these and the rest. */
export function callsSource(declarations: readonly Declaration[], isCore: boolean): string;
