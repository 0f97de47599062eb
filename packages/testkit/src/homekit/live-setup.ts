// What stands before a live view: ports bound, keys and addresses agreed on.
import { randomBytes } from 'node:crypto';
import type { AccessoryView } from './accessory-database.ts';
import type { HapClient } from './hap-client.ts';
import type { RtpPacket } from './rtp-packet.ts';
import { type EndpointAnswer, endpointAnswer, endpointRequest } from './rtp-setup.ts';
import { RtpTrack } from './rtp-track.ts';
import type { SrtpMaster } from './srtp-keys.ts';

/** A slot that had another viewer, or a camera that could not answer. */
export class ViewRefused extends Error {
  readonly status: EndpointAnswer['status'];

  constructor(status: EndpointAnswer['status']) {
    super(`the camera answered SetupEndpoints with ${status}`);
    this.name = 'ViewRefused';
    this.status = status;
  }
}

/** What is agreed on before START. */
export interface LiveSetup {
  readonly sessionId: Uint8Array;
  readonly answer: EndpointAnswer;
  readonly video: RtpTrack;
  readonly audio: RtpTrack;
  take: { readonly video: (packet: RtpPacket, gap: boolean) => void; readonly audio: (packet: RtpPacket) => void };
}

const newMaster = (): SrtpMaster => ({ key: randomBytes(16), salt: randomBytes(14) });

/** Binds ports and writes SetupEndpoints. @throws ViewRefused where the camera does not agree. */
export async function setUpLive(client: HapClient, camera: AccessoryView, slot: number): Promise<LiveSetup> {
  const keys = { video: newMaster(), audio: newMaster() };
  const take: LiveSetup['take'] = { video: () => {}, audio: () => {} };
  const setup = { take };
  const video = await RtpTrack.bind(client.host, keys.video, (packet, gap) => setup.take.video(packet, gap));
  const audio = await RtpTrack.bind(client.host, keys.audio, (packet) => setup.take.audio(packet));
  try {
    const sessionId = randomBytes(16);
    const id = camera.id('CameraRTPStreamManagement', 'SetupEndpoints', slot);
    await client.put({ id, value: endpointRequest({ sessionId, address: client.host, videoPort: video.port, audioPort: audio.port, ...keys }) });
    const [value] = await client.get(id);
    const answer = endpointAnswer(String(value));
    if (answer.status !== 'ready') throw new ViewRefused(answer.status);
    return Object.assign(setup, { sessionId, answer, video, audio });
  } catch (error) {
    video.close();
    audio.close();
    throw error;
  }
}
