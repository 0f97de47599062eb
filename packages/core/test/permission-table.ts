// Who may do what, written down by hand and apart from the code, so that a test can hold the code to it.

/** What an operation is for, to whom. */
export interface Expected {
  /** Who may: everybody, every login, or accounts of these roles. */
  readonly who: 'everybody' | 'logins' | readonly ('viewer' | 'operator' | 'admin')[];
  /** Whether it concerns one camera, so that limits to other cameras keep people out. */
  readonly ofCamera: boolean;
  /** Whether a media token opens it. */
  readonly media: boolean;
  /** Whether whoever is limited to some cameras is kept out. */
  readonly ofAll?: boolean;
}

const everybody: Expected = { who: 'everybody', ofCamera: false, media: false };
const logins: Expected = { who: 'logins', ofCamera: false, media: false };
const all = ['viewer', 'operator', 'admin'] as const;
const staff = ['operator', 'admin'] as const;
const admins = ['admin'] as const;

const forAll = (who: Expected['who']): Expected => ({ who, ofCamera: false, media: false });
const ofAll = (who: Expected['who']): Expected => ({ who, ofCamera: false, media: false, ofAll: true });
const ofCamera = (who: Expected['who']): Expected => ({ who, ofCamera: true, media: false });
const media = (who: Expected['who']): Expected => ({ who, ofCamera: true, media: true });

/** Every operation there is. One that is missing here is one that nobody thought about. */
export const PERMISSION_TABLE: Readonly<Record<string, Expected>> = {
  login: everybody,
  refreshLogin: everybody,
  getHealth: everybody,
  getOpenApi: everybody,
  revokeLogin: logins,
  getMe: logins,
  changePassword: logins,
  createMediaToken: logins,
  listTokens: logins,
  getServer: logins,
  watchChanges: logins,
  listUsers: ofAll(staff),
  getUser: ofAll(staff),
  createUser: forAll(admins),
  updateUser: forAll(admins),
  deleteUser: forAll(admins),
  createToken: forAll(admins),
  deleteToken: forAll(admins),
  listAudit: ofAll(staff),
  getStats: ofAll(staff),
  getMetrics: ofAll(staff),
  listServers: forAll(staff),
  listStorage: forAll(staff),
  listConfig: forAll(staff),
  getConfig: forAll(staff),
  setConfig: forAll(admins),
  reloadConfig: forAll(admins),
  listCameras: forAll(all),
  getCamera: ofCamera(all),
  createCamera: ofAll(admins),
  updateCamera: ofCamera(admins),
  deleteCamera: ofCamera(admins),
  probeCamera: forAll(admins),
  getSnapshot: media(all),
  getLiveMjpeg: media(all),
  getLiveMp4: media(all),
  watchLive: media(all),
  triggerCamera: ofCamera(staff),
  movePtz: ofCamera(staff),
  reconnectCamera: ofCamera(staff),
  setCameraControls: ofCamera(staff),
  getControls: forAll(staff),
  setControls: ofAll(staff),
  listEvents: forAll(all),
  getEvent: ofCamera(all),
  updateEvent: ofCamera(staff),
  deleteEvent: ofCamera(staff),
  getEventSnapshot: media(all),
  getEventAlarmPicture: media(all),
  getEventVideo: media(all),
  getPlayback: media(all),
  getTimeline: ofCamera(all),
  createExport: ofCamera(staff),
  listExports: forAll(all),
  getExport: ofCamera(all),
  deleteExport: ofCamera(staff),
  getExportVideo: media(all),
  getExportManifest: media(all),
};
