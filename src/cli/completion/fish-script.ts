import type { CompletableCommand, Value } from "./completable.ts";

/** For `unrolled completion fish | source`, or as ~/.config/fish/completions/unrolled.fish. */
export function fishScript(commands: readonly CompletableCommand[]): string {
  const first = "complete -c unrolled -n __fish_use_subcommand";
  const lines = [
    "# fish completion of unrolled",
    "complete -c unrolled -e",
    `${first} -f -l help -d 'print this help'`,
    `${first} -f -l version -d 'print the version'`,
    ...commands.map(({ name, summary }) => `${first} -f -a ${name} -d ${quoted(summary)}`),
  ];
  for (const { name, options, values } of commands) {
    const here = `complete -c unrolled -n '__fish_seen_subcommand_from ${name}'`;
    for (const { long, description, value } of options)
      lines.push(`${here} -l ${long.slice(2)}${value ? ` ${taken(value)}` : ""} -d ${quoted(description)}`);
    // Paths are what fish completes where nothing is said.
    const [only] = values;
    if (values.every(({ paths }) => paths === "none"))
      lines.push(`${here} -f${only && only.words.length > 0 ? ` -a ${quoted(only.words.join(" "))}` : ""}`);
  }
  return `${lines.join("\n")}\n`;
}

/** How a flag's value is completed. */
function taken({ words, paths }: Value): string {
  const list = words.length > 0 ? [words.join(" ")] : [];
  if (paths === "folders") return `-x -a ${quoted([...list, "(__fish_complete_directories)"].join(" "))}`;
  if (paths === "files") return `-r${list.length > 0 ? ` -a ${quoted(list[0])}` : ""}`;
  return `-x${list.length > 0 ? ` -a ${quoted(list[0])}` : ""}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
