import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const ROOT = resolve(import.meta.dirname, '..');
const BINARY = process.env.PURSER_BINARY ?? join(ROOT, 'target/debug/purser');
const SITE = process.env.LEPTOS_SITE_ROOT ?? join(ROOT, 'target/site');
const START_MS_MAX = 20_000;
const STOP_MS_MAX = 20_000;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** One `purser` of its own: a free port, and a temporary folder with its database and master key. */
export class Server {
  /** Starts one; `env` adds to its environment, `args` to `purser serve`. */
  static async start({ env = {}, args = [] } = {}) {
    const server = new Server();
    server.folder = await mkdtemp(join(tmpdir(), 'purser-end2end-'));
    const address = `127.0.0.1:${await freePort()}`;
    server.url = `http://${address}`;
    server.env = {
      ...process.env,
      LEPTOS_SITE_ROOT: SITE,
      PURSER_ADDR: address,
      PURSER_DATABASE_URL: `sqlite:${join(server.folder, 'purser.db')}`,
      PURSER_SIMULATOR: 'on',
      ...env,
    };
    server.args = args;
    server.log = '';
    await server.resume();
    return server;
  }

  /** Starts the process, again after `stop` or `crash` with the same data. Done when it says where it listens. */
  async resume() {
    const child = spawn(BINARY, ['serve', ...this.args], { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    this.exited = once(child, 'exit');
    child.stderr.on('data', (chunk) => (this.log += chunk));
    const listening = new Promise((done) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.log += `${line}\n`;
        this.setupLink = line.match(/https?:\/\/\S+\/setup\S*/)?.[0] ?? this.setupLink;
        if (line.includes(this.url) && !line.includes('/setup')) done('listening');
      });
    });
    const first = await within(START_MS_MAX, 'start', Promise.race([listening, this.exited]));
    if (first !== 'listening') throw new Error(`purser serve ended with ${first}:\n${this.log}`);
  }

  /** Asks the server to end, as an operator would; it must do so cleanly. */
  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGTERM');
    const [code, signal] = await within(STOP_MS_MAX, 'stop', this.exited);
    if (code !== 0) throw new Error(`purser serve ended with ${code ?? signal}:\n${this.log}`);
  }

  /** Ends the server with no chance to tidy up, as a power cut would. */
  async crash() {
    this.process.kill('SIGKILL');
    await this.exited;
  }

  /** Stops the server for good and removes its data. */
  async dispose() {
    try {
      await this.stop();
    } finally {
      this.process.kill('SIGKILL');
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  /** Runs another command of the binary on the same data; what it printed. */
  async run(args, { input = '', env = {} } = {}) {
    const child = spawn(BINARY, args, { cwd: this.folder, env: { ...this.env, ...env }, stdio: 'pipe' });
    child.stdin.end(input);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    if (code !== 0) throw new Error(`purser ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Declares projects, apps and products from the text of a TOML file. */
  async apply(toml, env = {}) {
    const file = join(this.folder, 'apply.toml');
    await writeFile(file, toml);
    return this.run(['apply', file], { env });
  }

  /** Makes an operator without the console; role ADMIN unless said. */
  addOperator(email, password, role = 'ADMIN') {
    return this.run(['operator', 'add', email, '--role', role], { input: `${password}\n` });
  }

  /** Calls the API as a game (`appKey`) or its server (`secretKey`); POST when there is a body. */
  async call(path, { appKey, secretKey, body, method = body === undefined ? 'GET' : 'POST', headers = {} } = {}) {
    const sent = { ...headers };
    if (appKey) sent['x-appkey'] = appKey;
    if (secretKey) sent.authorization = `Bearer ${secretKey}`;
    if (body !== undefined) sent['content-type'] = 'application/json';
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'manual',
    });
    const answer = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(answer) : answer };
  }
}

async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`purser did not ${what} within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
