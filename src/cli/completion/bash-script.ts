import type { CompletableCommand, Value } from "./completable.ts";

/** For `eval "$(unrolled completion bash)"`. Where a path may stand, the reply is empty: bash then completes paths itself. */
export function bashScript(commands: readonly CompletableCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const flags = commands.map(
    ({ name, options }) => `      ${name}) words="${options.map(({ long }) => long).join(" ")}" ;;`,
  );
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap(({ long, value }) => (value ? [`    "${name} ${long}") ${reply(value)} ;;`] : [])),
  );
  const firsts = commands.flatMap(({ name, values: [first] }) =>
    first && first.paths === "none" ? [`    ${name}) ${reply(first)} ;;`] : [],
  );
  return `# bash completion of unrolled
_unrolled() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" command="\${COMP_WORDS[1]}" words=""
  # --flag=value is three words here.
  if [[ "$cur" == "=" ]]; then
    cur=""
  elif [[ "$prev" == "=" ]]; then
    prev="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$cur"))
    return
  fi
  case "$command $prev" in
${values.join("\n")}
  esac
  if [[ "$cur" == -* ]]; then
    case "$command" in
${flags.join("\n")}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    return
  fi
  case "$command" in
${firsts.join("\n")}
  esac
}
complete -o default -o bashdefault -F _unrolled unrolled
`;
}

function reply({ words, paths }: Value): string {
  if (words.length > 0) return `COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$cur")); return`;
  return paths === "none" ? "compopt +o default +o bashdefault 2>/dev/null; return" : "return";
}
