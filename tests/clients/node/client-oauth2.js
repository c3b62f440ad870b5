import { createHash, randomBytes } from "node:crypto";

import ClientOAuth2 from "client-oauth2";

import { consent, post, refusal, run } from "./conversation.js";

await run(async (client) => {
  const { issuer, client_id, client_secret, redirect_uri, scope } = client;
  const library = new ClientOAuth2({
    clientId: client_id, clientSecret: client_secret, redirectUri: redirect_uri,
    authorizationUri: `${issuer}/oauth2/auth`, accessTokenUri: `${issuer}/oauth2/token`,
    scopes: scope.split(" "), state: "a:b",
  });
  // It sends what it is given, so its users reckon the challenge themselves.
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const back = await consent(library.code.getUri({
    query: { code_challenge: challenge, code_challenge_method: "S256" },
  }));

  const exchange = (code_verifier) => library.code.getToken(back.href, { body: { code_verifier } });
  const wrong_verifier = await refusal(() => exchange(randomBytes(32).toString("base64url")));
  const first = await exchange(verifier);
  const second = await first.refresh();
  const before = await post(client, "/oauth2/introspect", { token: second.accessToken });
  await post(client, "/oauth2/revoke", { token: second.refreshToken });
  const after = await post(client, "/oauth2/introspect", { token: second.accessToken });
  return { tokens: first.data, renewed: second.data, wrong_verifier, before, after };
});
