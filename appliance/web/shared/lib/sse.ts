/** One event of a stream. */
export interface StreamEvent {
  event: string;
  id: string | null;
  data: string;
}

/** The most characters that may wait for the end of their event. A whole state is far smaller: more is no stream of ours. */
export const UNFINISHED_MAX = 4_000_000;

/** Reads the text of an event stream, in whatever pieces it comes. */
export class EventReader {
  #rest = '';
  #event = '';
  #id: string | null = null;
  #data: string[] = [];

  /** Takes a piece; gives the events that it completes. */
  push(piece: string): StreamEvent[] {
    this.#rest += piece;
    const done: StreamEvent[] = [];
    for (;;) {
      const match = /\r\n|\n|\r(?!$)/.exec(this.#rest);
      if (!match) break;
      const line = this.#rest.slice(0, match.index);
      this.#rest = this.#rest.slice(match.index + match[0].length);
      const complete = this.#line(line);
      if (complete) done.push(complete);
    }
    if (this.#rest.length > UNFINISHED_MAX) throw new Error('an event of the stream has no end');
    return done;
  }

  #line(line: string): StreamEvent | null {
    if (line === '') {
      const complete = this.#data.length > 0 || this.#event !== '' ? { event: this.#event || 'message', id: this.#id, data: this.#data.join('\n') } : null;
      this.#event = '';
      this.#data = [];
      return complete;
    }
    if (line.startsWith(':')) return null;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id') this.#id = value;
    return null;
  }
}
