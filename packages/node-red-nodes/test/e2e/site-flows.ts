// One flow of every node, as a house would have them.
import { asked, type FlowNode, tab, told } from './asked-flows.ts';

/** Of nodes that wait for the recorder, so that a test tries again soon. */
const PATIENCE = { timeout: '3', timeoutType: 'num' };
const camera = { camera: 'payload.camera', cameraType: 'msg' };

/** All of them but the site; what is asked takes its camera from the payload. */
export const EVERY_NODE: readonly FlowNode[] = [
  tab,
  ...told({ id: 'motion', type: 'nightjar-motion-in' }),
  ...told({ id: 'event', type: 'nightjar-event-in', types: ['start', 'ready', 'trigger'], kinds: [], image: 'none' }),
  ...told({ id: 'pictured', type: 'nightjar-event-in', types: ['ready'], kinds: [], image: 'snapshot', imageWidth: 320 }),
  ...told({ id: 'status', type: 'nightjar-status', what: 'both', initial: true }),
  ...asked({ id: 'snapshot', type: 'nightjar-snapshot', ...camera, source: 'live', width: '320', widthType: 'num', output: 'buffer' }),
  ...asked({ id: 'eventSnapshot', type: 'nightjar-snapshot', ...camera, source: 'event', event: 'payload.event', eventType: 'msg', output: 'buffer' }),
  ...asked({ id: 'trigger', type: 'nightjar-trigger', ...camera, action: 'pulse', label: 'bell', labelType: 'str', duration: '1', durationType: 'num' }),
  ...asked({ id: 'set', type: 'nightjar-set', target: 'camera', ...camera, property: 'armed', value: 'payload.value', valueType: 'msg', ...PATIENCE }),
  ...asked({ id: 'mode', type: 'nightjar-set', target: 'camera', ...camera, property: 'sensitivity', value: 'payload.value', valueType: 'msg', ...PATIENCE }),
  ...asked({ id: 'arm', type: 'nightjar-set', target: 'site', property: 'armed', value: 'toggle', valueType: 'toggle', ...PATIENCE }),
  ...asked({ id: 'ptz', type: 'nightjar-ptz', ...camera, action: 'home' }),
  ...asked({ id: 'recordings', type: 'nightjar-recordings', ...camera, outputMode: 'array' }),
  ...asked({
    id: 'export',
    type: 'nightjar-export',
    what: 'event',
    event: 'payload.event',
    eventType: 'msg',
    delivery: 'file',
    filename: 'payload.file',
    filenameType: 'msg',
  }),
  ...asked({ id: 'stream', type: 'nightjar-stream', ...camera, protocol: 'mjpeg', seconds: '60', secondsType: 'num' }),
];
