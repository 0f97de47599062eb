// Live video as messages for players that feed themselves: texts say what comes, bytes are what Media Source Extensions take.
import { abortWith } from '../util/abort-with.ts';
import type { OpenLive } from './live-file.ts';
import { codecsOf, type LivePart, liveMp4 } from './live-mp4.ts';

/** The messages, in order. Each is made when it is asked for, so that whoever reads slowly is skipped and not queued for. */
export function liveMessages(open: OpenLive, signal: AbortSignal): AsyncIterable<string | Uint8Array> {
  const { controller, release } = abortWith(signal);
  const waiting = new WaitingNote();
  const packets = open({
    signal: controller.signal,
    onWaiting: (status, problem) => waiting.write(JSON.stringify({ type: 'waiting', status, ...(problem === undefined ? {} : { problem }) })),
  });
  const end = (): void => {
    controller.abort('closed');
    release();
  };
  return messages(liveMp4(packets), waiting, end);
}

async function* messages(parts: AsyncGenerator<LivePart, undefined>, waiting: WaitingNote, end: () => void): AsyncGenerator<string | Uint8Array, undefined> {
  try {
    for (;;) {
      const next = parts.next();
      let part: Awaited<typeof next> | undefined;
      while (part === undefined) {
        part = await Promise.race([next, waiting.written()]);
        const note = waiting.take();
        if (note !== undefined) yield note;
      }
      if (part.done === true) return;
      const text = textBefore(part.value);
      if (text !== undefined) yield JSON.stringify(text);
      yield part.value.bytes;
    }
  } finally {
    end();
  }
}

function textBefore(part: LivePart): object | undefined {
  if (part.type === 'fragment') return part.packet.skippedFrames === 0 ? undefined : { type: 'skipped', frames: part.packet.skippedFrames };
  const { video, audio } = part.tracks;
  const codecs = codecsOf(part.tracks);
  if (video === undefined) return { type: 'init', mimeType: `audio/mp4; codecs="${codecs}"`, codecs, hasAudio: true };
  return { type: 'init', mimeType: `video/mp4; codecs="${codecs}"`, codecs, width: video.width, height: video.height, hasAudio: audio !== undefined };
}

/** The newest text about why nothing comes, until it is taken. */
class WaitingNote {
  #text: string | undefined;
  #tell: () => void = () => undefined;

  write(text: string): void {
    this.#text = text;
    this.#tell();
  }

  /** A new promise each time: one that outlives many packets would collect what waits for it. */
  written(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#tell = () => resolve(undefined);
      if (this.#text !== undefined) resolve(undefined);
    });
  }

  take(): string | undefined {
    const text = this.#text;
    this.#text = undefined;
    return text;
  }
}
