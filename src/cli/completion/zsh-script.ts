import type { CompletableCommand, Value } from "./completable.ts";

/** For `eval "$(unrolled completion zsh)"`, or as a file _unrolled in a folder of fpath. */
export function zshScript(commands: readonly CompletableCommand[]): string {
  const described = commands.map(
    ({ name, summary }) => `    ${quoted(`${name}:${escaped(summary, /[:\\]/g)}`)}`,
  );
  return `#compdef unrolled
# zsh completion of unrolled
_unrolled() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    _arguments '--help[print this help]' '--version[print the version]'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(caseOf).join("\n")}
  esac
}
if [[ $funcstack[1] == _unrolled ]]; then
  _unrolled "$@"
else
  compdef _unrolled unrolled
fi
`;
}

function caseOf({ name, options, values, repeatsLast }: CompletableCommand): string {
  const flags = options.map(({ long, description, value }) => {
    const told = `[${escaped(description, /[[\]\\]/g)}]`;
    return quoted(value ? `*${long}=${told}${action(value)}` : `${long}${told}`);
  });
  const rest = values.map((value, index) => {
    const place = repeatsLast && index === values.length - 1 ? "*" : String(index + 1);
    return quoted(`${place}${action(value)}`);
  });
  return `    ${name})
      _arguments \\
        ${[...flags, ...rest].join(" \\\n        ")}
      ;;`;
}

function action({ name, words, paths }: Value): string {
  const told = `:${escaped(name, /[:\\]/g)}:`;
  const files = paths === "none" ? "" : paths === "folders" ? "_files -/" : "_files";
  if (words.length === 0) return `${told}${files || " "}`;
  const list = words.join(" ");
  if (!files) return `${told}(${list})`;
  return `${told}{compadd -- ${list}; ${files}}`;
}

function escaped(text: string, special: RegExp): string {
  return text.replace(special, (character) => `\\${character}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
