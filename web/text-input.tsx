import { useState } from "preact/hooks";
import type { Page } from "./page.ts";

/** Longer texts make no picture, and no URL. */
export const MOST_CHARACTERS = 20_000;

/** The beginning of a text that the page takes, cut between characters. */
export function taken(text: string): string {
  const cut = text.slice(0, MOST_CHARACTERS);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** What the network reads, typed or pasted. */
export function TextInput({ page }: { readonly page: Page }) {
  const [left, setLeft] = useState(0);
  const onInput = (event: { readonly currentTarget: HTMLTextAreaElement }) => {
    const { value } = event.currentTarget;
    const text = taken(value);
    if (text !== value) event.currentTarget.value = text;
    setLeft(value.length - text.length);
    page.set({ text });
  };
  return (
    <div class="text-input">
      <label for="text">Your text, which the network reads character by character</label>
      <textarea id="text" rows={2} spellcheck={false} value={page.state.text} onInput={onInput} />
      {left > 0 && (
        <p class="note" role="status">
          The first {MOST_CHARACTERS.toLocaleString("en")} characters are taken; {left.toLocaleString("en")}{" "}
          more would not fit on a page.
        </p>
      )}
    </div>
  );
}
