// The fake recorder keeps the contract of the real one.
import { describeRecorderApi } from '../contracts/recorder-api-contract.ts';
import { FakeRecorder } from './fake-recorder.ts';

describeRecorderApi('FakeRecorder', async () => {
  const recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
  const other = recorder.openEvent('yard');
  recorder.closeEvent(other.id);
  const { id } = recorder.openEvent('porch');
  recorder.closeEvent(id);
  recorder.readyEvent(id);
  return {
    api: recorder,
    cameraId: 'porch',
    eventId: id,
    foreignEventId: other.id,
    publish: (change) => recorder.publish(change),
    sendVideo: (frames, cameraId = 'porch') => recorder.video(cameraId).sendFrames(frames),
  };
});
