/** A no, in one shape: problem+json, Smart Ticket's own errors, or no answer at all. */
export class Problem extends Error {
  constructor(
    /** The HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** Stable; `unreachable` and `timeout` are ours. */
    readonly code: string,
    /** A sentence for people, in English. */
    readonly detail: string,
    readonly errors: { path: string; message: string }[] = [],
    readonly retryAfterS: number | null = null,
    /** Everything else that the answer said. */
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail || code);
    this.name = 'Problem';
  }

  /** Nobody answered: the same request may be sent again with the same key. */
  get lost(): boolean {
    return this.status === 0 || this.status === 503 || this.status === 502 || this.status === 504;
  }
}

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  /** Idempotency-Key: make it (`newKey`) when the dialog opens, not when the button is pressed. */
  key?: string;
  token?: string | null;
  ifMatch?: string;
  timeoutMs?: number;
  /** How often a request that nobody answered is sent again; only with a key, or for GET. */
  again?: number;
}

/** A clerk on the branch's own wire is answered in milliseconds: eight seconds of silence is a fault. */
const TIMEOUT_MS = 8_000;

/** Pause before a lost request goes out again. */
const AGAIN_MS = 700;

/** 128 bits of chance, in hex. `crypto.randomUUID` does not exist on plain http. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Asks the branch; throws a `Problem` for every no. */
export async function call<T = Record<string, unknown>>(path: string, options: CallOptions = {}): Promise<T> {
  const tries = 1 + (options.again ?? 0);
  for (let n = 1; ; n += 1) {
    try {
      return await once<T>(path, options);
    } catch (error) {
      if (n >= tries || !(error instanceof Problem) || !error.lost) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS * n));
    }
  }
}

async function once<T>(path: string, options: CallOptions): Promise<T> {
  const { method = options.body === undefined ? 'GET' : 'POST', body, key, token, ifMatch } = options;
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  if (token) headers.Authorization = `Bearer ${token}`;
  if (ifMatch) headers['If-Match'] = `"${ifMatch}"`;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), options.timeoutMs ?? TIMEOUT_MS);
  try {
    const response = await fetch(path, { method, headers, signal: abort.signal, cache: 'no-store', ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw problemOf(response, text);
    return (text ? JSON.parse(text) : {}) as T;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw abort.signal.aborted ? new Problem(0, 'timeout', 'The branch did not answer in time.') : new Problem(0, 'unreachable', 'The branch cannot be reached.');
  } finally {
    clearTimeout(timer);
  }
}

/** What an answer says that is not well. */
export function problemOf(response: Response, text: string): Problem {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed && typeof parsed === 'object') body = parsed as Record<string, unknown>;
  } catch {
    // A proxy's page: the status has to do.
  }
  const word = (value: unknown): string => (typeof value === 'string' ? value : '');
  const after = Number(response.headers.get('retry-after'));
  const errors = Array.isArray(body.errors) ? (body.errors as { path: string; message: string }[]) : [];
  return new Problem(
    response.status,
    word(body.code) || word(body.error) || `status_${response.status}`,
    word(body.detail) || word(body.message) || word(body.title),
    errors,
    Number.isFinite(after) && after > 0 ? after : null,
    body,
  );
}
