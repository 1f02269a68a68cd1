// A real central for a test: the server with its own broker on free ports, and branches that join it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Branch, built, codeIn, pause, stop, type BranchOptions } from '../../../../appliance/web/tests/e2e/branch';

const START_MS = 30_000;

export class Central {
  url = '';
  broker = '';
  #child: ChildProcess | null = null;
  #said = '';
  readonly #folder = mkdtempSync(join(tmpdir(), 'anteroom-central-page-'));
  readonly #branches: Branch[] = [];

  #args = ['--demo'];
  #mosquitto: ChildProcess | null = null;
  #shown = '';

  static async start(): Promise<Central> {
    const central = new Central();
    await central.up('127.0.0.1:0');
    return central;
  }

  /** One of an organisation's own, in which nobody can sign in yet, with a broker that is not its child. */
  static async fresh(): Promise<Central> {
    const central = new Central();
    const port = await freePort();
    const config = join(central.#folder, 'mosquitto.conf');
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    central.#mosquitto = spawn('mosquitto', ['-c', config], { stdio: 'ignore', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
    central.#args = ['organisation.tenant=north-bank', 'organisation.name="North Bank"', `mqtt.url=mqtt://127.0.0.1:${port}`].flatMap((each) => ['--set', each]);
    await central.up('127.0.0.1:0');
    return central;
  }

  /** The setup code, read where the server was started. */
  code(): Promise<string> {
    return codeIn(() => this.#shown);
  }

  get #home(): string {
    return join(this.#folder, 'central');
  }

  /** Starts the server, or starts it again on the same port. */
  async up(listen: string = new URL(this.url).host): Promise<void> {
    const child = spawn(built('anteroom-central'), ['serve', ...this.#args, '--data', this.#home, '--listen', listen], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const hear = (piece: Buffer): void => void (this.#said = (this.#said + piece.toString()).slice(-20_000));
    child.stdout.on('data', hear);
    child.stderr.on('data', (piece: Buffer) => {
      this.#shown += piece.toString();
      hear(piece);
    });
    const endpoint = join(this.#home, 'endpoint');
    for (const end = Date.now() + START_MS; !existsSync(endpoint); await pause(40)) {
      if (child.exitCode !== null) throw new Error(`central ended: ${this.#said}`);
      if (Date.now() > end) throw new Error(`central did not start: ${this.#said}`);
    }
    this.url = readFileSync(endpoint, 'utf8').trim();
    // The address of a broker of its own.
    const broker = join(this.#home, 'broker');
    if (existsSync(broker)) this.broker = readFileSync(broker, 'utf8').trim();
  }

  async down(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child) await stop(child, 'SIGTERM');
  }

  /** Makes every token worthless, as a new key does; not while the server is running. */
  forgetTokens(): void {
    rmSync(join(this.#home, 'token.key'));
  }

  /** Admits branches of which nobody has heard, by their names; not while the server is running. */
  admit(first: number, names: string[]): void {
    const rows = names.map((name, index) => [first + index, name]);
    const program = 'import json,sqlite3,sys\nat,rows=json.load(sys.stdin)\nsql=sqlite3.connect(at)\nsql.executemany("insert into branch (tenant, number, name) select tenant, ?, ? from branch where number = 1", rows)\nsql.commit()';
    const done = spawnSync('python3', ['-c', program], { input: JSON.stringify([join(this.#home, 'central.sqlite'), rows]), encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`no branches: ${done.stderr}`);
  }

  /** A branch of this organisation. */
  async branch(number = 1, options: BranchOptions = {}): Promise<Branch> {
    const branch = await Branch.start({ ...options, number, set: [`mqtt.url=${this.broker}`, ...(options.set ?? [])] });
    this.#branches.push(branch);
    return branch;
  }

  async end(): Promise<void> {
    for (const branch of this.#branches) await branch.end();
    await this.down();
    if (this.#mosquitto) await stop(this.#mosquitto, 'SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A token of head office. */
  async token(): Promise<string> {
    const response = await fetch(`${this.url}/v1/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login: 'manager', password: 'demo-manager' }) });
    return ((await response.json()) as { token: string }).token;
  }
}

/** A port on which nobody listens at this moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
