// The library's storage, in memory. It is lost when the process ends. There is one table for each kind of record. An
// expired record is removed when it is read.

export function createMemoryStore() {
  const tables = new Map();

  function tableOf(kind) {
    if (!tables.has(kind)) tables.set(kind, new Map());
    return tables.get(kind);
  }

  class Table {
    constructor(kind) {
      this.records = tableOf(kind);
    }

    async upsert(id, payload, lifeInSeconds) {
      const until = typeof lifeInSeconds === 'number' ? Date.now() + lifeInSeconds * 1000 : Infinity;
      this.records.set(id, { payload, until });
    }

    async find(id) {
      const record = this.records.get(id);
      if (record && record.until <= Date.now()) this.records.delete(id);
      return this.records.get(id)?.payload;
    }

    async findByUid(uid) {
      for (const [id, { payload }] of this.records) {
        if (payload.uid === uid) return this.find(id);
      }
      return undefined;
    }

    async findByUserCode() {
      return undefined;
    }

    async consume(id) {
      const payload = await this.find(id);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    }

    async destroy(id) {
      this.records.delete(id);
    }

    async revokeByGrantId(grantId) {
      for (const [id, { payload }] of this.records) {
        if (payload.grantId === grantId) this.records.delete(id);
      }
    }
  }

  return {
    adapter: (kind) => new Table(kind),
    endAllSessions() {
      for (const kind of ['Session', 'Grant', 'Interaction', 'AuthorizationCode']) tableOf(kind).clear();
    },
  };
}
