// The motion thread: sessions away from the thread that records.
import { parentPort } from 'node:worker_threads';
import { ffmpegFrameDecoders } from '../ffmpeg/ffmpeg-frame-decoder.ts';
import { MotionHost } from './motion-host.ts';

const host = new MotionHost(ffmpegFrameDecoders, (message) => parentPort?.postMessage(message));
parentPort?.on('message', (message) => host.hear(message));
