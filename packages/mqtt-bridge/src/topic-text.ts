// Texts that every program takes. Many end their connection over others, and again each time they come back to what is retained there.

/** Control characters and what is no character at all; MQTT forbids the first of them and lets programs refuse the rest. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNWANTED = /[\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/;

/** Whether something may be published on a topic without harm to those who listen. */
export const isTopicName = (topic: string): boolean => topic !== '' && !/[+#]/.test(topic) && !UNWANTED.test(topic);

/**
 * Whether something may be answered on a topic that the one who asks has chosen: not in anybody else's name, of which below `base` only results
 * are free, and not where many end their connection.
 */
export const isAnswerTopic = (base: string, topic: string, mostLevels: number): boolean =>
  isTopicName(topic) &&
  !topic.startsWith('$') &&
  levelsOf(topic) <= mostLevels &&
  topic !== base &&
  (!topic.startsWith(`${base}/`) || topic.endsWith('/result'));

/** Levels of a topic. */
export const levelsOf = (topic: string): number => topic.split('/').length;
