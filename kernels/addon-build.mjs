// The addon for one kind of processor: native.cpp once for each of its instruction sets, and addon.cpp, which chooses among them.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const kernelsFolder = fileURLToPath(new URL(".", import.meta.url));

/** Instruction sets by architecture: vector length, rows and vectors of a tile, vector registers, compiler flags. */
export const instructionSets = {
  x64: [
    {
      name: "avx2",
      defines: { VL: 8, MR: 6, NV: 2, REGISTERS: 16 },
      flags: ["-mavx2", "-mfma", "-mf16c", "-mprfchw"],
    },
    {
      name: "avx512",
      defines: { VL: 16, MR: 12, NV: 2, REGISTERS: 32 },
      flags: [
        "-mavx512f",
        "-mavx512dq",
        "-mavx512bw",
        "-mavx512vl",
        "-mfma",
        "-mf16c",
        "-mprfchw",
        "-mprefer-vector-width=512",
      ],
    },
  ],
  arm64: [{ name: "neon", defines: { VL: 4, MR: 8, NV: 2, REGISTERS: 32 }, flags: [] }],
};

/** Macros as a compiler is told them. */
export const definesOf = (defines) => Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);

/**
 * Compiles what the addon is made of. It calls no library but Node's interface, and of C at most what moves and fills memory.
 *
 * @param run runs the compiler with parameters
 * @param include folders with Node's headers and the written ones
 * @param folder where the objects go; their paths are returned
 */
export function compileAddon({ run, arch, include, folder, flags = [] }) {
  const common = [
    "-std=c++17",
    "-O3",
    "-fPIC",
    "-fno-math-errno",
    "-ffp-contract=fast",
    "-fvisibility=hidden",
    "-fno-exceptions",
    "-fno-rtti",
    "-fno-stack-protector",
    "-Wno-psabi",
    ...include.map((path) => `-I${path}`),
    ...flags,
  ];
  const compile = (source, name, more) => {
    const object = join(folder, `${name}.o`);
    run(...common, ...more, "-c", join(kernelsFolder, source), "-o", object);
    return object;
  };
  const kernels = instructionSets[arch].map(({ name, defines, flags: own }) =>
    compile("native.cpp", name, [...own, ...definesOf({ ...defines, TABLE: name })]),
  );
  return [compile("addon.cpp", "addon", []), ...kernels];
}
