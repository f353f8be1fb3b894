// That a network is being trained, for the part of the page that is there before anything of training is fetched.
import { useEffect, useState } from "preact/hooks";

let updates: number | undefined;
const listeners = new Set<() => void>();

/** Says how many updates the running training has made, or that none runs. */
export function sayTraining(made: number | undefined): void {
  if (made === updates) return;
  updates = made;
  for (const listener of listeners) listener();
}

/** Updates of the training that runs; undefined if none does. */
export function useTrainingUpdates(): number | undefined {
  const [made, setMade] = useState(updates);
  useEffect(() => {
    const listener = () => setMade(updates);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return made;
}
