// HomeKit from the other side: a controller, a viewer and a home hub of our own, and a real Homebridge to point them at.

export { freePort } from '../processes/free-port.ts';
export { type ProcessFacts, processFacts, processTree } from '../processes/process-facts.ts';
export { AccessoryDatabase, AccessoryView, type CharacteristicId, type HapValue } from './accessory-database.ts';
export { type AccessUnit, annexB, H264Depacketizer } from './h264-depacketizer.ts';
export { type CharacteristicChange, HapClient, HapError } from './hap-client.ts';
export { PairingError } from './hap-pairing.ts';
export { HdsClient, RecordingRefused } from './hds-client.ts';
export { type ExternalAccessory, HomebridgeHarness, type HomebridgeOptions } from './homebridge-harness.ts';
export { type CloseReason, HubRecording, type RecordedPart } from './hub-recording.ts';
export { ViewRefused } from './live-setup.ts';
export { LiveViewer, type LiveViewOptions } from './live-viewer.ts';
export { type RecordingChoice, recordingChoice, USUAL_RECORDING } from './recording-configuration.ts';
export { nack, pictureLoss, receiverReport, rtcpParts, type SenderReport, senderReports } from './rtcp.ts';
export { isRtcp, type RtpPacket, readRtp, writeRtp } from './rtp-packet.ts';
export type { AudioRequest, VideoRequest } from './rtp-setup.ts';
export type { SrtpMaster } from './srtp-keys.ts';
export { SrtpReceiver } from './srtp-receiver.ts';
export { SrtpSender } from './srtp-sender.ts';
export { decodeTlv, encodeTlv, float32, littleEndian, Tlv } from './tlv8.ts';
