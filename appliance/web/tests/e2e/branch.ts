// A real branch for a test: the daemon on a free port with a folder of its own, ended by its pid.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');

/** A program as cargo has built it. */
export function built(name: string): string {
  const path = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug', name);
  if (!existsSync(path)) throw new Error(`${path} is not there: build it with \`cargo build --bin ${name}\``);
  return path;
}

const program = (): string => built('anteroomd');

/** The newest setup code of what a program has shown, on a line of its own as a person reads it. */
export async function codeIn(shown: () => string): Promise<string> {
  for (const end = Date.now() + START_MS; ; await pause(40)) {
    const code = [...shown().matchAll(/^ {4}([0-9a-f]{4}(?:-[0-9a-f]{4}){4})$/gm)].at(-1)?.[1];
    if (code) return code;
    if (Date.now() > end) throw new Error('no setup code was shown');
  }
}

/** Ends what was started here, by its pid. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

export interface BranchOptions {
  /** Its number in its organisation; else 1. */
  number?: number;
  /** Changes the sample branch's settings before the first start. */
  settings?: (settings: any) => void;
  /** Further `--set KEY=VALUE`. */
  set?: string[];
}

const START_MS = 20_000;
const STOP_MS = 8_000;

export class Branch {
  url = '';
  #child: ChildProcess | null = null;
  readonly folder = mkdtempSync(join(tmpdir(), 'anteroom-page-'));
  readonly number: number;
  readonly #args: string[];
  #said = '';
  #shown = '';

  private constructor(options: BranchOptions) {
    this.number = options.number ?? 1;
    const set = [...(options.number === undefined ? [] : [`mqtt.branch=${options.number}`]), ...(options.set ?? [])];
    if (options.settings) {
      const sample = spawnSync(program(), ['--sample-settings'], { encoding: 'utf8' });
      const settings = JSON.parse(sample.stdout);
      options.settings(settings);
      const file = join(this.folder, 'settings.json');
      writeFileSync(file, JSON.stringify(settings));
      set.push(`first_settings=${JSON.stringify(file)}`);
    }
    this.#args = [...(options.settings ? [] : ['--demo']), '--data', join(this.folder, 'branch'), ...set.flatMap((each) => ['--set', each])];
  }

  static async start(options: BranchOptions = {}): Promise<Branch> {
    const branch = new Branch(options);
    await branch.up('127.0.0.1:0');
    return branch;
  }

  /** Starts the daemon, or starts it again on the same port. */
  async up(listen: string = new URL(this.url).host): Promise<void> {
    const child = spawn(program(), [...this.#args, '--listen', listen], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const hear = (piece: Buffer): void => void (this.#said = (this.#said + piece.toString()).slice(-20_000));
    child.stdout.on('data', (piece: Buffer) => {
      this.#shown += piece.toString();
      hear(piece);
    });
    child.stderr.on('data', hear);
    const endpoint = join(this.folder, 'branch', 'endpoint');
    for (const end = Date.now() + START_MS; ; ) {
      if (child.exitCode !== null) throw new Error(`the daemon ended: ${this.#said}`);
      if (existsSync(endpoint)) break;
      if (Date.now() > end) throw new Error(`the daemon did not start: ${this.#said}`);
      await pause(40);
    }
    this.url = readFileSync(endpoint, 'utf8').trim();
  }

  /** What the person sees who starts the branch. */
  get shown(): string {
    return this.#shown;
  }

  /** The setup code, read off the standard output of a branch with settings of its own. */
  code(): Promise<string> {
    return codeIn(() => this.#shown);
  }

  /** Makes the setup code as old as this; not while the daemon is running. */
  ageCode(hours: number): void {
    const file = join(this.folder, 'branch', 'setup.code');
    const [hash, made] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${hash}\n${Number(made) - hours * 3_600_000}`);
  }

  /** Gives an operator a password, at the box itself; not while the daemon is running. */
  password(login: string, password: string): void {
    const set = spawnSync(program(), ['--data', join(this.folder, 'branch'), '--set-password', login], { input: `${password}\n`, encoding: 'utf8' });
    if (set.status !== 0) throw new Error(`no password: ${set.stderr}`);
  }

  /** Ends the daemon; with `kill`, as a power cut would. */
  async down(kill = false): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child) await stop(child, kill ? 'SIGKILL' : 'SIGTERM');
    if (kill) rmSync(join(this.folder, 'branch', 'endpoint'), { force: true });
  }

  async end(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Asks the branch; gives status and JSON. */
  async ask(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; json: any }> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (token) headers.Authorization = `Bearer ${token}`;
    const response = await fetch(this.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, json: text ? JSON.parse(text) : {} };
  }

  /** The same, for what has to go well. */
  async must(method: string, path: string, body?: unknown, token?: string): Promise<any> {
    const { status, json } = await this.ask(method, path, body, token);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  /** A fresh key, as the dispenser's QR code carries it. */
  async key(): Promise<string> {
    return (await this.must('GET', `/qnet6/rest/smart/generateHash/${this.number}`)).key;
  }

  /** A ticket taken by phone; gives its token. */
  async ticket(service = 1, language = 1): Promise<string> {
    const key = await this.key();
    return (await this.must('POST', `/qnet6/rest/smart/generateTicket?key=${key}`, { lang: language, task: service })).ticket;
  }

  /** A booking for the next time that is free; gives its code. The branch has to trust this address. */
  async booking(service = 1): Promise<string> {
    const token = await this.must('POST', '/api/1/booking/login/anna%40example.org');
    const months = await this.must('GET', `/api/1/booking/schedule/days?productId=${service}`);
    const { Year: year, Months } = months[0];
    const { Month: month, Days } = Months[0];
    const day = [year, month, Days[0].Day].map((part) => String(part).padStart(2, '0')).join('-');
    const [{ Time: time }] = await this.must('GET', `/api/1/booking/schedule/days/${day}?productId=${service}`);
    return (await this.must('POST', `/api/1/booking/book/${day}/${time}?productId=${service}&confirm=true`, undefined, token)).Code;
  }

  /** A clerk at a counter, who calls and serves. */
  async clerk(number = 1): Promise<Clerk> {
    const { token } = await this.must('POST', '/v1/login', { login: `clerk${number}`, password: 'demo-clerk' });
    const clerk = new Clerk(this, number, token);
    await clerk.does('open', { take_over: true });
    return clerk;
  }
}

/** A printer that answers the real bytes on a pseudo-terminal, and obeys: `paper out`, `unplug` ... */
export class Printer {
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(
    readonly port: string,
    child: ChildProcess,
    folder: string,
  ) {
    this.#child = child;
    this.#folder = folder;
  }

  static async start(): Promise<Printer> {
    const folder = mkdtempSync(join(tmpdir(), 'anteroom-printer-'));
    const port = join(folder, 'port');
    const child = spawn(built('anteroom-sim'), ['printer', '--link', port, '--dir', join(folder, 'slips')], { stdio: ['pipe', 'ignore', 'ignore'] });
    for (const end = Date.now() + START_MS; !existsSync(port); ) {
      if (Date.now() > end || child.exitCode !== null) throw new Error('the printer did not start');
      await pause(40);
    }
    return new Printer(port, child, folder);
  }

  tell(order: string): void {
    this.#child.stdin?.write(`${order}\n`);
  }

  async end(): Promise<void> {
    await stop(this.#child, 'SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export class Clerk {
  /** The call that is open here. */
  call: number | null = null;

  constructor(
    readonly branch: Branch,
    readonly counter: number,
    readonly token: string,
  ) {}

  does(what: string, body: Record<string, unknown> = {}): Promise<any> {
    return this.branch.must('POST', `/v1/counters/${this.counter}/${what}`, body, this.token);
  }

  async next(): Promise<string> {
    const { call } = await this.does('next');
    this.call = call.id;
    return call.label;
  }

  /** The tickets that lie aside here. */
  async parked(): Promise<number[]> {
    const state = await this.branch.must('GET', `/v1/screens/clerk?counter=${this.counter}`, undefined, this.token);
    return state.parked.map((each: { ticket: number }) => each.ticket);
  }

  /** Recall, start, finish, no-show, park, transfer: about the call that is open here. */
  with(what: string, body: Record<string, unknown> = {}): Promise<any> {
    return this.does(what, { call: this.call, ...body });
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
