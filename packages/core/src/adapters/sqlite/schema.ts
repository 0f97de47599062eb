// The tables as Kysely sees them. Times are integer milliseconds UTC, booleans 0 or 1, lists JSON text.
// What the columns mean is said by the model; only what exists for the database's sake is explained here.
import type { Generated } from 'kysely';

/** One event: `EventRecord`. */
export interface EventsTable {
  readonly id: number;
  readonly camera_id: string;
  readonly server_id: string;
  readonly name: string;
  readonly state: string;
  readonly start_ms: number;
  readonly end_ms: number;
  /** JSON list of `EventCause`. */
  readonly causes: string;
  readonly max_score: number;
  readonly total_score: number;
  readonly frames: number;
  readonly alarm_frames: number;
  readonly area_id: string;
  readonly scheme: string;
  readonly directory: string;
  readonly size_bytes: number;
  readonly video_codec: string;
  readonly width: number;
  readonly height: number;
  readonly has_snapshot: number;
  readonly has_alarm_picture: number;
  readonly notes: string;
  /** JSON list of strings. */
  readonly tags: string;
  readonly protected: number;
  readonly recovered: number;
  /** Which list of `event_lists` it is in; null: in none. */
  readonly class_id: number | null;
  readonly armed: number;
}

/** What searches ask of events, without times: `EventClass`. Rows never change or go. */
export interface EventClassesTable {
  readonly id: Generated<number>;
  readonly camera_id: string;
  readonly causes: number;
  /** JSON list of strings, sorted. */
  readonly zones: string;
  readonly protected: number;
  readonly score_band: number;
}

/** Events by class and time, kept by triggers. */
export interface EventListsTable {
  readonly class_id: number;
  readonly start_ms: number;
  readonly id: number;
  readonly end_ms: number;
  readonly max_score: number;
}

/** At most one row: events with smaller ids may wait to be listed. */
export interface EventBacklogTable {
  readonly below_id: number;
}

/** Sums per area, kept by triggers so that asking costs nothing. */
export interface EventTotalsTable {
  readonly area_id: string;
  readonly events: number;
  readonly size_bytes: number;
}

/** Sums per camera, kept by triggers. */
export interface CameraTotalsTable {
  readonly camera_id: string;
  readonly events: number;
  readonly size_bytes: number;
}

/** At most one row: events with smaller ids are not counted yet. */
export interface CameraTotalsBacklogTable {
  readonly below_id: number;
}

/** The longest event a camera ever had, kept by triggers: bounds how far back a search by time must look. */
export interface EventSpansTable {
  readonly camera_id: string;
  readonly longest_ms: number;
}

/** The next id nobody has; only ever grows. */
export interface IdCountersTable {
  readonly name: string;
  readonly next_id: number;
}

/** One gap: `Gap`. */
export interface GapsTable {
  readonly camera_id: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly reason: string;
  readonly lost_frames: number;
}

/** Which disk is expected where. */
export interface AreasTable {
  readonly id: string;
  readonly identity: string;
  readonly path: string;
}

/** One account: `UserRecord`. */
export interface UsersTable {
  readonly name: string;
  readonly password_hash: string;
  readonly role: string;
  /** JSON mapping, or null. */
  readonly permissions: string | null;
  /** JSON list, or null. */
  readonly cameras: string | null;
  readonly enabled: number;
  /** `isAdmin` of the account, so that one statement can keep the last one. */
  readonly is_admin: number;
  readonly created_ms: number;
  readonly last_login_ms: number | null;
  readonly stamp: string;
  readonly revision: number;
}

/** One login or machine's token: `TokenRecord`. */
export interface TokensTable {
  readonly id: string;
  readonly kind: string;
  readonly name: string | null;
  readonly user: string | null;
  readonly stamp: string | null;
  readonly refresh_id: string | null;
  readonly address: string | null;
  readonly secret_hash: string | null;
  readonly role: string | null;
  readonly cameras: string | null;
  readonly created_by: string | null;
  readonly created_ms: number;
  readonly expires_ms: number | null;
  readonly last_used_ms: number | null;
}

/** One entry of the audit log: `AuditEntry`. */
export interface AuditTable {
  readonly id: Generated<number>;
  readonly at_ms: number;
  readonly kind: string;
  readonly is_refusal: number;
  readonly name: string | null;
  readonly address: string;
  readonly detail: string;
  readonly count: number;
}

/** One camera: `StoredCamera`. */
export interface CamerasTable {
  /** In the order they came; made by the database. */
  readonly number: Generated<number>;
  readonly id: string;
  /** JSON. */
  readonly settings: string;
  readonly provisioned: number;
}

/** One setting that was changed while the recorder ran. */
export interface SettingsTable {
  readonly name: string;
  /** JSON. */
  readonly value: string;
}

/** One export: `ExportRecord`. */
export interface ExportsTable {
  readonly id: Generated<number>;
  readonly camera_id: string;
  readonly camera_name: string;
  readonly name: string;
  readonly state: string;
  readonly is_span: number;
  /** JSON list of ids. */
  readonly events: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly created_ms: number;
  readonly created_by: string;
  readonly finished_ms: number | null;
  /** JSON of `ExportedFile`, or null. */
  readonly file: string | null;
  /** JSON, or null. */
  readonly error: string | null;
}

/** All tables. */
export interface Schema {
  readonly events: EventsTable;
  readonly event_classes: EventClassesTable;
  readonly event_lists: EventListsTable;
  readonly event_backlog: EventBacklogTable;
  readonly event_totals: EventTotalsTable;
  readonly camera_totals: CameraTotalsTable;
  readonly camera_totals_backlog: CameraTotalsBacklogTable;
  readonly event_spans: EventSpansTable;
  readonly id_counters: IdCountersTable;
  readonly gaps: GapsTable;
  readonly areas: AreasTable;
  readonly users: UsersTable;
  readonly tokens: TokensTable;
  readonly audit: AuditTable;
  readonly cameras: CamerasTable;
  readonly settings: SettingsTable;
  readonly exports: ExportsTable;
}
