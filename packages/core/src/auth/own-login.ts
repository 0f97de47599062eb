// Who the recorder itself is where it makes addresses for others, such as those that MQTT tells: a machine's token that nobody holds. It
// stands in the list of tokens while it is used, and whoever ends it there ends every address that was made with it.
import type { MachineTokenRecord } from '../model/account.ts';
import type { Principal } from '../model/permission.ts';
import { wallMs } from '../model/time.ts';
import type { AccountParts } from './account-parts.ts';
import { machineOf, principalOf } from './account-views.ts';
import { createMachineToken } from './machine-token.ts';

/** How it is called in lists. */
const NAME = 'recorder';
/** One that a crash left behind is over after so long. */
const LASTS_MS = 86_400_000;
/** Another one is made so long before, so that no address ends early. */
const RENEWED_MS = 3_600_000;

/** The recorder's own login, made when it is needed. */
export class OwnLogin {
  readonly #parts: AccountParts;
  #id: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** It may look at everything and change nothing. @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`. */
  principal(): Promise<Principal> {
    const found = this.#turn.then(async () => (await this.#find()) ?? this.#make());
    this.#turn = found.catch(() => undefined);
    return found;
  }

  /** Ends it with the recorder. Never rejects: it expires by itself, too. */
  async end(): Promise<void> {
    await this.#turn;
    const id = this.#id;
    this.#id = undefined;
    if (id !== undefined) await this.#parts.tokens.delete({ id }).catch(() => undefined);
  }

  async #find(): Promise<Principal | undefined> {
    const { database, tokens, clock } = this.#parts;
    const id = this.#id;
    const found = id === undefined ? undefined : await database.read(() => tokens.find(id));
    const isGood = found !== undefined && (found.token.expiresMs ?? 0) - clock.wall() > RENEWED_MS;
    return isGood ? principalOf(found) : undefined;
  }

  async #make(): Promise<Principal> {
    const { database, tokens, clock, trail } = this.#parts;
    const { id, secretHash } = createMachineToken();
    const nowMs = clock.wall();
    const token: MachineTokenRecord = {
      kind: 'api',
      id,
      name: NAME,
      secretHash,
      role: 'viewer',
      cameras: null,
      createdBy: NAME,
      createdMs: nowMs,
      expiresMs: wallMs(nowMs + LASTS_MS),
      lastUsedMs: null,
    };
    await database.run(() => tokens.add(token));
    this.#id = id;
    trail.record({ kind: 'token-created', name: NAME, address: 'local', detail: `machine's token ${id} (${NAME}) for media addresses, role viewer` });
    return machineOf(token);
  }
}
