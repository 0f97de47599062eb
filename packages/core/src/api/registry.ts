// Every operation there is. Whatever puts operations on a wire, describes or tests them goes through this list.
import type { Operation } from './operation.ts';
import { ACCOUNT_OPERATIONS } from './operations/accounts.ts';
import { createCamera, deleteCamera, getCamera, listCameras, probeCamera, updateCamera } from './operations/cameras.ts';
import { watchChanges } from './operations/changes.ts';
import { getConfig, listConfig, reloadConfig, setConfig } from './operations/config.ts';
import { movePtz, reconnectCamera, triggerCamera } from './operations/control.ts';
import { getControls, setCameraControls, setControls } from './operations/controls.ts';
import { EVENT_OPERATIONS } from './operations/events.ts';
import { EXPORT_OPERATIONS } from './operations/exports.ts';
import { getLiveMp4, watchLive } from './operations/live.ts';
import { getMetrics, listServers, listStorage } from './operations/measurement.ts';
import { getLiveMjpeg, getSnapshot } from './operations/pictures.ts';
import { PLAYBACK_OPERATIONS } from './operations/playback.ts';
import { describeApi, getHealth, getServer, getStats } from './operations/system.ts';

/** In the order of the reference. */
export const OPERATIONS: readonly Operation[] = [
  ...ACCOUNT_OPERATIONS,
  listCameras,
  createCamera,
  probeCamera,
  getCamera,
  updateCamera,
  deleteCamera,
  getSnapshot,
  getLiveMjpeg,
  getLiveMp4,
  watchLive,
  triggerCamera,
  movePtz,
  reconnectCamera,
  setCameraControls,
  getControls,
  setControls,
  ...EVENT_OPERATIONS,
  ...PLAYBACK_OPERATIONS,
  ...EXPORT_OPERATIONS,
  getHealth,
  getServer,
  getStats,
  describeApi(() => OPERATIONS),
  watchChanges,
  getMetrics,
  listServers,
  listStorage,
  reloadConfig,
  listConfig,
  getConfig,
  setConfig,
];
