// The words that somebody wants on pictures, drawn once for each picture and size. Words never cost a picture: where they can't be drawn, it
// goes without.
import { createHash } from 'node:crypto';
import type { PictureSubject, PictureTools } from './picture-subject.ts';

/** Pictures with words that are remembered: the newest one in the sizes people ask for. */
const MOST_REMEMBERED = 8;

/** A picture that has a name. */
export interface NamedJpeg {
  readonly jpeg: Uint8Array;
  readonly etag: string;
}

/** Draws what is to be shown now. */
export class PictureLabels {
  readonly #subject: Pick<PictureSubject, 'showText'>;
  readonly #tools: Pick<PictureTools, 'painter' | 'log'>;
  /** By name, the oldest first. */
  readonly #drawn = new Map<string, Promise<Uint8Array>>();
  #said = '';

  constructor(subject: Pick<PictureSubject, 'showText'>, tools: Pick<PictureTools, 'painter' | 'log'>) {
    this.#subject = subject;
    this.#tools = tools;
  }

  /** Whether there are words now. */
  get isWanted(): boolean {
    return this.#subject.showText?.() !== undefined;
  }

  /** The picture with the words of now; the same picture where there are none. Never rejects. */
  async put(picture: NamedJpeg): Promise<NamedJpeg> {
    const text = this.#subject.showText?.();
    if (text === undefined) return picture;
    const etag = `${picture.etag}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
    const drawn = this.#drawn.get(etag) ?? this.#tools.painter.label(picture.jpeg, text);
    this.#drawn.set(etag, drawn);
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > MOST_REMEMBERED && oldest !== undefined) this.#drawn.delete(oldest);
    try {
      return { jpeg: await drawn, etag };
    } catch (error) {
      this.#drawn.delete(etag);
      this.#complain(error instanceof Error ? error.message : String(error));
      return picture;
    }
  }

  #complain(message: string): void {
    if (message === this.#said) return;
    this.#said = message;
    this.#tools.log.warn(`pictures go without their words: ${message}`);
  }
}
