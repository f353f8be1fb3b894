/** Where browsers of Chromium's kind are on a platform, the likeliest first. */
export function chromiumPlaces(
  platform?: NodeJS.Platform,
  environment?: Readonly<Record<string, string | undefined>>,
): string[];

/** The path of the browser at $CHROMIUM, else of an installed one; undefined if there is none. */
export function findChromium(
  platform?: NodeJS.Platform,
  environment?: Readonly<Record<string, string | undefined>>,
): string | undefined;

/** As `findChromium`, but installs Debian's where that can be done and there is none. Throws an Error that says what to install. */
export function ensureChromium(say?: (text: string) => void): string;
