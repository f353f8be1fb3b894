import { useEffect, useState } from "preact/hooks";
import type { StepDetailProps } from "../step-detail.tsx";

type Detail = typeof import("../step-detail.tsx");

/** The open step once its code is there, which the page's first view does without. */
export function OpenStep(props: StepDetailProps) {
  const [detail, setDetail] = useState<Detail>();
  useEffect(() => {
    void import("../step-detail.tsx").then(setDetail);
  }, []);
  return detail ? <detail.StepDetail {...props} /> : null;
}
