// Errors of the library say which option a model needs as a program gives it; on the command line that option is a flag.

/** What errors say, and what is typed instead. */
const FLAGS: readonly (readonly [said: RegExp, typed: (...found: string[]) => string])[] = [
  [/\{ nonlinearity: "tanh" \} or \{ nonlinearity: "relu" \}/g, () => "--nonlinearity tanh|relu"],
  [/\{ order: (\[.*?\]) \}/g, (_, order) => `--order ${namesIn(order).join(",")}`],
  [
    /\{ kinds: \{ (".*?"): "embedding" \} \} or "linear"/g,
    (_, name) => `--kinds ${unquoted(name)}=embedding|linear`,
  ],
  [
    /\{ activations: \{ (".*?"): "relu" \} \}, another function or "none"/g,
    (_, name) => `--activation ${unquoted(name)}=relu, another function or none`,
  ],
  [/has to be given as config/g, () => "has to be given with --keras-config"],
];

/** A message whose options are flags. */
export function withReadingFlags(message: string): string {
  return FLAGS.reduce((text, [said, typed]) => text.replace(said, typed), message);
}

function namesIn(list: string): string[] {
  return [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, name]) => name);
}

function unquoted(name: string): string {
  return name.slice(1, -1);
}
