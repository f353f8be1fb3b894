import { Argument, type Command } from "commander";

/** A shell that a script is written for. */
export type Shell = "bash" | "zsh" | "fish";

export function addCompletionCommand(program: Command): void {
  program
    .command("completion")
    .summary("let a shell complete commands and options")
    .description(
      "Print a script by which a shell completes commands, options and their values at the Tab key.",
    )
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      `
To have it in every new shell:
  bash  echo 'eval "$(unrolled completion bash)"' >> ~/.bashrc
  zsh   echo 'eval "$(unrolled completion zsh)"' >> ~/.zshrc   # after compinit
  fish  unrolled completion fish > ~/.config/fish/completions/unrolled.fish`,
    )
    .action(async (shell: Shell) => {
      const { runCompletionCommand } = await import("./completion.ts");
      await runCompletionCommand(shell);
    });
}
