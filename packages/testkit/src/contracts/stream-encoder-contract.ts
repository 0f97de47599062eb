// What every encoder of live streams does, with or without a codec.
import type { AudioForm, VideoForm } from '@nightjar/client';
import type { EncodedUnit, Packet, RecorderError, StreamEncoderFactory, StreamEncoderRequest } from '@nightjar/core';
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import { waitUntil } from './wait-until.ts';

/** An encoder under test. */
export interface StreamEncoderUnderTest {
  readonly factory: StreamEncoderFactory;
  readonly video: VideoTrack;
  readonly audio: AudioTrack;
  /** Four seconds of video and sound at least, in decode order; the first of video is a key packet. Sound begins within a second of it. */
  readonly packets: readonly Packet[];
}

const VIDEO: VideoForm = { codec: 'h264', width: 160, height: 160, fps: 5, kbps: 100, gopSeconds: 1 };
const OPUS: AudioForm & { readonly codec: 'opus'; readonly frameMs: 20 } = { codec: 'opus', sampleRate: 24_000, channels: 1, kbps: 24, frameMs: 20 };
const AAC: AudioForm & { readonly codec: 'aac'; readonly frameMs?: undefined } = { codec: 'aac', sampleRate: 24_000, channels: 1, kbps: 32 };
/** Nothing tells that no more comes, so this much of the end is not waited for. */
const TAIL_US = 600_000;
/** A clock that has run for a day. */
const LATER_US = 86_400_000_000;
const MOST_SOUND_SHIFT_US = 100_000;

/** Declares the suite; call it inside a test file. */
export function describeStreamEncoder(name: string, create: () => StreamEncoderUnderTest | Promise<StreamEncoderUnderTest>): void {
  const open = async (form: StreamEncoderRequest['form'], more: Pick<StreamEncoderRequest, 'afterUs'> = {}) => {
    const subject = await create();
    const kind = form.codec === 'h264' ? 'video' : 'audio';
    const fed = subject.packets.filter(({ track }) => track === kind);
    const tracks: (VideoTrack | AudioTrack)[] = [];
    const units: EncodedUnit[] = [];
    const failures: RecorderError[] = [];
    const encoder = subject.factory.open({
      track: subject[kind],
      form,
      ...more,
      onTrack: (track) => tracks.push(track),
      onUnit: (unit) => units.push(unit),
      onFailure: (error) => failures.push(error),
    });
    const lastUs = Math.max(...fed.map(({ ptsUs }) => ptsUs));
    const encode = async (shiftUs = 0): Promise<void> => {
      for (const { data, ptsUs, dtsUs, durationUs, isKey } of fed)
        await encoder.feed({ data, ptsUs: ptsUs + shiftUs, dtsUs: dtsUs + shiftUs, durationUs, isKey });
      await waitUntil(() => (units.at(-1)?.ptsUs ?? 0) > lastUs + shiftUs - TAIL_US);
    };
    return { encoder, encode, fed, tracks, units, failures };
  };

  describe(`${name} keeps the stream encoder contract`, () => {
    it('makes H.264 that is no larger and no faster than asked, in the shape of the picture, and says so first', async () => {
      const { encoder, encode, fed, tracks, units, failures } = await open(VIDEO);
      await encode();
      await encoder.close();
      const [track] = tracks;
      expect(tracks).toHaveLength(1);
      expect(track).toMatchObject({ kind: 'video', codec: 'h264', width: 160, height: 90 });
      expect(track?.kind === 'video' && track.parameterSets.length).toBeGreaterThanOrEqual(2);
      expect(units[0]).toMatchObject({ isKey: true });
      expect(Math.abs((units[0]?.ptsUs ?? 0) - (fed[0]?.ptsUs ?? 0))).toBeLessThan(1000);
      const times = new Set(fed.map(({ ptsUs }) => Math.round(ptsUs / 1000)));
      expect(units.every(({ ptsUs }) => times.has(Math.round(ptsUs / 1000)))).toBe(true);
      const steps = units.slice(1).map(({ ptsUs }, index) => ptsUs - (units[index]?.ptsUs ?? 0));
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(100_000);
      expect(units.every(({ ptsUs, dtsUs }) => ptsUs === dtsUs)).toBe(true);
      const keys = units.filter(({ isKey }) => isKey).map(({ ptsUs }) => ptsUs);
      expect(Math.max(...keys.slice(1).map((us, index) => us - (keys[index] ?? 0)))).toBeLessThanOrEqual(1_000_000);
      expect(failures).toEqual([]);
    });

    it('begins behind a time with a key frame', async () => {
      const { fed } = await open(VIDEO);
      const shown = fed.map(({ ptsUs }) => ptsUs).toSorted((a, b) => a - b);
      // Of a picture that is known; times are rounded to ticks of 11 µs, so that it may seem to be a little later.
      const afterUs = (shown.find((us) => us > (shown[0] ?? 0) + 1_500_000) ?? 0) - 20;
      const { encoder, encode, units } = await open(VIDEO, { afterUs });
      await encode();
      await encoder.close();
      expect(units[0]).toMatchObject({ isKey: true });
      expect(units[0]?.ptsUs).toBeGreaterThan(afterUs + 1000);
      expect(units[0]?.ptsUs).toBeLessThan(afterUs + 500_000);
    });

    it.each([OPUS, AAC])('makes sound that goes on without gaps in the time of what goes in: $codec', async (form) => {
      const { encoder, encode, fed, tracks, units } = await open(form);
      await encode(LATER_US);
      await encoder.close();
      const [track] = tracks;
      const rate = form.codec === 'opus' ? 48_000 : 24_000;
      expect(track).toMatchObject({ kind: 'audio', codec: form.codec, sampleRate: rate, channels: 1 });
      expect(Math.abs((units[0]?.ptsUs ?? 0) - (fed[0]?.ptsUs ?? 0) - LATER_US)).toBeLessThan(MOST_SOUND_SHIFT_US);
      const steps = units.slice(2).map(({ dtsUs }, index) => dtsUs - (units[index + 1]?.dtsUs ?? 0));
      expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(100);
      expect(units.every(({ isKey }) => isKey)).toBe(true);
    });

    it('tells nothing once it is closed, also at once, and closes twice', async () => {
      const { encoder, fed, units, failures } = await open(OPUS);
      const [first] = fed;
      if (first !== undefined) await encoder.feed(first);
      await encoder.close();
      const before = units.length;
      await encoder.close();
      if (first !== undefined) await encoder.feed(first);
      expect([units.length, failures]).toEqual([before, []]);
    });
  });
}
