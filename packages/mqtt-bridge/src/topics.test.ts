// The topic table.
import { baseTopicProblem, commandAddress, commandFilters, idIn, retainedCameraTopics, TOPICS, type TopicName, topicFor, topicSpec } from './topics.ts';
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
    const topics = retainedCameraTopics('nightjar', 'porch').map((topic) => topic.replace('nightjar/camera/porch/', ''));
    const states = ['enabled', 'armed', 'detection', 'record', 'record_mode', 'sensitivity', 'privacy', 'preview'].map((name) => `${name}/state`);
    expect(topics).toEqual(['availability', 'motion', 'recording', 'stats', 'event/last', 'snapshot', 'preview', ...states, 'info']);
  });

  it.each([
    ['home/cams/camera/porch/armed/set', { kind: 'cameraSet', id: 'porch', name: 'armed' }],
    ['home/cams/camera/porch/nonsense/set', { kind: 'cameraSet', id: 'porch', name: 'nonsense' }],
    ['home/cams/camera/porch/cmd/trigger', { kind: 'cameraCommand', id: 'porch', name: 'trigger' }],
    ['home/cams/server/rec1/armed/set', { kind: 'serverSet', id: 'rec1', name: 'armed' }],
    ['home/cams/server/rec1/cmd/reload', { kind: 'serverCommand', id: 'rec1', name: 'reload' }],
    ['home/cams/site/armed/set', { kind: 'siteSet', id: '', name: 'armed' }],
    ['home/cams/camera/porch/cmd/trigger/result', undefined],
    ['home/cams/camera/porch/armed/state', undefined],
    ['home/camera/porch/armed/set', undefined],
    ['home/cams', undefined],
  ])('%s is understood as a command, or not at all', (topic, expected) => {
    expect(commandAddress('home/cams', topic)).toEqual(expected);
  });

  it('are listened to for the cameras a recorder has, and for no others', () => {
    expect(commandFilters('nightjar', 'rec1', ['porch'])).toEqual([
      'nightjar/server/rec1/+/set',
      'nightjar/server/rec1/cmd/+',
      'nightjar/site/+/set',
      'nightjar/camera/porch/+/set',
      'nightjar/camera/porch/cmd/+',
    ]);
  });

  it('say whose they are', () => {
    expect(idIn('home/cams', 'cameraInfo', 'home/cams/camera/porch/info')).toBe('porch');
    for (const topic of ['home/cams/camera/porch/motion', 'home/cams/camera//info', 'home/cams/camera/a/b/info', 'x/camera/porch/info'])
      expect(idIn('home/cams', 'cameraInfo', topic)).toBeUndefined();
  });

  it('are all in the reference', () => {
    const page = topicsMarkdown();
    for (const name of NAMES) expect(page).toContain(`| \`${TOPICS[name].pattern}\``);
  });

  it.each(['', '/a', 'a/', 'a//b', 'a/+', 'a/#', '$SYS', 'a\nb'])('do not begin with %j', (base) => {
    expect(baseTopicProblem(base)).toMatch(/^must/);
  });
});
