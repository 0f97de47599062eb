// The bridge as a process of its own, as a service manager runs it.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestBroker } from './test-brokers.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** What it is started with. */
export interface AloneOptions {
  readonly broker: TestBroker;
  readonly recorder: string;
  readonly token?: string;
  readonly words?: readonly string[];
}

/** A bridge that runs. */
export class AloneProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** Everything it wrote. */
  said = '';

  constructor(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { NIGHTJAR_TOKEN: _token, MQTT_USERNAME: _name, MQTT_PASSWORD: _password, ...rest } = process.env;
    this.child = spawn(process.execPath, ['--conditions=source', '--no-warnings', MAIN, ...words], {
      env: { ...rest, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (bytes) => (this.said += String(bytes)));
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  static start({ broker, recorder, token = 'machine', words = [] }: AloneOptions): AloneProcess {
    const { url, username, password } = broker.recorder;
    const secrets = { NIGHTJAR_TOKEN: token, MQTT_USERNAME: username, MQTT_PASSWORD: password };
    // The embedded broker's own address may hold its login.
    return new AloneProcess(['--recorder', recorder, '--broker', withoutLogin(url), ...words], secrets);
  }

  /** Its arguments, as every user of the machine sees them. */
  get commandLine(): string {
    return readFileSync(`/proc/${this.child.pid}/cmdline`, 'utf8');
  }

  /** @returns Its exit code, and how long it took in ms. */
  async terminate(): Promise<{ readonly code: number | null; readonly ms: number }> {
    const beganMs = performance.now();
    this.child.kill('SIGTERM');
    return { code: await this.ended, ms: performance.now() - beganMs };
  }

  async close(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

function withoutLogin(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}
