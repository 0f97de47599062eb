// CameraSettings → the words of `cameras[]` in the file, every default written out and no password in them.
import type { CameraSettings } from '../model/camera.ts';
import { maskSource } from '../model/masked-source.ts';
import type { Source } from '../model/source.ts';
import type { CameraTree } from './merge-camera.ts';

/** A camera's settings as people may see them. */
export function cameraWords({ source, detect, zones, ...rest }: CameraSettings): CameraTree {
  return {
    ...rest,
    source: wordsOf(source),
    detect: { ...detect, ...(detect.source === undefined ? {} : { source: wordsOf(detect.source) }) },
    zones: zones.map((zone) => ({ ...zone })),
  };
}

const wordsOf = (source: Source): string => maskSource(source.url.reveal());
