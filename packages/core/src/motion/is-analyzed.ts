// Which packets analysis needs, so that the others are not even copied to it.
import type { Packet } from '../model/packet.ts';
import type { AnalysisRequest } from '../ports/motion-analyzer.ts';

/** Whether analysis in this mode needs the packet: sound never, in key-frame mode key pictures only. */
export const isAnalyzed = (mode: AnalysisRequest['mode'], packet: Packet): boolean => packet.track === 'video' && (mode === 'continuous' || packet.isKey);
