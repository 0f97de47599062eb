// A recorder on MQTT, and a broker for those who have none.
export { MqttBridge } from './bridge.ts';
export type { BridgeLogger, LogFields } from './logger.ts';
export type { MqttBridgeOptions, MqttHealth } from './options.ts';
export type { EventPayload, EventType } from './payloads.ts';
export { TOPICS, topicFor, type TopicName, type TopicSpec } from './topics.ts';
export { topicsMarkdown } from './topics-markdown.ts';
export { type BrokerCredentials, BrokerError, type BrokerUser, EmbeddedBroker, type EmbeddedBrokerOptions } from './embedded-broker.ts';
