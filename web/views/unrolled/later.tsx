import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A part of a view whose code is fetched when it is first shown, once what can be seen has been drawn. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return function Later(props: Props) {
    const [found, setFound] = useState<{ readonly Part: ComponentType<Props> }>();
    useEffect(() => {
      // Two frames: the first draws what was there without it.
      let frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(() => void load().then((Part) => setFound({ Part })));
      });
      return () => cancelAnimationFrame(frame);
    }, []);
    return found ? <found.Part {...props} /> : null;
  };
}
