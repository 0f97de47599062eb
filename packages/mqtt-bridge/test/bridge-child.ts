// A bridge in a process of its own, to be killed. Its login comes over IPC.
import { FakeRecorder } from '@nightjar/testkit';
import { MqttBridge, type MqttBridgeOptions } from '../src/index.ts';

process.once('message', (options: MqttBridgeOptions) => {
  void new MqttBridge(options).start(new FakeRecorder({ cameras: ['porch'] }));
});
