import type { FeedWork, LookWork, SessionView } from "../compute/protocol.ts";
import type { Entry } from "../session-entry.ts";
import type { Fed, SessionBody } from "./session-schema.ts";

/** How many of the likeliest next tokens are told where nothing is said. */
export const TOP = 10;

/** A session, as it is answered. */
export function bodyOf({ id, model, createdSeconds, saved }: Entry, view: SessionView): SessionBody {
  return {
    ...{ id, object: "session", model: model.name, created: createdSeconds },
    ...{ saved: saved !== undefined, steps: view.steps },
    ...(view.tokens ? { tokens: [...view.tokens] } : {}),
    ...(view.outputs ? { outputs: view.outputs as SessionBody["outputs"] } : {}),
  };
}

/** What a feed asks of the thread where the session lives; where nothing is fed, what it says. */
export function feedWork({ session }: Entry, { prompt, inputs, top }: Fed): FeedWork | LookWork {
  const most = top ?? TOP;
  if (prompt == null && inputs == null) return { kind: "look", session, top: most };
  return { kind: "feed", session, prompt: prompt ?? undefined, inputs: inputs ?? undefined, top: most };
}
