/** The fakes of the tests keep the same contracts as the adapters. */
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { FakeClusterStore } from '../../fakes/cluster-store.ts';
import { FakeInbox } from '../../fakes/inbox.ts';
import { FakeJournal } from '../../fakes/journal.ts';
import { FakeLedger } from '../../fakes/ledger.ts';
import { FakeTable } from '../../fakes/memory-table.ts';
import { FakeCallTokens } from '../../fakes/tokens.ts';
import { clusterStoreContract } from './cluster-store.contract.ts';
import { inboxContract } from './inbox.contract.ts';
import { journalContract } from './journal.contract.ts';
import { ledgerContract } from './ledger.contract.ts';
import { callTokensContract } from './tokens.contract.ts';

const fakes = () => {
  const table = new FakeTable();
  const clock = { seconds: 0, now: () => epochSeconds(clock.seconds) };
  return {
    table,
    inbox: new FakeInbox(table),
    store: (cluster: string) => new FakeClusterStore(table, cluster),
    journal: (cluster: string, retentionDays = 30) => new FakeJournal(table, cluster, retentionDays, clock),
    setNow: (seconds: number) => {
      clock.seconds = seconds;
    },
  };
};

clusterStoreContract('in memory', async () => {
  const made = fakes();
  return {
    ...made,
    editPolicy: async (cluster, version, text) => {
      made.table.cluster(cluster).policy = { version, text };
    },
    breakMemory: async (cluster, text) => {
      made.table.cluster(cluster).memory = text;
    },
  };
});

inboxContract('in memory', async () => fakes());
journalContract('in memory', async () => fakes());
ledgerContract('in memory', async () => {
  const ledgers = new Map<string, FakeLedger>();
  return (cluster) => {
    const ledger = ledgers.get(cluster) ?? new FakeLedger();
    ledgers.set(cluster, ledger);
    return ledger;
  };
});
callTokensContract('in memory', async () => {
  const shared = new FakeCallTokens();
  return { client: () => shared };
});
