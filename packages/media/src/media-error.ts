// The one error of this package.

/** Bytes that are not what a format says they must be, or samples that cannot be written. The message is one clear sentence. */
export class MediaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MediaError';
  }
}
