import { keep, kept } from './kept';

const TOKEN = 'anteroom.screen-token';

/**
 * The token of a screen that no login ever strands: an administrator makes it, and it comes in the
 * address once, behind the `#`, where no server and no log sees it.
 */
export function screenToken(): string | null {
  const given = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (given) {
    keep(TOKEN, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return kept(TOKEN);
}
