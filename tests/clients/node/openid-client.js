import * as openid from "openid-client";

import { consent, refusal, run } from "./conversation.js";

await run(async ({ issuer, client_id, client_secret, redirect_uri, scope }) => {
  const config = await openid.discovery(
    new URL(issuer), client_id, client_secret, undefined,
    { execute: [openid.allowInsecureRequests] },
  );
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const nonce = openid.randomNonce();
  // Pushed first (RFC 9126): the library finds the endpoint in the metadata.
  const address = await openid.buildAuthorizationUrlWithPAR(config, {
    redirect_uri, scope, state, nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  });
  const back = await consent(address);

  const exchange = (url, proven) => openid.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: proven, expectedState: state, expectedNonce: nonce, idTokenExpected: true,
  });
  const forged = new URL(back);
  forged.searchParams.set("iss", "https://another.example");
  const iss_refused = await refusal(() => exchange(forged, verifier));
  const wrong_verifier = await refusal(() => exchange(back, openid.randomPKCECodeVerifier()));
  const tokens = await exchange(back, verifier);
  const subject = tokens.claims().sub;
  const userinfo = await openid.fetchUserInfo(config, tokens.access_token, subject);
  const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token);
  const before = await openid.tokenIntrospection(config, renewed.access_token);
  await openid.tokenRevocation(config, renewed.refresh_token);
  const after = await openid.tokenIntrospection(config, renewed.access_token);
  return { tokens, renewed, wrong_verifier, iss_refused, subject, userinfo, before, after };
});
