/** What a clerk can do by keyboard. */
export type Stroke = 'advance' | 'recall' | 'finish' | 'no-show' | 'transfer' | 'break' | 'undo' | 'help';

/** A key as it is pressed, as assistive programs are told of it, and as it stands on the button. */
interface Binding {
  stroke: Stroke;
  key: string;
  shift?: boolean;
  control?: boolean;
  aria: string;
  shown: string;
}

/** Function keys reach a page in every browser and stand in the way of no text. */
export const BINDINGS: readonly Binding[] = [
  { stroke: 'advance', key: 'F2', aria: 'F2', shown: 'F2' },
  { stroke: 'transfer', key: 'F4', aria: 'F4', shown: 'F4' },
  { stroke: 'break', key: 'F7', aria: 'F7', shown: 'F7' },
  { stroke: 'recall', key: 'F8', aria: 'F8', shown: 'F8' },
  { stroke: 'finish', key: 'F9', shift: false, aria: 'F9', shown: 'F9' },
  { stroke: 'no-show', key: 'F9', shift: true, aria: 'Shift+F9', shown: '\u21e7 F9' },
  { stroke: 'undo', key: 'z', control: true, aria: 'Control+Z', shown: 'Ctrl Z' },
  { stroke: 'help', key: 'F1', aria: 'F1', shown: 'F1' },
];

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/** What a key asks for; `typing` while the focus is in a field, whose keys are its own. */
export function strokeOf(event: Pressed, typing: boolean): Stroke | null {
  if (event.altKey || event.metaKey) return null;
  if (!event.ctrlKey && event.code === 'NumpadAdd' && !typing) return 'advance';
  if (!event.ctrlKey && event.key === '?' && !typing) return 'help';
  for (const each of BINDINGS) {
    if (each.key.toLowerCase() !== event.key.toLowerCase()) continue;
    if ((each.control ?? false) !== event.ctrlKey) continue;
    if ((each.shift ?? false) !== event.shiftKey) continue;
    if (each.control && typing) return null;
    return each.stroke;
  }
  return null;
}

export function binding(stroke: Stroke): { aria: string; shown: string } {
  const found = BINDINGS.find((each) => each.stroke === stroke);
  return { aria: found?.aria ?? '', shown: found?.shown ?? '' };
}
