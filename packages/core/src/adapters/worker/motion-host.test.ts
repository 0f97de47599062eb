import { FakeFrameDecoderFactory, sampleVideoTrack, settle } from '@nightjar/testkit';
import { cameraSettings } from '../../../test/camera-settings.ts';
import { picturesOf } from '../../../test/packets.ts';
import { mediaUs, wallMs } from '../../model/time.ts';
import type { FrameDecoderRequest } from '../../ports/frame-decoder.ts';
import type { FromHost } from './host-messages.ts';
import { MotionHost } from './motion-host.ts';

const { zones } = cameraSettings();
const REQUEST = { video: sampleVideoTrack(), mode: 'continuous', fps: 5, zones, alarmFrameCount: 1, postRollSeconds: 5, live: true } as const;

const setUp = () => {
  const fakes = new FakeFrameDecoderFactory();
  const wanted: FrameDecoderRequest[] = [];
  const said: FromHost[] = [];
  const open = (request: FrameDecoderRequest) => {
    wanted.push(request);
    return fakes.open(request);
  };
  const host = new MotionHost({ open, openForKeyFrames: open }, (message) => said.push(message));
  for (const session of [1, 2]) {
    host.hear({ type: 'open', session, request: REQUEST, progress: new SharedArrayBuffer(4) });
  }
  const packets = picturesOf(0, 1000).map((packet) => ({ packet, isWanted: true }));
  return { host, said, wanted, decoders: fakes.opened, packets };
};

describe('MotionHost', () => {
  it('ends the session whose frame cannot be looked at, closes its decoder, and goes on with the others', () => {
    const { host, said, wanted, decoders, packets } = setUp();
    wanted[0]?.onFrame({ width: 4, height: 4, luma: new Uint8Array(1), ptsUs: mediaUs(0), wallMs: wallMs(0) });
    expect(said).toEqual([{ type: 'failure', session: 1, message: expect.stringMatching(/^frame has 1 pixels/) }]);
    expect(decoders.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    for (const session of [1, 2]) host.hear({ type: 'packets', session, packets });
    expect(new Set(said.slice(1).map(({ type, session }) => `${type} ${session}`))).toEqual(new Set(['report 2']));
  });

  it('ends the session whose packet cannot be fed, and says so instead of throwing', () => {
    const { host, said, decoders, packets } = setUp();
    host.hear({ type: 'packets', session: 1, packets: packets.slice(1) });
    expect(said).toEqual([{ type: 'failure', session: 1, message: expect.stringMatching(/key packet/) }]);
    expect(decoders.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  it('answers every request for a picture, also where there can be none', async () => {
    const { host, said } = setUp();
    host.hear({ type: 'open', session: 3, request: { ...REQUEST, mode: 'keyframes' }, progress: new SharedArrayBuffer(4) });
    const [key] = picturesOf(0, 1000);
    const request = { video: sampleVideoTrack(), packets: [key!] };
    for (const [number, session] of [1, 3, 4].entries()) host.hear({ type: 'picture', session, number, request });
    await settle();
    const answers = said.flatMap((message) => (message.type === 'picture' ? [message] : []));
    expect(answers.map(({ number, session, jpeg, message }) => [number, session, jpeg !== undefined, message])).toEqual(
      expect.arrayContaining([
        [0, 1, false, expect.stringContaining('only analysis of key frames')],
        [1, 3, true, undefined],
        [2, 4, false, undefined],
      ]),
    );
    expect(said).toHaveLength(3);
  });

  it('says when a session is closed, also one that is not there', async () => {
    const { host, said } = setUp();
    for (const session of [1, 1]) host.hear({ type: 'close', session });
    await Promise.resolve();
    await Promise.resolve();
    expect(said).toEqual([
      { type: 'closed', session: 1 },
      { type: 'closed', session: 1 },
    ]);
  });
});
