// What shells complete by the scripts of `unrolled completion`, each asked in its own way.
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, build, temporaryFolder, unrolledHere } from "./command.ts";

const folder = temporaryFolder();
const inFolder = (name: string) => join(folder.path, name);
const SHELLS = ["bash", "zsh", "fish"] as const;
const hasShell = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;

beforeAll(async () => {
  build();
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = await unrolledHere(["completion", shell], folder.path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    writeFileSync(inFolder(`_unrolled.${shell}`), stdout);
  }
  writeFileSync(inFolder("a book.txt"), "text");
}, BUILD_MS);
afterAll(() => folder.remove());

const run = (program: string, ...parameters: string[]) =>
  execFileSync(program, parameters, { cwd: folder.path, encoding: "utf8", timeout: 60_000 })
    .trimEnd()
    .split("\n");

describe.skipIf(!hasShell("bash"))("bash, where it is installed, completes", () => {
  const completed = (...words: string[]) => {
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const script = `source _unrolled.bash; COMP_WORDS=(unrolled ${quoted}); COMP_CWORD=${words.length}; _unrolled; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run("bash", "--norc", "-c", script);
  };

  it("commands, options of a command, and their values", () => {
    expect(completed("ex")).toEqual(["explore"]);
    expect(completed("generate", "model", "--top")).toEqual(["--top-k", "--top-p"]);
    expect(completed("train", "--cell", "g")).toEqual(["gru"]);
    expect(completed("train", "--cell", "=", "l")).toEqual(["lstm"]);
    expect(completed("train", "--tokenizer", "b")).toEqual(["byte", "bpe"]);
    expect(completed("completion", "z")).toEqual(["zsh"]);
  });

  it("paths by itself, where the script has nothing to say", () => {
    expect(completed("train", "a")).toEqual([""]);
    expect(completed("train", "--out", "a")).toEqual([""]);
    expect(run("bash", "--norc", "-c", "source _unrolled.bash; complete -p unrolled")[0]).toContain(
      "-o default",
    );
  });
});

describe.skipIf(!hasShell("fish"))("fish, where it is installed, completes", () => {
  const completed = (line: string) =>
    run("fish", "--no-config", "-c", `source _unrolled.fish; complete -C '${line}'`).map(
      (each) => each.split("\t")[0],
    );

  it("commands, options of a command, and their values", () => {
    expect(completed("unrolled ex")).toEqual(["explore"]);
    expect(completed("unrolled generate model --top").sort()).toEqual(["--top-k", "--top-p"]);
    expect(completed("unrolled train --cell ").sort()).toEqual(["elman", "gru", "lstm", "mgu", "ugrnn"]);
    expect(completed("unrolled completion ").sort()).toEqual([...SHELLS].sort());
  });

  it("paths, and words where both may stand, but no paths where none may", () => {
    expect(completed("unrolled train a")).toEqual(["a book.txt"]);
    expect(completed("unrolled train --tokenizer ")).toEqual(expect.arrayContaining(["bpe", "a book.txt"]));
    expect(completed("unrolled train --hidden-size ")).toEqual([""]);
  });
});

describe.skipIf(!hasShell("zsh"))("zsh, where it is installed, completes", () => {
  /** Types a line into an interactive shell, with tabs, and has it say what the line has become. */
  const completed = (typed: string) => {
    const keys = typed.replaceAll("\t", "\\t");
    writeFileSync(
      inFolder("keys.zsh"),
      `zmodload zsh/zpty
until_seen() { local seen= part; while zpty -r z part; do seen+=$part; [[ $seen == *$1* ]] && { print -r -- $seen; return }; done }
zpty z zsh -f -i
zpty -w z $'PS1=; unsetopt zle_bracketed_paste prompt_sp; autoload -U compinit; compinit -u -D; source _unrolled.zsh; show() { print -r -- "[[$BUFFER]]" }; zle -N show; bindkey "^X" show; print RE""ADY'
until_seen READY > /dev/null
zpty -w -n z $'${keys}\\x18'
until_seen ']]'
zpty -d z
`,
    );
    const shown = run("zsh", "-f", "keys.zsh").join("\n");
    return /\[\[(.*)\]\]/.exec(shown)?.[1].trimEnd();
  };

  it("commands, options of a command, their values, and paths", () => {
    expect(completed("unrolled expl\t")).toBe("unrolled explore");
    expect(completed("unrolled train --hidden\t")).toMatch(/^unrolled train --hidden-size/);
    expect(completed("unrolled train --cell g\t")).toBe("unrolled train --cell gru");
    expect(completed("unrolled completion f\t")).toBe("unrolled completion fish");
    expect(completed("unrolled train a\t")).toBe("unrolled train a\\ book.txt");
  });
});
