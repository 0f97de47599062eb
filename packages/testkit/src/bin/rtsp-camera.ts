// Serves video files as RTSP cameras, for benchmarks and for people who have no camera at hand.
import { type CameraFaults, FAULT_SYNTAX, parseFault } from '../rtsp/camera-faults.ts';
import { type ClipAudioChoice, loadClip } from '../rtsp/load-clip.ts';
import { RtspCamera, type RtspStream } from '../rtsp/rtsp-camera.ts';

const USAGE = `usage: rtsp-camera PORT NAME=FILE … [--loop] [--audio none|aac|pcma|pcmu] [--fault FAULT]…
  FAULT: ${FAULT_SYNTAX}`;

async function main(args: readonly string[]): Promise<void> {
  const rest = [...args];
  const port = Number(rest.shift());
  const files: (readonly [string, string])[] = [];
  let loop = false;
  let audio: ClipAudioChoice = 'none';
  let faults: CameraFaults = {};
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--loop') loop = true;
    else if (word === '--fault') faults = { ...faults, ...parseFault(rest.shift() ?? '') };
    else if (word === '--audio') audio = parseAudio(rest.shift());
    else if (/^[\w-]+=./.test(word)) files.push([word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
    else throw new TypeError(`"${word}" is not understood`);
  }
  if (!Number.isInteger(port) || files.length === 0) throw new TypeError('a port and at least one NAME=FILE are needed');
  const streams: Record<string, RtspStream> = {};
  for (const [name, file] of files) streams[name] = { clip: await loadClip(file, audio), loop, faults };
  const camera = await RtspCamera.start({ port, streams });
  process.once('SIGTERM', () => void camera.close());
  process.once('SIGINT', () => void camera.close());
  for (const name of Object.keys(streams)) process.stdout.write(`${camera.url(name)}\n`);
  process.stdout.write('ready\n');
}

function parseAudio(text: string | undefined): ClipAudioChoice {
  if (text === 'none' || text === 'aac' || text === 'pcma' || text === 'pcmu') return text;
  throw new TypeError('--audio takes none, aac, pcma or pcmu');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`rtsp-camera: ${error instanceof Error ? error.message : String(error)}\n${error instanceof TypeError ? `${USAGE}\n` : ''}`);
  process.exitCode = error instanceof TypeError ? 2 : 1;
});
