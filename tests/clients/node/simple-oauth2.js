import { createHash, randomBytes } from "node:crypto";

import { AuthorizationCode } from "simple-oauth2";

import { consent, post, refusal, run } from "./conversation.js";

await run(async (client) => {
  const { issuer, client_id, client_secret, redirect_uri, scope } = client;
  const library = new AuthorizationCode({
    client: { id: client_id, secret: client_secret },
    auth: {
      tokenHost: issuer, tokenPath: "/oauth2/token",
      authorizePath: "/oauth2/auth", revokePath: "/oauth2/revoke",
    },
  });
  // It sends what it is given, so its users reckon the challenge themselves.
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const back = await consent(library.authorizeURL({
    redirect_uri, scope, state: "a b", code_challenge: challenge, code_challenge_method: "S256",
  }));

  const code = back.searchParams.get("code");
  const wrong_verifier = await refusal(
    () => library.getToken({ code, redirect_uri, code_verifier: randomBytes(32).toString("base64url") }),
  );
  const first = await library.getToken({ code, redirect_uri, code_verifier: verifier });
  const tokens = first.token;
  const second = await first.refresh();
  const renewed = second.token;
  const before = await post(client, "/oauth2/introspect", { token: renewed.access_token });
  await second.revokeAll();
  const after = await post(client, "/oauth2/introspect", { token: renewed.access_token });
  return { tokens, renewed, wrong_verifier, state: back.searchParams.get("state"), before, after };
});
