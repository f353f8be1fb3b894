/** A kernel as kernels.h declares it. */
export interface Declaration {
  readonly name: string;
  readonly result: "void" | "int" | "double";
  readonly comment: readonly string[];
  readonly parameters: readonly { readonly type: string; readonly pointer: boolean; readonly name: string }[];
}

/** The declarations of kernels.h: name, result, parameters and the comment above. */
export function readDeclarations(header: string): Declaration[];

/** The TypeScript interface of the contract. */
export function contractSource(declarations: readonly Declaration[]): string;
