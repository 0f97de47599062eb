// An AAC-LC track from what is asked of an encoder, so that a file's header need not wait for its first frame.
import { BoxWriter } from './box-writer.ts';
import { MediaError } from './media-error.ts';
import { AAC_CHANNELS, AAC_RATES } from './sample-entry.ts';
import type { AudioTrack } from './track.ts';

const AAC_LC = 2;
/** ISO/IEC 14496-1 §7.2.2.1 and §7.2.6.6: tags, MPEG-4 audio, an audio stream. */
const [ES_DESCRIPTOR, DECODER_CONFIG, DECODER_SPECIFIC, SL_CONFIG] = [3, 4, 5, 6];
const [MPEG4_AUDIO, AUDIO_STREAM] = [0x40, 0x15];
const SPECIFIC_BYTES = 2;
const DECODER_BYTES = 13 + 2 + SPECIFIC_BYTES;
const ES_BYTES = 3 + 2 + DECODER_BYTES + 2 + 1;

/**
 * Describes AAC-LC.
 *
 * @param sampleRate - Hz.
 * @throws MediaError for a rate or a number of channels that AAC has no number for.
 */
export const aacTrack = (trackId: number, sampleRate: number, channels: number): AudioTrack => {
  const [rateIndex, channelIndex] = [AAC_RATES.indexOf(sampleRate), AAC_CHANNELS.indexOf(channels)];
  if (rateIndex < 0 || channelIndex < 1) throw new MediaError(`AAC knows no sound of ${sampleRate} Hz and ${channels} channels.`);
  const writer = new BoxWriter();
  writer.box('mp4a', () => {
    writer.zeros(6);
    writer.u16(1);
    writer.zeros(8);
    writer.u16(channels);
    writer.u16(16);
    writer.zeros(4);
    // 16.16; what does not fit is in the configuration alone.
    writer.u16(sampleRate > 0xffff ? 0 : sampleRate);
    writer.u16(0);
    writer.fullBox('esds', 0, 0, () => {
      writer.bytes(Uint8Array.of(ES_DESCRIPTOR, ES_BYTES, 0, 0, 0));
      writer.bytes(Uint8Array.of(DECODER_CONFIG, DECODER_BYTES, MPEG4_AUDIO, AUDIO_STREAM));
      // Size of the decoder's buffer and both bit rates: not known.
      writer.zeros(11);
      writer.bytes(Uint8Array.of(DECODER_SPECIFIC, SPECIFIC_BYTES));
      // AudioSpecificConfig, ISO/IEC 14496-3 §1.6.2.1: five bits, four, four, and three of zero.
      writer.u16((AAC_LC << 11) | (rateIndex << 7) | (channelIndex << 3));
      writer.bytes(Uint8Array.of(SL_CONFIG, 1, 2));
    });
  });
  return { kind: 'audio', trackId, timescale: sampleRate, codec: 'aac', codecString: 'mp4a.40.2', sampleRate, channels, sampleEntry: writer.finish() };
};
