// Events in memory whose every picture is known: picture n of a camera has its own bytes, in whichever event it is.
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import { MemoryEventFiles, MemoryEventStore, MemoryGapStore, MemoryRecordedVideos, sampleAudioTrack, sampleEvent, sampleVideoTrack } from '@nightjar/testkit';
import type { EventRecord } from '../src/model/event.ts';
import { wallMs } from '../src/model/time.ts';
import type { EventFile, RecordedSample } from '../src/ports/event-files.ts';

/** Picture 0 was captured then: 2026-11-22T12:00:00Z. */
export const EPOCH_MS = Date.UTC(2026, 10, 22, 12);
/** Between two pictures. */
export const FRAME_MS = 100;
/** Between two key pictures, in pictures. */
export const GOP = 10;
const SOUND_MS = 64;

/** What an event holds. */
export interface EventShape {
  readonly id: number;
  /** Pictures `from` to `to`, which is not among them; `from` is a key picture. */
  readonly from: number;
  readonly to: number;
  readonly sound?: AudioTrack | undefined;
  readonly video?: VideoTrack;
  /** Still being recorded. */
  readonly isOpen?: boolean;
  readonly changes?: Partial<EventRecord>;
}

/** Picture n: its number is inside, and its size is its own. */
export const pictureBytes = (n: number): Uint8Array => {
  const data = new Uint8Array(40 + ((n * 7919) % 397)).fill(n % 251);
  new DataView(data.buffer).setUint32(0, data.length - 4);
  data[4] = n % GOP === 0 ? 0x65 : 0x41;
  new DataView(data.buffer).setUint32(5, n);
  return data;
};

/** A moment, by picture. */
export const momentOf = (n: number): string => new Date(EPOCH_MS + n * FRAME_MS).toISOString();

/** A camera's events and where they lie. */
export class RecordedEvents {
  readonly files = new MemoryEventFiles();
  readonly videos = new MemoryRecordedVideos(this.files);
  readonly events = new MemoryEventStore();
  readonly gaps = new MemoryGapStore();

  /** Records an event. @returns Its file, for one that is still being recorded. */
  async add({ id, from, to, sound, video = sampleVideoTrack(), isOpen = false, changes = {} }: EventShape): Promise<EventFile> {
    const [startMs, endMs] = [EPOCH_MS + from * FRAME_MS, EPOCH_MS + to * FRAME_MS];
    const row = sampleEvent(id, { startMs: wallMs(startMs), endMs: wallMs(endMs), state: isOpen ? 'open' : 'ready', frames: to - from, ...changes });
    const file = await this.files.create('/events', row, { video, ...(sound === undefined ? {} : { audio: sound }) });
    for (let n = from; n < to; n += 5) await this.append(file, { from: n, to: Math.min(to, n + 5), base: from, hasSound: sound !== undefined });
    if (!isOpen) await file.finish(row);
    await this.events.put(row);
    return file;
  }

  /** One fragment. `base`: the first picture of the file. */
  async append(
    file: EventFile,
    { from, to, base, hasSound }: { readonly from: number; readonly to: number; readonly base: number; readonly hasSound: boolean },
  ): Promise<void> {
    const samples: RecordedSample[] = [];
    for (let n = from; n < to; n++) {
      const us = (n - base) * FRAME_MS * 1000;
      samples.push({ track: 'video', data: pictureBytes(n), ptsUs: us, dtsUs: us, durationUs: FRAME_MS * 1000, isKey: n % GOP === 0 });
    }
    // Frames of sound have numbers of their own, counted from picture 0 on.
    const firstSound = Math.ceil((from * FRAME_MS) / SOUND_MS);
    for (let n = firstSound; hasSound && n * SOUND_MS < to * FRAME_MS; n++) {
      const us = (n * SOUND_MS - base * FRAME_MS) * 1000;
      samples.push({ track: 'audio', data: Uint8Array.of(0x21, n >> 8, n & 255), ptsUs: us, dtsUs: us, durationUs: SOUND_MS * 1000, isKey: true });
    }
    await file.append(samples);
  }
}

/** Sound of the events, 16 kHz. */
export const soundTrack = sampleAudioTrack();
