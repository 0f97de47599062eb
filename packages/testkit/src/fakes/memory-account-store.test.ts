// The stores in memory do what the real ones do.
import { describeAccountStores } from '../contracts/account-store-contract.ts';
import { describeAuditLog } from '../contracts/audit-log-contract.ts';
import { MemoryAuditLog, MemoryTokenStore, MemoryUserStore } from './memory-account-store.ts';

describeAccountStores('MemoryUserStore and MemoryTokenStore', async () => {
  const users = new MemoryUserStore();
  return { users, tokens: new MemoryTokenStore(users), close: async () => undefined };
});

describeAuditLog('MemoryAuditLog', async () => ({ store: new MemoryAuditLog(), close: async () => undefined }));
