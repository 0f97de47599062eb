// Live views and recordings of one camera, and the look at the network that each view is worth.
import type { HAP } from 'homebridge';
import type { FaceParts } from './accessories/camera-face.ts';
import type { CameraContext } from './camera-context.ts';
import { checkRoute, type NetworkBook } from './diagnostics/network-check.ts';
import { LiveDelegate } from './live/live-delegate.ts';
import { RecordingDelegate } from './recording/recording-delegate.ts';

/** What a camera's face shows and sends. */
export function cameraMedia(hap: HAP, context: CameraContext, network: NetworkBook): Pick<FaceParts, 'live' | 'recordings'> {
  const recordings = context.settings.recording ? new RecordingDelegate({ context, hap }) : undefined;
  return {
    recordings,
    live: (controller) => {
      const views = new LiveDelegate({ context, controller });
      return {
        prepareStream: (request, callback) => {
          views.prepareStream(request, callback);
          lookAtNetwork(context, request.targetAddress, request.sourceAddress, network).catch(() => undefined);
        },
        handleStreamRequest: (request, callback) => views.handleStreamRequest(request, callback),
        endAll: (why) => views.endAll(why),
        dispose: () => views.dispose(),
      };
    },
  };
}

/** Says once what keeps live views from beginning although pictures come. */
async function lookAtNetwork({ settings, log }: CameraContext, peer: string, source: string, network: NetworkBook): Promise<void> {
  const found = await checkRoute(peer, settings.address ?? source);
  // Who chose an address knows of a way that the machine's routes do not show, as around a container.
  if (found === undefined || !network.note(found) || found.isSame || settings.address !== undefined) return;
  log.warn(
    `The viewer at ${found.peer} is told to send to ${found.offered}, but packets to it leave from ${found.route}. If live views do not begin, set "address" to ${found.route}.`,
  );
}
