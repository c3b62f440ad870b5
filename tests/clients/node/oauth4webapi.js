import * as oauth from "oauth4webapi";

import { consent, refusal, run } from "./conversation.js";

const http = { [oauth.allowInsecureRequests]: true };

await run(async ({ issuer, client_id, client_secret, redirect_uri, scope }) => {
  const found = await oauth.discoveryRequest(new URL(issuer), http);
  const server = await oauth.processDiscoveryResponse(new URL(issuer), found);
  const client = { client_id };
  const proof = oauth.ClientSecretBasic(client_secret);

  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const address = new URL(server.authorization_endpoint);
  address.search = new URLSearchParams({
    client_id, redirect_uri, scope, state, nonce, response_type: "code",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  });
  const back = await consent(address);

  const forged = new URL(back);
  forged.searchParams.set("iss", "https://another.example");
  const iss_refused = await refusal(() => oauth.validateAuthResponse(server, client, forged, state));
  const answer = oauth.validateAuthResponse(server, client, back, state);
  const exchange = async (proven) => {
    const response = await oauth.authorizationCodeGrantRequest(
      server, client, proof, answer, redirect_uri, proven, http,
    );
    return oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce, requireIdToken: true,
    });
  };
  const wrong_verifier = await refusal(() => exchange(oauth.generateRandomCodeVerifier()));
  const tokens = await exchange(verifier);
  const claims = oauth.getValidatedIdTokenClaims(tokens);

  const asked = await oauth.userInfoRequest(server, client, tokens.access_token, http);
  const userinfo = await oauth.processUserInfoResponse(server, client, claims.sub, asked);
  const renewing = await oauth.refreshTokenGrantRequest(server, client, proof, tokens.refresh_token, http);
  const renewed = await oauth.processRefreshTokenResponse(server, client, renewing);

  const introspect = async (token) => {
    const response = await oauth.introspectionRequest(server, client, proof, token, http);
    return oauth.processIntrospectionResponse(server, client, response);
  };
  const before = await introspect(renewed.access_token);
  const gone = await oauth.revocationRequest(server, client, proof, renewed.refresh_token, http);
  await oauth.processRevocationResponse(gone);
  const after = await introspect(renewed.access_token);
  return { tokens, renewed, wrong_verifier, iss_refused, subject: claims.sub, userinfo, before, after };
});
