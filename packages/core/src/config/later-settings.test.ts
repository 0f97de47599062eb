// What is said about settings that change nothing yet.
import { cameraSettings } from '../../test/camera-settings.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { laterSettings } from './later-settings.ts';

const zone = { id: 'window', kind: 'privacy', sensitivity: 50, overloadFrames: 0, extendAlarmFrames: 0 } as const;

describe('settings of later versions', () => {
  it('are none in an ordinary configuration', () => {
    expect(laterSettings(recorderConfig())).toEqual([]);
  });

  it('are each told', () => {
    const config = recorderConfig({
      cameras: [cameraSettings({ zones: [zone] })],
    });
    expect(laterSettings(config)).toEqual([expect.stringMatching(/^camera porch: motion in window is ignored, but pictures and video still show it/)]);
  });
});
