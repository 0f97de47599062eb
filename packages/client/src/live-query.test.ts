import { liveQuery } from './live-query.ts';

describe('the query of a live stream', () => {
  it('says nothing of what nobody asked for', () => {
    expect(Object.values(liveQuery({})).filter((value) => value !== undefined)).toEqual([]);
    expect(liveQuery({ stream: 'sub', preRollSeconds: 4, video: true, audio: false })).toEqual({ stream: 'sub', preRollSeconds: 4, video: true, audio: false });
  });

  it('writes a form as its codec and its fields', () => {
    const video = { codec: 'h264', width: 640, height: 360, fps: 15, kbps: 300, gopSeconds: 4 } as const;
    expect(liveQuery({ video })).toMatchObject({ video: 'h264', width: 640, height: 360, fps: 15, kbps: 300, gopSeconds: 4 });
    const audio = { codec: 'opus', sampleRate: 24_000, channels: 1, kbps: 24, frameMs: 60 } as const;
    expect(liveQuery({ audio })).toMatchObject({ audio: 'opus', sampleRate: 24_000, channels: 1, audioKbps: 24, frameMs: 60 });
  });
});
