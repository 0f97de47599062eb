import { cameraSettings } from '../../test/camera-settings.ts';
import { wallMs } from '../model/time.ts';
import { cameraView } from './camera-view.ts';

describe('a camera for clients', () => {
  it('has no source and no secret', () => {
    const state = {
      status: 'offline',
      since: wallMs(Date.UTC(2026, 0, 1)),
      fps: 0,
      bitrateKbps: 0,
      gopSeconds: 0,
      codec: '',
      width: 0,
      height: 0,
      score: 0,
      motion: false,
      recording: false,
      droppedPackets: 0,
      reconnects: 3,
      clockJumps: 1,
      problem: 'no route',
    } as const;
    const main = { stream: 'main', codec: '', width: 0, height: 0, fps: 0, bitrateKbps: 0, gopSeconds: 0, hasBFrames: false } as const;
    expect(cameraView(cameraSettings(), { state, streams: [main], switched: { privacy: true }, siteArmed: true })).toEqual({
      id: 'porch',
      name: 'Front porch',
      function: 'modect',
      audio: true,
      zones: ['all'],
      controls: { enabled: true, armed: true, detection: true, record: true, recordMode: 'motion', sensitivity: 50, privacy: true },
      armed: true,
      state: { ...state, since: '2026-01-01T00:00:00.000Z' },
      streams: [main],
    });
  });
});
