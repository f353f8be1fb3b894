import { useEffect, useState } from "preact/hooks";
import type { Theme } from "./palette.ts";

/** Whether the reader's system is set to light or dark, and whenever that changes. */
export function useTheme(): Theme {
  const isDark = useMedia("(prefers-color-scheme: dark)");
  return isDark ? "dark" : "light";
}

/** Whether the reader has asked for less motion. */
export function useReducedMotion(): boolean {
  return useMedia("(prefers-reduced-motion: reduce)");
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const onChange = () => setMatches(list.matches);
    onChange();
    list.addEventListener("change", onChange);
    return () => list.removeEventListener("change", onChange);
  }, [query]);
  return matches;
}
