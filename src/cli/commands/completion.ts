import { bashScript } from "../completion/bash-script.ts";
import { type CompletableCommand, completable } from "../completion/completable.ts";
import { fishScript } from "../completion/fish-script.ts";
import { zshScript } from "../completion/zsh-script.ts";
import { createProgram } from "../program.ts";
import type { Shell } from "./completion-command.ts";

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CompletableCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `unrolled completion`: a shell's script, made from the options of all commands. */
export async function runCompletionCommand(shell: Shell): Promise<void> {
  process.stdout.write(SCRIPTS[shell](completable(await createProgram(undefined))));
}
