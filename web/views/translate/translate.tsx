// A translator over the reader's text: what it writes, where each token of that looked, and the states of both sides as one drawing.
import type { WrittenReading } from "../../engine/writer-protocol.ts";
import type { Page } from "../../page.ts";
import { shown } from "../equations.ts";
import { Waiting } from "../waiting.tsx";
import "./translate.css";
import { WriterDrawing } from "./writer-drawing.tsx";

export function TranslateView({ page }: { readonly page: Page }) {
  const translation = page.reading?.translation;
  if (!translation || !page.model) return <Waiting page={page} />;
  return <Translation page={page} translation={translation} />;
}

function Translation({ page, translation }: { readonly page: Page; readonly translation: WrittenReading }) {
  return (
    <section class="translate" aria-label={`Unrolled${page.side}`}>
      <p class="written" data-testid="answer">
        {translation.text}
      </p>
      <p class="quiet">
        {`Written with ln P = ${shown(translation.logProbability, 2)}. `}
        {translation.heads.length > 0
          ? "The encoder reads the source at the top; each step of the decoder below looks back at it before it says a token."
          : "The encoder reads the source at the top, and its last states are the decoder’s first; this model has no attention."}
      </p>
      <WriterDrawing
        page={page}
        written={translation}
        name="translation"
        matrixTitle="Where each token of the target looked"
      >
        {translation.alternatives.length > 0 && (
          <details>
            <summary>What came behind it</summary>
            <ol start={2}>
              {translation.alternatives.map((other) => (
                <li key={other}>{other}</li>
              ))}
            </ol>
          </details>
        )}
      </WriterDrawing>
    </section>
  );
}
