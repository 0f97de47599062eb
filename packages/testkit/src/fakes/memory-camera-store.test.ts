import { describeCameraStore, describeSettingStore } from '../contracts/camera-store-contract.ts';
import { MemoryCameraStore, MemorySettingStore } from './memory-camera-store.ts';

describeCameraStore('MemoryCameraStore', async () => ({ store: new MemoryCameraStore(), close: async () => undefined }));
describeSettingStore('MemorySettingStore', async () => ({ store: new MemorySettingStore(), close: async () => undefined }));
