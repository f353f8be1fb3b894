// What follows from the table of kernels, kernels.h: the contract in TypeScript and the glue of both targets.

/** Stands in kernels.h above the kernels that the smaller WebAssembly file does without. */
const REST = "// What follows is the rest";

/** The declarations of kernels.h: name, whether it is of the core, result, parameters and the comment above. */
export function readDeclarations(header) {
  const pattern = /((?:^\/\/\/.*\n)+)^(void|int|double) (\w+)\(([^)]*)\);/gm;
  const rest = header.indexOf(REST);
  return [...header.matchAll(pattern)].map(({ index, 1: comment, 2: result, 3: name, 4: parameters }) => ({
    name,
    isCore: index < rest,
    result,
    comment: comment
      .trim()
      .split("\n")
      .map((line) => line.replace(/^\/\/\/ ?/, "")),
    parameters: parameters.split(",").map((parameter) => {
      const [, type, star, id, otherwise] = parameter
        .trim()
        .match(/^((?:const )?\w+)(\*?) (\w+)(?: \/\* (\w+) \*\/)?$/);
      return { type, pointer: star === "*", name: id, otherwise };
    }),
  }));
}

/** Arguments that are told apart by their order alone: more of them are given by name, or have types. */
const IN_ORDER = 4;

/** How a kernel is called: steps of cells, whose places have types by role, and those of few arguments in order, all others by name. */
function callOf({ parameters }) {
  if (parameters.length <= IN_ORDER) return "in order";
  return parameters.some(({ name }) => name === "lengths") ? "by role" : "by name";
}

const resultOf = ({ result }) => (result === "void" ? "void" : "number");

/** On one line if there is room for it, as the formatter has it. */
function listed(head, list, tail, indent) {
  const oneLine = indent + head + list.join(", ") + tail;
  if (oneLine.length <= 110) return oneLine;
  return `${indent}${head}\n${list.map((each) => `${indent}  ${each},\n`).join("")}${indent}${tail}`;
}

function signatureOf(declaration) {
  const { name, parameters } = declaration;
  const tail = `): ${resultOf(declaration)};`;
  const call = callOf(declaration);
  if (call === "by name") {
    const fields = parameters.map(({ name: field, otherwise }) =>
      otherwise === undefined
        ? `    readonly ${field}: number;\n`
        : `    /** ${otherwise} if not given. */\n    readonly ${field}?: number;\n`,
    );
    return `  ${name}(given: {\n${fields.join("")}  }${tail}`;
  }
  const list = parameters.map(({ name: role, type }) =>
    call === "by role" && type !== "double" ? `${role}: Role<"${role}">` : `${role}: number`,
  );
  return listed(`${name}(`, list, tail, "  ");
}

/** The TypeScript interface of the contract. */
export function contractSource(declarations) {
  const methods = declarations.map((declaration) => {
    const lines = declaration.comment.map((line) => `   * ${line}\n`);
    return `  /**\n${lines.join("")}   */\n${signatureOf(declaration)}`;
  });
  return `// Written by kernels/build.mjs from kernels/kernels.h; change it there.

declare const role: unique symbol;

/**
 * A number that says what it is for: a place in the heap, or a size. One of another role is no argument in its stead, while a plain
 * number, of which nothing is known, is.
 */
export type Role<Name extends string> = number & { readonly [role]?: Name };

/** Every kernel, as it is called. Parameters that are pointers in C++ are element offsets into the heap; 0 is none. */
export interface Kernels {
${methods.join("\n\n")}
}
`;
}

/** The kernels as a backend exports them. */
export function tableSource(declarations) {
  const rows = declarations.map((declaration) => {
    const list = declaration.parameters.map(({ name }) => `${name}: number`);
    return listed(`${declaration.name}(`, list, `): ${resultOf(declaration)};`, "  ");
  });
  const kinds = declarations.map(({ name, parameters }) => {
    const letters = parameters.map(({ type, pointer }) => (type === "double" && !pointer ? "d" : "w"));
    return `  ${name}: "${letters.join("")}",`;
  });
  return `// Written by kernels/build.mjs from kernels/kernels.h; change it there.

/** Every kernel, as each backend provides it, with the arguments of the C++ in their order. */
export interface KernelTable {
${rows.join("\n")}
}

/** Of each kernel, in the order of their numbers, what its arguments take where a call is written down: a word, or two for a double. */
export const ARGUMENTS: Readonly<Record<keyof KernelTable, string>> = {
${kinds.join("\n")}
};
`;
}

/** How the kernels of a table come to be called by name: those of the core, or these and the rest. */
export function callsSource(declarations, isCore) {
  const included = declarations.filter((declaration) => declaration.isCore === isCore);
  const calls = included.map((declaration) => {
    const { name, parameters } = declaration;
    if (callOf(declaration) !== "by name") return `    ${name}: table.${name},`;
    const list = parameters.map(({ name: field, otherwise }) => {
      if (otherwise === undefined) return `given.${field}`;
      return `given.${field} ?? ${/^\d/.test(otherwise) ? otherwise : `given.${otherwise}`}`;
    });
    const body = listed(`${name}(`, list, "),", "      ");
    const oneLine = `    ${name}: (given) => ${body.trimStart()}`;
    return !body.includes("\n") && oneLine.length <= 110 ? oneLine : `    ${name}: (given) =>\n${body}`;
  });
  const named = included.filter((declaration) => callOf(declaration) === "by name");
  const core = included.map(({ name }) => `  | "${name}"\n`);
  const type = isCore ? "CoreKernels" : "Kernels";
  return `// Written by kernels/build.mjs from kernels/kernels.h; change it there.
import type { Kernels } from "./contract.ts";
${isCore ? "" : 'import { coreByName } from "./core-by-name.ts";\n'}import type { KernelTable } from "./kernel-table.ts";

${isCore ? `/** What a plain language model calls. */\nexport type CoreKernels = Pick<\n  Kernels,\n${core.join("")}>;\n\n` : ""}/** ${isCore ? "The kernels of the core" : "The kernels of a table"}, as they are called. What a call is given lives no longer than the call, and compiled code has no object for it. */
export function ${isCore ? "coreByName" : "byName"}(table: KernelTable): ${type} {
  const {
${named.map(({ name }) => `    ${name},\n`).join("")}  } = table;
  return {
${isCore ? "" : "    ...coreByName(table),\n"}${calls.join("\n")}
  };
}
`;
}

/** The names of all kernels, for the addon. */
export const exportsSource = (declarations) =>
  `// Written by kernels/build.mjs from kernels.h.\n#pragma once\n#define KERNELS(X) ${declarations.map(({ name }) => `X(${name})`).join(" ")}\n`;

/** The functions that a WebAssembly module exports. */
export const wasmExportsSource = (declarations) =>
  declarations
    .map(({ name, result, parameters }) => {
      const list = parameters.map((p) => `${p.pointer ? "unsigned" : p.type} ${p.name}`).join(", ");
      const passed = parameters.map((p) => (p.pointer ? `at<${p.type}>(${p.name})` : p.name)).join(", ");
      return `extern "C" __attribute__((export_name("${name}"))) ${result} export_${name}(${list}) { return ${name}(${passed}); }`;
    })
    .join("\n");
