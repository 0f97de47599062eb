import { type FragmentFacts, readFragments } from '../../test/read-fragments.ts';
import { otherTracks, pictures, sounds } from '../../test/scripted-live.ts';
import { Fragmenter, type FragmenterOptions } from './fragmenter.ts';

const taken = (fragmenter: Fragmenter): FragmentFacts[] => {
  const data: Uint8Array[] = [];
  for (let next = fragmenter.take(); next !== undefined; next = fragmenter.take()) data.push(next.data);
  return readFragments(fragmenter.header ?? new Uint8Array(0), data).fragments;
};
const fed = (packets: Parameters<Fragmenter['add']>[0][], options: Partial<FragmenterOptions> = {}): Fragmenter => {
  const fragmenter = new Fragmenter({ lengthMs: 4000, ...options });
  for (const packet of packets) fragmenter.add(packet);
  return fragmenter;
};
const spans = (fragments: readonly FragmentFacts[]): number[][] => fragments.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);

describe('Fragmenter', () => {
  it.each([
    [1, 4],
    [2, 4],
    [4, 4],
    [1.5, 3],
    [3, 3],
    [0.5, 4],
  ])('puts as many groups of %d s into a fragment as fit into 4 s', (gopSeconds, length) => {
    const fragments = taken(fed(pictures({ from: 12, seconds: 14, gopSeconds })));
    expect(spans(fragments).slice(0, 3)).toEqual([
      [0, length],
      [length, 2 * length],
      [2 * length, 3 * length],
    ]);
    expect(fragments.every(({ beginsWithIdr }) => beginsWithIdr)).toBe(true);
  });

  it('has a fragment as soon as the key frame after it came, not later', () => {
    const packets = pictures({ seconds: 4.1, gopSeconds: 2 });
    const fragmenter = fed(packets.slice(0, -1));
    expect(fragmenter.hasFragment).toBe(false);
    fragmenter.add(packets.at(-1)!);
    expect(fragmenter.hasFragment).toBe(true);
  });

  it('cuts where it could have cut before, when a group turns out to be longer than the one ahead of it', () => {
    const groups = [...pictures({ seconds: 1, gopSeconds: 1 }), ...pictures({ from: 3.5, seconds: 7, gopSeconds: 3.5 }).map(later(-2.5))];
    const fragments = taken(fed(groups));
    expect(spans(fragments)).toEqual([
      [0, 1],
      [1, 4.5],
    ]);
  });

  it('takes a group that is a hair longer than it may be as it is, since cameras do not count exactly', () => {
    const slow = pictures({ seconds: 9, fps: 10, gopSeconds: 4 }).map((packet) => ({ ...packet, dtsUs: packet.dtsUs * 1.01, ptsUs: packet.ptsUs * 1.01 }));
    expect(spans(taken(fed(slow)))).toEqual([
      [0, 4.04],
      [4.04, 8.08],
    ]);
  });

  it('says that groups are too long, and makes a last fragment of what fits', () => {
    const fragmenter = fed(pictures({ seconds: 10, gopSeconds: 10 }));
    expect([fragmenter.problem, fragmenter.hasFragment]).toEqual(['gop-too-long', false]);
    fragmenter.finish();
    expect(spans(taken(fragmenter))).toEqual([[0, 4]]);
  });

  it('begins with an IDR picture, and says when none comes', () => {
    const fragmenter = fed(pictures({ seconds: 8, nalType: 1 }));
    expect([fragmenter.problem, fragmenter.header]).toEqual(['no-key-frame', undefined]);
    const late = fed([...pictures({ seconds: 2, nalType: 1 }), ...pictures({ from: 2, seconds: 5 })]);
    expect(spans(taken(late))).toEqual([[0, 4]]);
  });

  it('says that the video became another one, and still gives what was there', () => {
    const fragmenter = fed([...pictures({ seconds: 2 }), ...pictures({ from: 2, seconds: 5, tracks: otherTracks() })]);
    expect(fragmenter.problem).toBe('changed');
    fragmenter.finish();
    expect(spans(taken(fragmenter))).toEqual([[0, 2]]);
  });

  it('goes on over tracks that are the same although they are other objects', () => {
    const again = { video: { ...pictures({ seconds: 1 })[0]!.tracks.video! } };
    const fragmenter = fed([...pictures({ seconds: 2 }), ...pictures({ from: 2, seconds: 2.1, tracks: again })]);
    expect([fragmenter.problem, spans(taken(fragmenter))]).toEqual([undefined, [[0, 4]]]);
  });

  it('lets the picture before lost ones last until the next one, which is a key frame', () => {
    const packets = [...pictures({ seconds: 1.5 }), ...pictures({ from: 1.9, seconds: 2.2 })];
    const lossy = packets.map((packet, index) => (index === 15 ? { ...packet, skippedFrames: 4 } : packet));
    const [fragment] = taken(fed(lossy));
    const video = fragment!.video.map(({ dts, duration }) => [dts / 90_000, duration / 90_000]);
    expect(video[14]).toEqual([1.4, 0.6]);
    expect(spans([fragment!])).toEqual([[0, 4]]);
  });

  it('never lets a picture last so long that the fragment becomes too long', () => {
    const packets = [...pictures({ seconds: 3.8, gopSeconds: 4 }), ...pictures({ from: 4, seconds: 4.1, gopSeconds: 4 }).map(later(0.6))];
    const fragments = taken(fed(packets.map((packet, index) => (index === 38 ? { ...packet, skippedFrames: 8 } : packet))));
    expect(spans(fragments)).toEqual([
      [0, 3.8],
      [3.8, 7.8],
    ]);
  });

  it.each([
    ['away', 30],
    ['restarted with another clock', -100],
  ])('closes the hole while the camera was %s: times go on', (_, offset) => {
    const after = pictures({ from: 3, seconds: 3 }).map(later(offset));
    const fragmenter = fed([...pictures({ seconds: 2.5 }), ...after]);
    fragmenter.finish();
    const [first, second] = taken(fragmenter);
    expect(spans([first!, second!])).toEqual([
      [0, 3.5],
      [3.5, 5.5],
    ]);
    expect(first!.video.every(({ duration }) => duration === 9000)).toBe(true);
  });

  it('keeps the order of B-frames in which they are shown, and tells of it', () => {
    const order = [0, 2, -1, 0, 2, -1];
    const reordered = pictures({ seconds: 5, gopSeconds: 1 }).map((packet, index) => ({
      ...packet,
      ptsUs: packet.dtsUs + (1 + (order[index % 6] ?? 0)) * 100_000,
    }));
    const fragmenter = fed(reordered);
    expect(fragmenter.hasReordered).toBe(true);
    const [fragment] = taken(fragmenter);
    expect(fragment!.video.slice(0, 3).map(({ pts, dts }) => (pts - dts) / 9000)).toEqual([1, 3, 0]);
  });

  it('flushes groups that are whole and keeps the one that grows', () => {
    const fragmenter = fed(pictures({ seconds: 2.5 }));
    expect([fragmenter.flush(), fragmenter.flush()]).toEqual([true, false]);
    expect(spans(taken(fragmenter))).toEqual([[0, 2]]);
    for (const packet of pictures({ from: 2.5, seconds: 4 })) fragmenter.add(packet);
    expect(spans(taken(fragmenter))).toEqual([[2, 6]]);
  });
});

describe('the sound of a Fragmenter', () => {
  const withSound = { soundRate: 16_000 };
  const isSilence = ({ data }: { data: Uint8Array }): boolean => data[0] === 0;
  const continuous = (fragments: readonly FragmentFacts[]): boolean =>
    fragments.flatMap(({ audio }) => audio).every(({ dts, duration }, index) => dts === index * 1024 && duration === 1024);

  it('is at the same time as the pictures, frame by frame from 0', () => {
    const fragmenter = fed([...pictures({ from: 10, seconds: 8.5 }), ...sounds({ from: 10, seconds: 8.5 })], withSound);
    expect(fragmenter.hasItsSound).toBe(true);
    const fragments = taken(fragmenter);
    expect(fragments.map(({ audio }) => audio.length)).toEqual([63, 62]);
    expect(continuous(fragments)).toBe(true);
    // 10 s is frame 156.25 of live sound: the first whole one is 48 ms late, so silence is ahead of it.
    expect(fragments[0]!.audio.map(isSilence).indexOf(false)).toBe(1);
    expect([...fragments[0]!.audio[1]!.data]).toEqual([1, 0, 157]);
  });

  it('is waited for, and silence where it is not there', () => {
    const fragmenter = fed([...pictures({ seconds: 4.1 }), ...sounds({ seconds: 2 })], withSound);
    expect([fragmenter.hasFragment, fragmenter.hasItsSound]).toEqual([true, false]);
    const [fragment] = taken(fragmenter);
    expect(fragment!.audio.filter(isSilence).length).toBe(63 - 31);
    expect(continuous([fragment!])).toBe(true);
  });

  it('that comes too late is left out, and goes on in time', () => {
    const fragmenter = fed(pictures({ seconds: 4.1 }), withSound);
    const [first] = taken(fragmenter);
    for (const packet of [...sounds({ seconds: 8.2 }), ...pictures({ from: 4.1, seconds: 4 })]) fragmenter.add(packet);
    const [second] = taken(fragmenter);
    expect(first!.audio.every(isSilence)).toBe(true);
    expect([...second!.audio[0]!.data]).toEqual([1, 0, 63]);
    expect(continuous([first!, second!])).toBe(true);
  });

  it('of a hole is left out with it', () => {
    const after = pictures({ from: 3, seconds: 2 }).map(later(5));
    const fragmenter = fed([...pictures({ seconds: 2.5 }), ...after, ...sounds({ seconds: 12 })], withSound);
    fragmenter.finish();
    const fragments = taken(fragmenter);
    const numbers = fragments.flatMap(({ audio }) => audio).map(({ data }) => data[1]! * 256 + data[2]!);
    expect(numbers.filter((number, index) => index > 0 && number !== numbers[index - 1]! + 1)).toEqual([Math.ceil(8 / 0.064)]);
    expect(continuous(fragments)).toBe(true);
  });

  it('is silence where the recorder sends another form than was asked for', () => {
    const stereo = sounds({ seconds: 5 }).map((packet) => ({ ...packet, tracks: { ...packet.tracks, audio: { ...packet.tracks.audio!, channels: 2 } } }));
    const [fragment] = taken(fed([...pictures({ seconds: 4.1 }), ...stereo], withSound));
    expect(fragment!.audio.every(isSilence)).toBe(true);
  });
});

function later(seconds: number) {
  return <T extends { ptsUs: number; dtsUs: number }>(packet: T): T => ({
    ...packet,
    ptsUs: packet.ptsUs + seconds * 1e6,
    dtsUs: packet.dtsUs + seconds * 1e6,
  });
}
