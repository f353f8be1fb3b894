import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A part of a view whose code is fetched when it is first shown: the page's first view does without. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return function Later(props: Props) {
    const [found, setFound] = useState<{ readonly Part: ComponentType<Props> }>();
    useEffect(() => {
      void load().then((Part) => setFound({ Part }));
    }, []);
    return found ? <found.Part {...props} /> : null;
  };
}
