// The licences of packages whose code is in a bundle.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a file beside a bundle says that was made of these modules: each package with its version and licence. */
export function licencesOf(modules) {
  const folders = new Set(
    modules.flatMap((path) => /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0] ?? []),
  );
  const texts = [...folders].map((folder) => {
    const facts = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${facts.name} ${facts.version}\n\n${licenceOf(folder, facts)}\n`;
  });
  return texts.sort().join(`\n${"-".repeat(80)}\n\n`);
}

function licenceOf(folder, { name, license, author }) {
  const file = readdirSync(folder).find((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file));
  if (file) return readFileSync(join(folder, file), "utf8").trim();
  if (license !== "MIT") throw new Error(`${name} (${license}) comes without the text of its licence`);
  // This project's own licence has the same terms.
  const [title, , , ...terms] = readFileSync(fileURLToPath(new URL("../LICENSE", import.meta.url)), "utf8")
    .trim()
    .split("\n");
  const owner = author?.name ?? author ?? `the contributors to ${name}`;
  return [title, "", `Copyright (c) ${owner}`, ...terms].join("\n");
}
