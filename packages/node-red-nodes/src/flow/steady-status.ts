// A status that changes a few times a second at most, however many messages come, and that is true in the end.
import type { NodeStatus, SiteMember } from './site-member.ts';

const STEP_MS = 250;

/** Shows the newest status at once or soon. */
export class SteadyStatus {
  readonly #member: Pick<SiteMember, 'show' | 'signal'>;
  #timer: NodeJS.Timeout | undefined;
  #next: NodeStatus | undefined;

  constructor(member: Pick<SiteMember, 'show' | 'signal'>) {
    this.#member = member;
    member.signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  show(status: NodeStatus): void {
    if (this.#member.signal.aborted) return;
    this.#next = status;
    if (this.#timer === undefined) this.#tell();
  }

  #tell(): void {
    const status = this.#next;
    this.#next = undefined;
    this.#timer = undefined;
    if (status === undefined) return;
    this.#member.show(status);
    this.#timer = setTimeout(() => this.#tell(), STEP_MS);
  }
}
