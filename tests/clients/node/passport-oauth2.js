// As an Express application uses it; this script is that application and its visitor's browser.
import { once } from "node:events";

import express from "express";
import session from "express-session";
import passport from "passport";
import OAuth2Strategy from "passport-oauth2";

import { consent, post, refusal, run } from "./conversation.js";

function strategyFor({ issuer, client_id, client_secret, redirect_uri, scope }) {
  return new OAuth2Strategy(
    {
      authorizationURL: `${issuer}/oauth2/auth`, tokenURL: `${issuer}/oauth2/token`,
      clientID: client_id, clientSecret: client_secret, callbackURL: redirect_uri,
      scope, scopeSeparator: " ", state: true, pkce: true,
    },
    (access_token, refresh_token, params, profile, done) =>
      done(null, { ...params, access_token, refresh_token }),
  );
}

function applicationOf(strategy) {
  passport.use("dalan", strategy);
  const application = express();
  application.use(session({ secret: "of this test", resave: false, saveUninitialized: false }));
  application.get("/login", passport.authenticate("dalan", { session: false }));
  application.get("/forget-verifier", (request, response) => {
    // What a stranger has who stole the code: a session that never announced its challenge.
    const [kept] = Object.values(request.session).filter((one) => one.state?.code_verifier);
    kept.state.code_verifier = "0".repeat(43);
    response.end();
  });
  application.get(
    "/callback", passport.authenticate("dalan", { session: false }),
    (request, response) => response.json(request.user),
  );
  application.use((error, request, response, next) => {
    response.status(500).json({ error: error.code ?? error.oauthError?.code ?? String(error) });
  });
  return application;
}

await run(async (client) => {
  const strategy = strategyFor(client);
  const server = applicationOf(strategy).listen(0, "127.0.0.1");
  await once(server, "listening");
  const here = `http://127.0.0.1:${server.address().port}`;

  const signIn = async ({ forgetting = false } = {}) => {
    const login = await fetch(`${here}/login`, { redirect: "manual" });
    const cookie = login.headers.get("set-cookie").split(";")[0];
    const back = await consent(login.headers.get("location"));
    if (forgetting) {
      const forgot = await fetch(`${here}/forget-verifier`, { headers: { cookie } });
      if (!forgot.ok) throw new Error("the session held no verifier");
    }
    const answer = await fetch(`${here}/callback${back.search}`, { headers: { cookie } });
    const told = await answer.json();
    if (!answer.ok) throw told;
    return told;
  };
  const wrong_verifier = await refusal(() => signIn({ forgetting: true }));
  const tokens = await signIn();

  // The strategy's own client refreshes, as the plugins for refreshing have it.
  const renewed = await new Promise((resolve, reject) => {
    strategy._oauth2.getOAuthAccessToken(
      tokens.refresh_token, { grant_type: "refresh_token" },
      (error, access_token, refresh_token) =>
        error ? reject(new Error(error.data)) : resolve({ access_token, refresh_token }),
    );
  });
  const before = await post(client, "/oauth2/introspect", { token: renewed.access_token });
  await post(client, "/oauth2/revoke", { token: renewed.refresh_token });
  const after = await post(client, "/oauth2/introspect", { token: renewed.access_token });
  server.close();
  return { tokens, renewed, wrong_verifier, before, after };
});
