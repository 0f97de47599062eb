// The entities of one recorder.
import { type CommandName, type TopicName, topicFor } from '../topics.ts';
import type { Part } from './component-maker.ts';
import { type DiscoveryContext, expireAfter } from './discovery-message.ts';

/** Components by key. */
export function serverParts(serverId: string, context: DiscoveryContext): Readonly<Record<string, Part>> {
  const topic = (name: TopicName | CommandName, property?: string): string => topicFor(context.base, name, serverId, property);
  const figure = (path: string) => ({
    platform: 'sensor',
    state_topic: topic('serverStats'),
    value_template: `{{ value_json.${path} }}`,
    expire_after: expireAfter(context),
    entity_category: 'diagnostic',
  });
  const bytes = { device_class: 'data_size', unit_of_measurement: 'B', state_class: 'measurement' };
  const percent = { unit_of_measurement: '%', state_class: 'measurement', suggested_display_precision: 1 };
  return {
    disk_free: { ...figure('disk.free_bytes'), name: 'Disk free', ...bytes },
    disk_used_pct: { ...figure('disk.used_percent'), name: 'Disk used', icon: 'mdi:harddisk', ...percent },
    // Absent while nothing is kept; `None` is how Home Assistant is told that a figure is unknown.
    oldest: { ...figure('disk.oldest | default(none)'), name: 'Oldest recording', device_class: 'timestamp' },
    cpu: { ...figure('cpu_percent'), name: 'CPU', icon: 'mdi:chip', ...percent },
    memory: { ...figure('rss_bytes'), name: 'Memory', ...bytes },
    cameras_online: { ...figure('cameras.online'), name: 'Cameras online', icon: 'mdi:cctv', state_class: 'measurement' },
    started: { ...figure('started_at'), name: 'Started', device_class: 'timestamp' },
    problem: {
      platform: 'binary_sensor',
      name: 'Problem',
      device_class: 'problem',
      entity_category: 'diagnostic',
      state_topic: topic('serverProblem'),
      json_attributes_topic: topic('serverProblemAttributes'),
    },
    armed: {
      platform: 'switch',
      name: 'Alarm armed',
      icon: 'mdi:shield-home',
      state_topic: topic('serverPropertyState', 'armed'),
      command_topic: topic('serverSet', 'armed'),
    },
    ...(context.restart
      ? {
          restart: {
            platform: 'button',
            name: 'Restart',
            device_class: 'restart',
            entity_category: 'config',
            enabled_by_default: false,
            command_topic: topic('serverCommand', 'restart'),
            payload_press: '{}',
          },
        }
      : {}),
    update: { platform: 'update', name: 'Version', device_class: 'firmware', entity_category: 'diagnostic', state_topic: topic('serverUpdate') },
  };
}
