// The topic table.
import { baseTopicProblem, retainedCameraTopics, TOPICS, type TopicName, topicFor, topicSpec } from './topics.ts';
import { topicsMarkdown } from './topics-markdown.ts';

const NAMES = Object.keys(TOPICS) as TopicName[];

describe('topics', () => {
  it('hold the id below a base of several levels', () => {
    expect(topicFor('home/cams', 'cameraEventLast', 'porch')).toBe('home/cams/camera/porch/event/last');
    expect(topicFor('nightjar', 'serverState', 'rec1')).toBe('nightjar/server/rec1/state');
  });

  it('are retained where they are a state and never where they are an event', () => {
    for (const name of NAMES) {
      const { keep, retain } = topicSpec(name);
      if (keep === 'state') expect([name, retain]).toEqual([name, true]);
      if (keep === 'event') expect([name, retain]).toEqual([name, false]);
    }
  });

  it('of a camera that are retained are known, to be emptied', () => {
    expect(retainedCameraTopics()).toEqual([
      'cameraAvailability',
      'cameraInfo',
      'cameraMotion',
      'cameraRecording',
      'cameraStats',
      'cameraEventLast',
      'cameraSnapshot',
    ]);
  });

  it('are all in the reference', () => {
    const page = topicsMarkdown();
    for (const name of NAMES) expect(page).toContain(`| \`${TOPICS[name].pattern}\` |`);
  });

  it.each(['', '/a', 'a/', 'a//b', 'a/+', 'a/#', '$SYS', 'a\nb'])('do not begin with %j', (base) => {
    expect(baseTopicProblem(base)).toMatch(/^must/);
  });
});
