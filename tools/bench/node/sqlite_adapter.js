// What oidc-provider keeps, in SQLite: one row each, every write a transaction of its own, on the
// disk before it is answered (WAL, synchronous=FULL). The library awaits its writes one by one, so
// there is nothing to put together into one commit.
import Database from "better-sqlite3";

export function sqliteAdapter(path) {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec(`
    CREATE TABLE entry (
      model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, grant_id TEXT, uid TEXT,
      user_code TEXT, expires_at INTEGER, PRIMARY KEY (model, id)
    ) WITHOUT ROWID;
    CREATE INDEX entry_grant ON entry (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX entry_uid ON entry (model, uid) WHERE uid IS NOT NULL;
    CREATE INDEX entry_user_code ON entry (model, user_code) WHERE user_code IS NOT NULL;
  `);
  const upsert = db.prepare(`
    INSERT INTO entry (model, id, payload, grant_id, uid, user_code, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
      uid = excluded.uid, user_code = excluded.user_code, expires_at = excluded.expires_at
  `);
  const find = db.prepare("SELECT payload, expires_at FROM entry WHERE model = ? AND id = ?");
  const findByUid = db.prepare("SELECT payload, expires_at FROM entry WHERE model = ? AND uid = ?");
  const findByUserCode = db.prepare(
    "SELECT payload, expires_at FROM entry WHERE model = ? AND user_code = ?",
  );
  const consume = db.prepare(`
    UPDATE entry SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?
  `);
  const destroy = db.prepare("DELETE FROM entry WHERE model = ? AND id = ?");
  const revoke = db.prepare("DELETE FROM entry WHERE grant_id = ?");
  const now = () => Math.floor(Date.now() / 1000);
  const alive = (row) =>
    row && (row.expires_at === null || row.expires_at > now()) ? JSON.parse(row.payload) : undefined;

  return class {
    constructor(model) {
      this.model = model;
    }

    async upsert(id, payload, expiresIn) {
      upsert.run(
        this.model, id, JSON.stringify(payload), payload.grantId ?? null, payload.uid ?? null,
        payload.userCode ?? null, expiresIn ? now() + expiresIn : null,
      );
    }

    async find(id) {
      return alive(find.get(this.model, id));
    }

    async findByUid(uid) {
      return alive(findByUid.get(this.model, uid));
    }

    async findByUserCode(userCode) {
      return alive(findByUserCode.get(this.model, userCode));
    }

    async consume(id) {
      consume.run(now(), this.model, id);
    }

    async destroy(id) {
      destroy.run(this.model, id);
    }

    async revokeByGrantId(grantId) {
      revoke.run(grantId);
    }
  };
}
