// A recorder on MQTT, and a broker for those who have none.

export { MqttBridge } from './bridge.ts';
export type { ScryptHash, TlsPem } from './broker-messages.ts';
export type { BrokerTls, BrokerUser, EmbeddedBrokerOptions } from './broker-options.ts';
export { bridgeMarkdown } from './cli/option-table.ts';
export { type BrokerCredentials, BrokerError, EmbeddedBroker } from './embedded-broker.ts';
export type { BridgeLogger, LogFields } from './logger.ts';
export type { MqttBridgeOptions, MqttHealth, TlsMaterial } from './options.ts';
export type { EventPayload, EventType } from './payloads.ts';
export { TOPICS, type TopicName, type TopicSpec, topicFor } from './topics.ts';
export { topicsMarkdown } from './topics-markdown.ts';
