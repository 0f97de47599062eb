// Where the cameras come from: a recorder somewhere, one on this machine, or our own.
import { RecorderClient, reasonOf } from '@nightjar/client';
import { type Clock, systemClock } from './clock.ts';
import type { RecorderChoice } from './config/plugin-config.ts';
import type { FoundRecorder } from './recorder/find-recorder.ts';

/** Where a recorder answers. */
export interface RecorderAddress {
  readonly url: string;
  readonly token?: string | undefined;
}

/** Our own recorder. */
export interface OwnRecorder {
  /** Used once. Resolves once it answers. @throws Error where it never can. */
  start(): Promise<RecorderAddress>;
  stop(): Promise<void>;
}

/** How a recorder is reached. */
export interface RecorderConnectionOptions {
  readonly choice: RecorderChoice;
  /** Makes one. @param up - Told where it answers, each time it does: after it ended that may be another port, or with another token. */
  own(up: (address: RecorderAddress) => void): OwnRecorder;
  /** Looks for one on this machine. */
  find(signal: AbortSignal, token: string | undefined): Promise<FoundRecorder>;
  /** There is one; it may not answer just now. Called again where it is to be found elsewhere. */
  connected(api: RecorderClient, url: string): void;
  /** What keeps us from having one; told again only where it is another. */
  problem(text: string): void;
  readonly clock?: Clock;
}

const LOOK_AGAIN_MS = 30_000;

/** Gets a recorder, however long it takes, and lets go of it. */
export class RecorderConnection {
  readonly #options: RecorderConnectionOptions;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #own: OwnRecorder | undefined;
  #cancelNext: () => void = () => undefined;
  #told: string | undefined;
  #address: RecorderAddress | undefined;

  constructor(options: RecorderConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  start(): void {
    const { choice } = this.#options;
    if (choice.kind === 'network') this.#connect(choice);
    if (choice.kind === 'embedded') void this.#startOwn();
    if (choice.kind === 'find') void this.#look(choice.token);
    if (choice.kind === 'none')
      this.#tell('no camera and no recorder can be used as they are configured; add a camera, or the address and token of a recorder');
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#cancelNext();
    await this.#own?.stop();
  }

  async #startOwn(): Promise<void> {
    const own = this.#options.own((address) => this.#connect(address));
    this.#own = own;
    try {
      this.#connect(await own.start());
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#tell(`the recorder did not start: ${reasonOf(error)}`);
      this.#cancelNext = this.#clock.after(LOOK_AGAIN_MS, () => void this.#startOwn());
    }
  }

  async #look(token: string | undefined): Promise<void> {
    const found = await this.#options.find(this.#abort.signal, token).catch((error: unknown): FoundRecorder => ({ problem: String(error) }));
    if (this.#abort.signal.aborted) return;
    if ('url' in found) return this.#connect(found);
    this.#tell(found.problem);
    this.#cancelNext = this.#clock.after(LOOK_AGAIN_MS, () => void this.#look(token));
  }

  #connect({ url, token }: RecorderAddress): void {
    const isSame = url === this.#address?.url && token === this.#address.token;
    if (isSame || this.#abort.signal.aborted) return;
    this.#address = { url, token };
    this.#told = undefined;
    this.#options.connected(new RecorderClient({ url, ...(token === undefined ? {} : { credentials: { token } }) }), url);
  }

  #tell(problem: string): void {
    if (problem === this.#told) return;
    this.#told = problem;
    this.#options.problem(problem);
  }
}
