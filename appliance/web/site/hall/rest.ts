/** The layout moves a little now and then, so that no pixel shows the same for a day. */
export const SHIFT_EVERY_MS = 120_000;

/** How far, in CSS pixels. */
export const SHIFT_PX = 6;

const PLACES: readonly [x: number, y: number][] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
];

/** Where the layout stands at this moment, in pixels from its middle. */
export function shiftAt(nowMs: number): { x: number; y: number } {
  const [x, y] = PLACES[Math.floor(nowMs / SHIFT_EVERY_MS) % PLACES.length] ?? [0, 0];
  return { x: x * SHIFT_PX, y: y * SHIFT_PX };
}

/** How long each of two languages is shown: long enough to read a line twice. */
export const LANGUAGE_EVERY_MS = 8_000;

/** Which language speaks at this moment; a call's own speaks first in its turn. */
export function speaks(languages: readonly string[], nowMs: number, own: { language: string; sinceMs: number } | null): string {
  if (own) {
    const other = languages.find((code) => code !== own.language);
    const turn = Math.floor(Math.max(0, nowMs - own.sinceMs) / (LANGUAGE_EVERY_MS / 2));
    return turn % 2 === 0 || other === undefined ? own.language : other;
  }
  return languages[Math.floor(nowMs / LANGUAGE_EVERY_MS) % Math.max(1, languages.length)] ?? 'en-gb';
}
