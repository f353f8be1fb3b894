import type { Inks } from "./listen-figure.ts";

/** The page's colours as a canvas needs them. */
export function inksOf(element: Element): Inks {
  const probe = document.createElement("span");
  element.parentElement!.append(probe);
  const colourOf = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const inks = {
    ink: colourOf("ink"),
    quiet: colourOf("quiet"),
    line: colourOf("line"),
    accent: colourOf("accent"),
    warm: colourOf("warm"),
  };
  probe.remove();
  return inks;
}
