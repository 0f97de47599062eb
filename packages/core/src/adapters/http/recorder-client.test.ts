// The client over a real connection does what every `RecorderApi` does.
import { RecorderClient } from '@nightjar/client';
import { describeRecorderApi, FakeRecorder } from '@nightjar/testkit';
import { httpRecorder } from '../../../test/http-recorder.ts';

describeRecorderApi('RecorderClient', async () => {
  const recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
  const other = recorder.openEvent('yard');
  recorder.closeEvent(other.id);
  const { id } = recorder.openEvent('porch');
  recorder.closeEvent(id);
  recorder.readyEvent(id);
  const server = await httpRecorder({ recorder });
  const api = new RecorderClient({ url: server.url, credentials: { name: 'admin', password: 'admin' }, reconnection: { firstMs: 10, longestMs: 50 } });
  return {
    api,
    cameraId: 'porch',
    eventId: id,
    foreignEventId: other.id,
    publish: (change) => recorder.publish(change),
    sendVideo: (frames, cameraId = 'porch') => recorder.video(cameraId).sendFrames(frames),
    close: () => server.close(),
  };
});
