/**
 * The order in which rows are shown: the one that central says, but while somebody points at them or
 * moves among them the one before, with new rows at the end, so that no press hits another row.
 */
export function orderOf(shown: readonly number[], said: readonly number[], held: boolean): number[] {
  if (!held) return [...said];
  const still = new Set(said);
  const kept = shown.filter((id) => still.has(id));
  const known = new Set(kept);
  return [...kept, ...said.filter((id) => !known.has(id))];
}

/** How many rows stand elsewhere than central says. */
export function displaced(shown: readonly number[], said: readonly number[]): number {
  return said.filter((id, index) => shown[index] !== id).length;
}
