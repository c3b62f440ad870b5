// On a server, where its client secret is safe: the windows it would open are played by the test.
import { InMemoryWebStorage, UserManager, WebStorageStateStore } from "oidc-client-ts";

import { consent, post, refusal, run } from "./conversation.js";

await run(async (client) => {
  const { issuer, client_id, client_secret, redirect_uri, scope } = client;
  let asked;
  const navigator = {
    prepare: async () => ({ navigate: async ({ url }) => { asked = url; }, close: () => {} }),
  };
  const states = new InMemoryWebStorage();
  const manager = new UserManager(
    {
      authority: issuer, client_id, client_secret, redirect_uri, scope,
      loadUserInfo: true, automaticSilentRenew: false,
      client_authentication: "client_secret_basic",
      stateStore: new WebStorageStateStore({ store: states }),
      userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    },
    navigator,
  );
  const signIn = async ({ forgetting = false } = {}) => {
    await manager.signinRedirect({ nonce: crypto.randomUUID() });
    const back = await consent(asked);
    const key = `oidc.${back.searchParams.get("state")}`;
    if (forgetting) {
      const state = JSON.parse(states.getItem(key));
      states.setItem(key, JSON.stringify({ ...state, code_verifier: "0".repeat(43) }));
    }
    return manager.signinRedirectCallback(back.href);
  };
  const wrong_verifier = await refusal(() => signIn({ forgetting: true }));
  const first = await signIn();
  const tokens = { access_token: first.access_token, refresh_token: first.refresh_token };
  const subject = first.profile.sub;
  const userinfo = { sub: first.profile.sub, phone_number: first.profile.phone_number };
  const second = await manager.signinSilent();
  const renewed = { access_token: second.access_token, refresh_token: second.refresh_token };
  const before = await post(client, "/oauth2/introspect", { token: renewed.access_token });
  await manager.revokeTokens(["refresh_token"]);
  const after = await post(client, "/oauth2/introspect", { token: renewed.access_token });
  return { tokens, renewed, wrong_verifier, subject, userinfo, before, after };
});
