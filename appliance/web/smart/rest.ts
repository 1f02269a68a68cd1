// Smart Ticket's calls, as `appliance/docs` and the vendor's API tell them. Addresses are relative: the
// page is opened on the branch itself or through a proxy.
import { call, type CallOptions } from '$shared/lib/api';

export interface Init {
  cfProfile: number;
  cfTime: number;
  validTime: number;
  missingPutBackMins: number;
}

export interface ServiceChoice {
  number: string;
  id: number;
  title: string;
  description: string;
}

export interface GroupChoice {
  id: number;
  title: string;
  content: ServiceChoice[];
}

/** The menu in one language. */
export interface Menu {
  id: string;
  langID: number;
  /** The language, named in itself. */
  description: string;
  smartTicketTitle: string;
  title: string;
  content: (ServiceChoice | GroupChoice)[];
}

export interface Profile {
  profile: { lang: string; content: Menu[] };
  /** People waiting, and minutes that a newcomer is expected to wait. */
  taskInfo: Record<string, [waiting: number, minutes: number]>;
  hiddenTasks: number[];
  disabledTasks: number[];
}

export interface Survey {
  id: number;
  langs: { id: number; code: string; questions: { id: number; text: string; order: number; answers: { id: number; value: number; text: string }[] }[] }[];
}

const REST = '../rest/smart';

/** How often an unanswered request goes out again: a phone in a hall often loses one. */
const AGAIN = 2;

const ask = <T>(path: string, options: CallOptions = {}): Promise<T> => call<T>(`${REST}/${path}`, { again: AGAIN, ...options });
const by = (name: 'key' | 'ticket', value: string): string => `?${name}=${encodeURIComponent(value)}`;

export const init = (key: string): Promise<Init> => ask(`init${by('key', key)}`);

export const profile = (key: string): Promise<Profile> => ask(`profile${by('key', key)}`);

/** What a key was asked to buy; written down before it is sent, so that a lost answer is asked for again. */
export interface Purchase {
  key: string;
  idempotencyKey: string;
  lang: number;
  service?: number;
  code?: string;
}

/** Makes the ticket; gives its token. */
export async function buy(purchase: Purchase): Promise<string> {
  const { key, idempotencyKey, lang, service, code } = purchase;
  const [path, body] = code === undefined ? ['generateTicket', { lang, task: service }] : ['bookingCode', { lang, code }];
  return (await ask<{ ticket: string }>(`${path}${by('key', key)}`, { body, key: idempotencyKey })).ticket;
}

/** How the ticket stands, by the vendor's number. */
export const status = (token: string): Promise<{ number: string; status: number }> => ask(`ticket/${encodeURIComponent(token)}`);

export const giveUp = (token: string, comment: string, key: string): Promise<unknown> =>
  ask(`ticket/${encodeURIComponent(token)}`, { method: 'DELETE', body: comment ? { comment } : {}, key });

export const putBack = (token: string, key: string): Promise<unknown> => ask(`missingPutBack${by('ticket', token)}`, { method: 'PUT', key });

export const survey = (token: string): Promise<Survey> => ask(`feedbackProfile${by('ticket', token)}`);

export const answer = (
  token: string,
  given: { lang: number; profile: number; question: number; answer: number; comment?: string },
  key: string,
): Promise<unknown> => ask(`feedback${by('ticket', token)}`, { body: given, key });
