// Lines of zmtrigger for a running recorder: its socket, its port, what lines do, and what their senders are told.
import { type LineAddress, LineServer } from '../adapters/zmtrigger/line-server.ts';
import type { TriggersConfig } from '../config/config.ts';
import { StatusLines } from '../triggers/status-lines.ts';
import { BURST_SECONDS } from '../triggers/trigger-limits.ts';
import { ZmTriggerDialect } from '../triggers/zmtrigger-dialect.ts';
import { RateLimiter } from '../util/rate-limiter.ts';
import type { Environment } from './environment.ts';
import type { RecorderApp } from './recorder-app.ts';

/** What lines need of the recorder. */
export interface LineTriggersOptions {
  readonly config: TriggersConfig;
  readonly env: Pick<Environment, 'clock' | 'log'>;
  readonly app: Pick<RecorderApp, 'triggers' | 'numbers' | 'feed' | 'alerts' | 'cameraDesk'>;
}

/** Takes lines until it is stopped. */
export class LineTriggers {
  readonly #options: LineTriggersOptions;
  readonly #dialect: ZmTriggerDialect;
  readonly #servers: ReadonlyMap<LineAddress['kind'], LineServer>;
  readonly #reading = new AbortController();
  readonly #telling: Promise<void>;

  /** Follows the change feed from now on; nobody is heard before `start`. */
  constructor(options: LineTriggersOptions) {
    this.#options = options;
    const { env, app, config } = options;
    const log = env.log.child({ part: 'zmtrigger' });
    this.#dialect = new ZmTriggerDialect({
      clock: env.clock,
      log,
      hub: app.triggers,
      cameraOf: (name) => app.numbers.find(name),
      setDetection: (id, isOn) => app.cameraDesk.suspendDetection(id, !isOn),
    });
    const { totalPerSecond, ...limits } = config.lines;
    const total = new RateLimiter(() => ({ perSecond: totalPerSecond, burst: totalPerSecond * BURST_SECONDS }));
    const make = (address: LineAddress): readonly [LineAddress['kind'], LineServer] => {
      const id = `zmtrigger-${address.kind}`;
      const onTrouble = (problem: string | undefined): void => {
        if (problem === undefined) app.alerts.clear(id);
        else app.alerts.raise({ id, level: 'warning', text: problem });
      };
      return [address.kind, new LineServer({ address, limits, total, taker: this.#dialect, clock: env.clock, log, onTrouble })];
    };
    this.#servers = new Map([
      ...(config.socket === null ? [] : [make({ kind: 'socket', path: config.socket })]),
      ...(config.tcp === null ? [] : [make({ kind: 'tcp', ...config.tcp })]),
    ]);
    this.#telling = this.#tell();
  }

  /** The TCP port, where one is taken. */
  get port(): number | undefined {
    return this.#servers.get('tcp')?.port;
  }

  /** Never rejects: what can't be listened on is an alert, and is tried again. */
  async start(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.start()));
  }

  /** Ends within 2 s. */
  async stop(): Promise<void> {
    this.#dialect.stop();
    this.#reading.abort();
    await this.#telling;
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
  }

  /** Tells clients what the change feed says of cameras. */
  async #tell(): Promise<void> {
    const { app, env } = this.#options;
    const status = new StatusLines((id) => String(app.numbers.of(id) ?? id));
    const { signal } = this.#reading;
    while (!signal.aborted) {
      try {
        for await (const change of app.feed.subscribe({ signal })) {
          const said = status.take(change);
          if (said !== '') for (const server of this.#servers.values()) server.say(said);
        }
      } catch (error) {
        env.log.warn(`zmtrigger: some status lines were lost: ${String(error)}`);
      }
    }
  }
}
