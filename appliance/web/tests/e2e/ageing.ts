// A code that has to grow old does so while all other tests run: its branch lives as long as the whole run.
import { Branch } from './branch';

/** Codes live for one minute, the shortest there is, and two seconds of grace; and two more. */
export const LIFE_MS = 64_000;

const VARIABLE = 'ANTEROOM_AGED_CODE';

export interface Aged {
  url: string;
  key: string;
  mintedMs: number;
}

export default async function begin(): Promise<() => Promise<void>> {
  const branch = await Branch.start({ settings: (settings) => (settings.smart_ticket.valid_min = 1) });
  const made: Aged = { url: branch.url, key: await branch.key(), mintedMs: Date.now() };
  process.env[VARIABLE] = JSON.stringify(made);
  return () => branch.end();
}

/** The branch whose codes live for a minute, and its first code. */
export function aged(): Aged {
  return JSON.parse(process.env[VARIABLE] ?? '{}');
}
