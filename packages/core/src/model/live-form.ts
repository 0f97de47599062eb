// Forms that a live stream is encoded in where a viewer cannot take it as the camera sends it.
import type { AudioForm, VideoForm } from '@nightjar/client';

/** Sound in a form of its own; `frameMs` is there for Opus. */
export type SoundForm = AudioForm & ({ readonly codec: 'aac'; readonly frameMs?: undefined } | { readonly codec: 'opus'; readonly frameMs: 20 | 40 | 60 });

/** What an encoder makes. */
export type LiveForm = VideoForm | SoundForm;

/** Whether a form is one of video. */
export const isVideoForm = (form: LiveForm): form is VideoForm => form.codec === 'h264';
