// A Homebridge to be killed: runs our own recorder, and prints its address once it answers.
import { readPluginConfig } from '../src/config/read-plugin-config.ts';
import { EmbeddedRecorder } from '../src/recorder/embedded-recorder.ts';
import { KeptLog } from './kept-log.ts';

const [storagePath = '', launcher = ''] = process.argv.slice(2);
const { config } = readPluginConfig({ cameras: [{ id: 'porch', source: 'synthetic:' }] }, { storagePath, servesExternalsOnly: false });
const recorder = new EmbeddedRecorder({ config, storagePath, launcher, log: new KeptLog() });
const { url } = await recorder.start();
process.stdout.write(`${url}\n`);
// It is held until somebody kills this process.
setInterval(() => undefined, 60_000);
