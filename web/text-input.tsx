import { beginningOf, type Page } from "./page.ts";

/** What the network reads, typed or pasted. */
export function TextInput({ page }: { readonly page: Page }) {
  const onInput = ({ currentTarget }: { readonly currentTarget: HTMLTextAreaElement }) => {
    const { value } = currentTarget;
    // What is shown is what is taken, also where that is what was there before.
    if (value !== beginningOf(value)) currentTarget.value = beginningOf(value);
    page.setText(value);
  };
  return (
    <div class="text-input">
      <label for="text">Type here: the network reads it letter by letter</label>
      <textarea id="text" rows={2} spellcheck={false} value={page.state.text} onInput={onInput} />
    </div>
  );
}
