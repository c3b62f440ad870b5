import { OAuth2Client, generateCodeVerifier } from "@badgateway/oauth2-client";

import { consent, refusal, run } from "./conversation.js";

await run(async ({ issuer, client_id, client_secret, redirect_uri, scope }) => {
  const library = new OAuth2Client({
    server: `${issuer}/`, clientId: client_id, clientSecret: client_secret,
    discoveryEndpoint: "/.well-known/oauth-authorization-server",
  });
  const codeVerifier = await generateCodeVerifier();
  const state = "a b";
  const back = await consent(await library.authorizationCode.getAuthorizeUri({
    redirectUri: redirect_uri, state, codeVerifier, scope: scope.split(" "),
  }));

  const exchange = (proven) => library.authorizationCode.getTokenFromCodeRedirect(back, {
    redirectUri: redirect_uri, state, codeVerifier: proven,
  });
  const wrong = await generateCodeVerifier();
  const wrong_verifier = await refusal(() => exchange(wrong));
  const first = await exchange(codeVerifier);
  const second = await library.refreshToken(first);
  const before = await library.introspect(second);
  await library.revoke(second, "refresh_token");
  const after = await library.introspect(second);
  return {
    tokens: { access_token: first.accessToken, refresh_token: first.refreshToken },
    renewed: { access_token: second.accessToken, refresh_token: second.refreshToken },
    wrong_verifier, before, after,
  };
});
