// oidc-provider as a plain OAuth server: people who are signed in and agreed before, one client.
//
//   node server.js '{"port", "client_id", "client_secret", "redirect_uri", "people", "cookies", "database"}'
//
// Without `database` it keeps everything in memory. The cookies of the people's sessions are written
// to the file `cookies`, a line each, before it listens.
import { writeFileSync } from "node:fs";

import { Provider } from "oidc-provider";

import { MemoryAdapter } from "./memory_adapter.js";
import { sqliteAdapter } from "./sqlite_adapter.js";

const { port, client_id, client_secret, redirect_uri, people, cookies, database } =
  JSON.parse(process.argv[2]);
const DAY = 86_400;

const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: database ? sqliteAdapter(database) : MemoryAdapter,
  clients: [{
    client_id, client_secret, redirect_uris: [redirect_uri], response_types: ["code"],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "client_secret_post",
  }],
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: async (context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  scopes: ["api"],
  pkce: { required: () => true },
  issueRefreshToken: async () => true,
  rotateRefreshToken: () => true,
  expiresWithSession: async () => false,
  ttl: { AuthorizationCode: 600, AccessToken: 3600, RefreshToken: 30 * DAY, Session: 30 * DAY, Grant: 30 * DAY },
});
provider.on("server_error", (context, error) => console.error(error));

const lines = [];
for (let number = 1; number <= people; number += 1) {
  const accountId = `person-${number}`;
  const grant = new provider.Grant({ accountId, clientId: client_id });
  grant.addOIDCScope("api");
  const session = new provider.Session({});
  session.loginAccount({ accountId });
  session.ensureClientContainer(client_id);
  session.grantIdFor(client_id, await grant.save(30 * DAY));
  await session.save(30 * DAY);
  lines.push(`${provider.cookieName("session")}=${session.id}`);
}
writeFileSync(cookies, lines.join("\n"), { mode: 0o600 });
provider.listen(port, "127.0.0.1");
