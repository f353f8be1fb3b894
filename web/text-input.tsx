import { beginningOf, type Page } from "./page.ts";

/** What the network reads, typed or pasted. */
export function TextInput({ page }: { readonly page: Page }) {
  // It reads pictures.
  if (page.model?.task?.name === "caption") return null;
  return <TypedText page={page} />;
}

function TypedText({ page }: { readonly page: Page }) {
  const onInput = ({ currentTarget }: { readonly currentTarget: HTMLTextAreaElement }) => {
    const { value } = currentTarget;
    // What is shown is what is taken, also where that is what was there before.
    if (value !== beginningOf(value)) currentTarget.value = beginningOf(value);
    page.setText(value);
  };
  return (
    <div class="text-input">
      <label for="text">{whatIsTyped(page)}</label>
      <textarea id="text" rows={2} spellcheck={false} value={page.state.text} onInput={onInput} />
    </div>
  );
}

function whatIsTyped({ model }: Page): string {
  if (!model?.task) return "Type here: the network reads it letter by letter";
  const { columns, name } = model.task;
  if (name === "translate") return "Type here: the network reads it, and writes another sequence";
  if (!columns)
    return `Type here: the network reads it ${name === "tag" ? "word by word" : "piece by piece"}`;
  const each = columns.length === 1 ? columns[0] : `a row a step, ${columns.join(", ")}`;
  return `Type numbers here, or drop a table: the network reads them step by step (${each})`;
}
