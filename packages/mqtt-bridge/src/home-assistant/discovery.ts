// The discovery message of a camera and of a recorder (Home Assistant's device discovery over MQTT).
import type { Camera, ServerInfo } from '@nightjar/client';
import { topicFor } from '../topics.ts';
import { cameraAvailability, cameraParts, cameraTriggers } from './camera-components.ts';
import { withIds } from './component-maker.ts';
import { cameraIdentifier, cameraObjectId, discoveryTopic, serverObjectId } from './discovery-ids.ts';
import { configurationUrl, type DiscoveryContext, type DiscoveryMessage, deviceName, origin } from './discovery-message.ts';
import { fitting } from './fitting.ts';
import { serverParts } from './server-components.ts';

/** A camera as a device. Publish its recorder's first: Home Assistant makes up an unknown device for one it does not know. */
export function cameraDiscovery(camera: Camera, server: ServerInfo, context: DiscoveryContext): DiscoveryMessage {
  const { base, prefix, page } = context;
  const objectId = cameraObjectId(base, camera.id);
  return fitting({
    topic: discoveryTopic(prefix, objectId),
    payload: {
      device: {
        identifiers: [cameraIdentifier(base, camera.id)],
        name: deviceName(camera.name, camera.id),
        model: 'Camera',
        via_device: serverObjectId(base, server.id),
        ...configurationUrl(server, page),
      },
      origin: origin(server),
      availability: cameraAvailability(base, server.id, camera.id),
      availability_mode: 'all',
      qos: 1,
      components: { ...withIds(cameraParts(camera, server.id, context), { objectId, entity: [base, camera.id] }), ...cameraTriggers(camera, context) },
    },
  });
}

/** A recorder as a device. */
export function serverDiscovery(server: ServerInfo, context: DiscoveryContext): DiscoveryMessage {
  const { base, prefix, page } = context;
  const objectId = serverObjectId(base, server.id);
  return fitting({
    topic: discoveryTopic(prefix, objectId),
    payload: {
      device: {
        identifiers: [objectId],
        name: deviceName(/^nightjar/i.test(server.name) ? server.name : `Nightjar ${server.name}`, server.id),
        manufacturer: 'Nightjar',
        model: 'Recorder',
        sw_version: server.version,
        ...configurationUrl(server, page),
      },
      origin: origin(server),
      availability: [{ topic: topicFor(base, 'serverState', server.id) }],
      availability_mode: 'all',
      qos: 1,
      components: withIds(serverParts(server.id, context), { objectId, entity: [base, 'server', server.id] }),
    },
  });
}
