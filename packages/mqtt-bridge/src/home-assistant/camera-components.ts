// The entities of one camera.
import type { Camera, RecordMode } from '@nightjar/client';
import type { EventType } from '../payloads.ts';
import { type CommandName, type TopicName, topicFor } from '../topics.ts';
import type { Part } from './component-maker.ts';
import { type Availability, type DiscoveryContext, expireAfter } from './discovery-message.ts';

/** What `event` says; `update` has a topic of its own. */
const EVENT_TYPES: readonly (Exclude<EventType, 'update'> | 'trigger')[] = ['start', 'end', 'ready', 'trigger'];
const RECORD_MODES: readonly RecordMode[] = ['off', 'motion', 'continuous'];
/** Room for the names of presets, in bytes; what does not fit cannot be chosen. */
const PRESET_BYTES = 500;
/** How long the button records. */
const TRIGGER_SECONDS = 30;
/** A third word beside `online` and `offline` that Home Assistant would pass over, and keep what it believed. */
const ONLINE_OR_NOT = "{{ 'online' if value == 'online' else 'offline' }}";

/** Whether the recorder runs, then whether it has the camera. */
export function cameraAvailability(base: string, serverId: string, cameraId: string): readonly [Availability, Availability] {
  return [{ topic: topicFor(base, 'serverState', serverId) }, { topic: topicFor(base, 'cameraAvailability', cameraId), value_template: ONLINE_OR_NOT }];
}

/** Components by key. */
export function cameraParts(camera: Camera, serverId: string, context: DiscoveryContext): Readonly<Record<string, Part>> {
  const { base, preview = false, snapshots = true, recordingsSize = false } = context;
  const topic = (name: TopicName | CommandName, property?: string): string => topicFor(base, name, camera.id, property);
  const property = (name: string) => ({ state_topic: topic('cameraPropertyState', name), command_topic: topic('cameraSet', name) });
  const figure = (name: string) => ({ state_topic: topic('cameraStats'), value_template: `{{ value_json.${name} }}` });
  // What is to be seen and switched while there is no picture depends on the recorder alone.
  const [recorder] = cameraAvailability(base, serverId, camera.id);
  const always = { availability: [recorder] };
  const measured = { state_class: 'measurement', expire_after: expireAfter(context), entity_category: 'diagnostic' };
  const presets = fittingPresets(context.presets?.(camera) ?? []);
  return {
    motion: { platform: 'binary_sensor', name: 'Motion', device_class: 'motion', state_topic: topic('cameraMotion') },
    recording_active: {
      platform: 'binary_sensor',
      name: 'Recording',
      device_class: 'running',
      entity_category: 'diagnostic',
      state_topic: topic('cameraRecording'),
    },
    connected: {
      platform: 'binary_sensor',
      name: 'Connected',
      device_class: 'connectivity',
      entity_category: 'diagnostic',
      state_topic: topic('cameraAvailability'),
      value_template: ONLINE_OR_NOT,
      payload_on: 'online',
      payload_off: 'offline',
      ...always,
    },
    ...(preview ? { still: { platform: 'camera', name: 'Still', topic: topic('cameraPreview'), qos: 0 } } : {}),
    ...(snapshots ? { event_image: { platform: 'image', name: 'Last event', image_topic: topic('cameraSnapshot'), content_type: 'image/jpeg', qos: 0 } } : {}),
    event: { platform: 'event', name: 'Event', device_class: 'motion', state_topic: topic('cameraEvent'), event_types: EVENT_TYPES },
    armed: { platform: 'switch', name: 'Alarm armed', icon: 'mdi:shield-home', ...property('armed') },
    detection: { platform: 'switch', name: 'Detection', icon: 'mdi:motion-sensor', entity_category: 'config', ...property('detection') },
    record: { platform: 'switch', name: 'Record', icon: 'mdi:record-rec', entity_category: 'config', ...property('record') },
    record_mode: {
      platform: 'select',
      name: 'Record mode',
      icon: 'mdi:filmstrip-box',
      entity_category: 'config',
      options: RECORD_MODES,
      ...property('record_mode'),
    },
    sensitivity: {
      platform: 'number',
      name: 'Motion sensitivity',
      entity_category: 'config',
      min: 0,
      max: 100,
      step: 1,
      mode: 'slider',
      unit_of_measurement: '%',
      ...property('sensitivity'),
    },
    privacy: { platform: 'switch', name: 'Privacy', icon: 'mdi:eye-off', entity_category: 'config', ...property('privacy'), ...always },
    enabled: { platform: 'switch', name: 'Enabled', icon: 'mdi:power', entity_category: 'config', ...property('enabled'), ...always },
    trigger: {
      platform: 'button',
      name: 'Trigger recording',
      icon: 'mdi:record-circle',
      command_topic: topic('cameraCommand', 'trigger'),
      payload_press: JSON.stringify({ source: 'homeassistant', duration: TRIGGER_SECONDS }),
    },
    // It has no state: moved by hand, a camera is at no preset.
    ...(presets.length > 0
      ? { ptz_preset: { platform: 'select', name: 'PTZ preset', icon: 'mdi:cctv', options: presets, command_topic: topic('cameraSet', 'ptz_preset') } }
      : {}),
    fps: { platform: 'sensor', name: 'FPS', ...figure('fps'), unit_of_measurement: 'fps', suggested_display_precision: 1, ...measured },
    score: { platform: 'sensor', name: 'Motion score', ...figure('score'), unit_of_measurement: '%', enabled_by_default: false, ...measured },
    bitrate: {
      platform: 'sensor',
      name: 'Bitrate',
      device_class: 'data_rate',
      ...figure('bitrate_kbps'),
      unit_of_measurement: 'kbit/s',
      enabled_by_default: false,
      ...measured,
    },
    ...(recordingsSize
      ? {
          disk_used: { platform: 'sensor', name: 'Recordings size', device_class: 'data_size', ...figure('disk_bytes'), unit_of_measurement: 'B', ...measured },
        }
      : {}),
  };
}

/** Triggers for the automation editor, where each is offered as `"alarm" started`. */
export function cameraTriggers(camera: Camera, { base }: DiscoveryContext) {
  const trigger = (subtype: string, type: string, condition: string) =>
    ({
      platform: 'device_automation',
      automation_type: 'trigger',
      topic: topicFor(base, 'cameraEvent', camera.id),
      type,
      subtype,
      payload: 'yes',
      value_template: `{{ 'yes' if ${condition} else '' }}`,
    }) as const;
  return {
    trigger_alarm: trigger('alarm', 'started', "value_json.event_type == 'start' and value_json.armed"),
    trigger_start: trigger('event', 'started', "value_json.event_type == 'start'"),
    trigger_end: trigger('event', 'ended', "value_json.event_type == 'end'"),
    trigger_ready: trigger('event', 'ready to watch', "value_json.event_type == 'ready'"),
  } as const;
}

function fittingPresets(presets: readonly string[]): readonly string[] {
  let bytes = 0;
  return [...new Set(presets)].filter((preset) => preset !== '' && (bytes += Buffer.byteLength(JSON.stringify(preset)) + 1) <= PRESET_BYTES);
}
