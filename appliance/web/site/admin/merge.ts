/** What came of laying one person's changes over another's. */
export interface Merged<T> {
  value: T;
  /** Where both changed the same thing (JSON pointers); mine stands there. */
  clashes: string[];
}

type Tree = { [name: string]: unknown };

/** Lays my changes since `base` over theirs. Members of lists are known by their `id`. */
export function merged<T>(base: T, mine: T, theirs: T): Merged<T> {
  const clashes: string[] = [];
  return { value: over(base, mine, theirs, '', clashes) as T, clashes };
}

/** Whether two values are written the same, whatever the order of their members. */
export function same(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && left.every((each, index) => same(each, right[index]));
  if (!isTree(left) || !isTree(right)) return false;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => name in right && same(left[name], right[name]));
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function over(base: unknown, mine: unknown, theirs: unknown, path: string, clashes: string[]): unknown {
  if (same(mine, base) || same(mine, theirs)) return theirs;
  if (same(theirs, base)) return mine;
  if (isTree(base) && isTree(mine) && isTree(theirs)) {
    const value: Tree = {};
    for (const name of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
      const part = over(base[name], mine[name], theirs[name], `${path}/${name}`, clashes);
      if (part !== undefined) value[name] = part;
    }
    return value;
  }
  const lists = [base, mine, theirs].map(byId);
  const [before, ours, others] = lists;
  if (before && ours && others) return membersOver(before, ours, others, path, clashes);
  clashes.push(path);
  return mine;
}

/** A list whose members all have an `id`. */
function byId(list: unknown): Map<unknown, Tree> | null {
  if (!Array.isArray(list) || !list.every((each) => isTree(each) && 'id' in each)) return null;
  return new Map(list.map((each: Tree) => [each.id, each]));
}

function membersOver(base: Map<unknown, Tree>, mine: Map<unknown, Tree>, theirs: Map<unknown, Tree>, path: string, clashes: string[]): unknown[] {
  // My order where I changed it, else theirs; whoever is missing there comes after.
  const kept = (list: Map<unknown, Tree>): unknown[] => [...list.keys()].filter((id) => base.has(id));
  const remains = [...base.keys()].filter((id) => mine.has(id));
  const leading = same(kept(mine), remains) ? theirs : mine;
  const order = [...new Set([...leading.keys(), ...mine.keys(), ...theirs.keys()])];
  const value: unknown[] = [];
  for (const id of order) {
    const part = over(base.get(id), mine.get(id), theirs.get(id), `${path}/${String(id)}`, clashes);
    if (part !== undefined) value.push(part);
  }
  return value;
}
