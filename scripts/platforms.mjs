// The platforms that kernels are compiled for, and what compiles and links them on Debian. An addon of them calls no C++ library, and of C only
// what moves and fills memory, so that no system's headers are needed, and one for Linux runs with glibc and with musl.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Names under which Debian has a version of LLVM. */
const LLVM = ["", "-19", "-18", "-17", "-16"];

/** What the process that loads it has by then: neither libc's name nor a version of it is asked for. */
function linkForLinux({ run, tools, objects, file }) {
  run(tools.compiler, "-shared", "-nostdlib", "-Wl,-z,now", "-Wl,--strip-all", ...objects, "-o", file);
}

function linkForWindows({ run, tools, objects, file, folder, headers, sources }) {
  const target = "--target=x86_64-w64-windows-gnu";
  const own = join(folder, "windows.o");
  run(tools.compiler, target, "-O2", "-c", join(sources, "windows.cpp"), "-o", own);
  const imports = [
    join(headers, "def/js_native_api.def"),
    join(headers, "def/node_api.def"),
    join(sources, "msvcrt.def"),
  ];
  const libraries = imports.map((definitions, at) => {
    const library = join(folder, `imports-${at}.a`);
    run(tools.dlltool, "-m", "i386:x86-64", "-d", definitions, "-l", library);
    return library;
  });
  const options = ["-m", "i386pep", "-shared", "-e", "DllMainCRTStartup", "--strip-all"];
  run(tools.elf, ...options, own, ...objects, ...libraries, "-o", file);
}

function linkForMac({ run, tools, objects, file, sources }, arch) {
  const options = [
    "-arch",
    arch,
    "-platform_version",
    "macos",
    "11.0",
    "11.0",
    "-bundle",
    "-undefined",
    "dynamic_lookup",
  ];
  run(tools.macho, ...options, ...objects, join(sources, "libSystem.tbd"), "-o", file);
}

/** Each with Node's names for it, what the compiler is told, and how it is linked. */
export const PLATFORMS = {
  "linux-x64": { os: "linux", arch: "x64", target: [], compiler: "x86_64-linux-gnu-g++", link: linkForLinux },
  "linux-arm64": {
    os: "linux",
    arch: "arm64",
    target: [],
    compiler: "aarch64-linux-gnu-g++",
    link: linkForLinux,
  },
  "win32-x64": {
    os: "win32",
    arch: "x64",
    target: ["--target=x86_64-w64-windows-gnu", "-ffreestanding", "-mno-stack-arg-probe"],
    link: linkForWindows,
  },
  "darwin-arm64": {
    os: "darwin",
    arch: "arm64",
    target: ["--target=arm64-apple-macos11", "-ffreestanding"],
    link: (parts) => linkForMac(parts, "arm64"),
  },
  "darwin-x64": {
    os: "darwin",
    arch: "x64",
    target: ["--target=x86_64-apple-macos11", "-ffreestanding"],
    link: (parts) => linkForMac(parts, "x86_64"),
  },
};

/** The programs that build for a platform. Throws an Error that says what to install. */
export function compilersOf(platform) {
  const { compiler } = PLATFORMS[platform];
  if (compiler !== undefined) {
    if (isThere(compiler)) return { compiler };
    throw new Error(
      `${compiler} is missing (apt-get install ${compiler.replace(/^(.*-linux-gnu)-g\+\+$/, "g++-$1").replace("x86_64", "x86-64")})`,
    );
  }
  const version = LLVM.find((each) => isThere(`clang++${each}`) && isThere(`ld.lld${each}`));
  if (version === undefined)
    throw new Error("clang and lld are missing (apt-get install clang-19 lld-19 llvm-19)");
  return {
    compiler: `clang++${version}`,
    elf: `ld.lld${version}`,
    macho: `ld64.lld${version}`,
    dlltool: `llvm-dlltool${version}`,
  };
}

function isThere(program) {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}
