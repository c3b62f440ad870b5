// What oidc-provider keeps, in a Map. Its bundled adapter forgets beyond a thousand entries, which a
// few seconds of load exceed: people would be signed out while they are measured.
const entries = new Map();
const byUid = new Map();
const byGrant = new Map();

const now = () => Math.floor(Date.now() / 1000);

export class MemoryAdapter {
  constructor(model) {
    this.model = model;
  }

  key(id) {
    return `${this.model}:${id}`;
  }

  async upsert(id, payload, expiresIn) {
    const key = this.key(id);
    entries.set(key, { payload, expires_at: expiresIn ? now() + expiresIn : Infinity });
    if (payload.uid) byUid.set(this.key(payload.uid), id);
    if (payload.grantId) {
      const members = byGrant.get(payload.grantId) ?? new Set();
      byGrant.set(payload.grantId, members.add(key));
    }
  }

  async find(id) {
    const entry = entries.get(this.key(id));
    return entry && entry.expires_at > now() ? entry.payload : undefined;
  }

  async findByUid(uid) {
    return this.find(byUid.get(this.key(uid)));
  }

  async consume(id) {
    const entry = entries.get(this.key(id));
    if (entry) entry.payload.consumed = now();
  }

  async destroy(id) {
    entries.delete(this.key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of byGrant.get(grantId) ?? []) entries.delete(key);
    byGrant.delete(grantId);
  }
}
