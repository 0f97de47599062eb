// `retention`: when events are deleted.
import { integerOrNull, SIZE_PATTERN, section, textOrNull } from './field.ts';

/** `retention`. */
export const retentionSchema = section(
  { title: 'Retention', description: 'When events are deleted. Protected events never are.', 'x-restart': 'none', default: {} },
  {
    days: integerOrNull({
      title: 'Days',
      description: 'Days after its end that an event is deleted. null: age deletes nothing.',
      default: 14,
      minimum: 1,
      maximum: 36_500,
      'x-restart': 'none',
    }),
    maxSize: textOrNull({
      title: 'Total size',
      description: 'Size of all events of all areas beyond which the oldest unprotected ones are deleted. null: no such limit.',
      default: null,
      pattern: SIZE_PATTERN,
      'x-expect': 'a size such as 500GB or 2GiB, or null',
      'x-restart': 'none',
    }),
  },
);
