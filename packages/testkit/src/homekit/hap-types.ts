// HomeKit's types of services and characteristics by name, as they stand on the wire: short, in hexadecimal.

/** Services of cameras and of what stands beside them. */
export const SERVICES = {
  AccessoryInformation: '3E',
  CameraRTPStreamManagement: '110',
  CameraRecordingManagement: '204',
  CameraOperatingMode: '21A',
  DataStreamTransportManagement: '129',
  MotionSensor: '85',
  OccupancySensor: '86',
  Doorbell: '121',
  Microphone: '112',
  Speaker: '113',
  Switch: '49',
} as const;

/** Characteristics of these. */
export const CHARACTERISTICS = {
  Identify: '14',
  Manufacturer: '20',
  Model: '21',
  Name: '23',
  ConfiguredName: 'E3',
  SerialNumber: '30',
  FirmwareRevision: '52',
  StreamingStatus: '120',
  SupportedVideoStreamConfiguration: '114',
  SupportedAudioStreamConfiguration: '115',
  SupportedRTPConfiguration: '116',
  SetupEndpoints: '118',
  SelectedRTPStreamConfiguration: '117',
  Active: 'B0',
  SupportedCameraRecordingConfiguration: '205',
  SupportedVideoRecordingConfiguration: '206',
  SupportedAudioRecordingConfiguration: '207',
  SelectedCameraRecordingConfiguration: '209',
  RecordingAudioActive: '226',
  EventSnapshotsActive: '223',
  PeriodicSnapshotsActive: '225',
  HomeKitCameraActive: '21B',
  CameraOperatingModeIndicator: '21D',
  NightVision: '11B',
  ManuallyDisabled: '227',
  ThirdPartyCameraActive: '21C',
  SetupDataStreamTransport: '131',
  SupportedDataStreamTransportConfiguration: '130',
  MotionDetected: '22',
  OccupancyDetected: '71',
  ProgrammableSwitchEvent: '73',
  StatusActive: '75',
  StatusFault: '77',
  On: '25',
  Mute: '11A',
  Volume: '119',
} as const;

export type ServiceName = keyof typeof SERVICES;
export type CharacteristicName = keyof typeof CHARACTERISTICS;
