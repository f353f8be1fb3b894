/**
 * Answers to inputs that each say how they want theirs: those that say the same are answered together, in the order of the inputs.
 *
 * @param howOf the same text for those that go together; undefined for one that is answered by itself
 */
export async function answeredAlike<Asked, Answer>(
  all: readonly Asked[],
  howOf: (asked: Asked) => string | undefined,
  answer: (alike: readonly Asked[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const groups = new Map<string | number, number[]>();
  for (const [place, asked] of all.entries()) {
    const how = howOf(asked) ?? place;
    groups.set(how, [...(groups.get(how) ?? []), place]);
  }
  const answers = new Array<Answer>(all.length);
  for (const places of groups.values()) {
    const found = await answer(places.map((place) => all[place]));
    for (const [at, place] of places.entries()) answers[place] = found[at];
  }
  return answers;
}
