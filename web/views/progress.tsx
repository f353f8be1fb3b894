/** How far something has come, said aloud too. */
export function Progress({
  words,
  share = 0,
}: {
  readonly words: string;
  readonly share?: number | undefined;
}) {
  return (
    <p class="waiting" role="status">
      {words} <progress max={1} value={share} aria-label={words} />
    </p>
  );
}
