import { useEffect, useState } from "preact/hooks";
import type { Page } from "../page.ts";
import type { View } from "./views.ts";

/** A view once its code and its first numbers are there. */
export function ShownView({ load, page }: { readonly load: () => Promise<View>; readonly page: Page }) {
  const [view, setView] = useState<{ readonly View: View }>();
  useEffect(() => {
    let isWanted = true;
    void load().then((View) => isWanted && setView({ View }));
    return () => {
      isWanted = false;
    };
  }, [load]);
  if (!view) return <p class="waiting">Loading …</p>;
  return <view.View page={page} />;
}
