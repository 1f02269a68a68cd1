// The list of the box's devices: what an entry is, and which models there are.

/** A device as it is written down; the members are those of `[[devices]]` in the configuration. */
export interface DeviceEntry {
  id?: number;
  kind: string;
  driver: string;
  profile?: string | null;
  port: string;
  baud?: number | null;
  name?: string | null;
  address?: number | null;
  counter?: number | null;
  hall?: boolean | null;
  confirm?: boolean | null;
}

/** The list, as the branch gives it. */
export interface DeviceList {
  version: number;
  set_in: 'configuration' | 'box';
  devices: DeviceEntry[];
  ports: string[];
}

/** What the kinds are called. */
export const KINDS: Record<string, string> = { printer: 'admin-printer', display: 'admin-display', keypad: 'admin-keypad-device' };

interface Model {
  word: string;
  /** A product's name, the same in all languages. */
  name: string;
  set: { driver: string; profile?: string };
}

const escpos = (profile: string, name: string): Model => ({ word: profile, name, set: { driver: 'escpos', profile } });
const plain = (driver: string, name: string): Model => ({ word: driver, name, set: { driver } });

/** The models of each kind, the most usual first. */
export const DRIVERS: Record<string, Model[]> = {
  printer: [escpos('epson', 'Epson TM, ESC/POS'), escpos('epson-old', 'Epson TM (old), ESC/POS'), escpos('generic-80', 'ESC/POS, 80 mm'), escpos('generic-58', 'ESC/POS, 58 mm')],
  display: [plain('alpha', 'Alpha'), plain('betabrite', 'BetaBrite')],
  keypad: [plain('kp1', 'KP1')],
};
