// `encoding`: live streams that are encoded anew for viewers who cannot take them as the camera sends them.
import * as Type from 'typebox';
import { section } from './field.ts';

/** `encoding`. */
export const encodingSchema = section(
  {
    title: 'Encoding',
    description: 'Live streams that are encoded anew for viewers who need another form, one encoder for each stream and form. Recording never needs one.',
    'x-restart': 'none',
    default: {},
  },
  {
    maxVideo: Type.Integer({
      title: 'Encoders of video',
      description: 'Encoders of video that may run at once. Each takes a good part of a processor core, by the size of the camera and of the form.',
      default: 4,
      minimum: 0,
      maximum: 100,
      'x-restart': 'none',
    }),
    maxSound: Type.Integer({
      title: 'Encoders of sound',
      description: 'Encoders of sound that may run at once. Each takes one or two hundredths of a processor core and some 50 MiB.',
      default: 32,
      minimum: 0,
      maximum: 500,
      'x-restart': 'none',
    }),
  },
);
