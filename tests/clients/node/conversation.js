// What the test and a library's script say to each other: a line of JSON each way at a time.
//
// The test begins with the client ({issuer, client_id, client_secret, redirect_uri, scope}); in the
// environment or among the arguments its secret could be read by others. The script asks for a
// person with {open: address} and gets {back: address}; it ends with {done: …}, or with {failed: …}.
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function hear() {
  const { value, done } = await lines.next();
  if (done) throw new Error("the test has gone");
  return JSON.parse(value);
}

function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/** Send a person to an authorization address; where the server sent them back to, as a URL. */
export async function consent(address) {
  say({ open: String(address) });
  return new URL((await hear()).back);
}

/** Run `script` with the client; what it returns is told to the test. */
export async function run(script) {
  try {
    say({ done: await script(await hear()) });
    process.exit(0);
  } catch (error) {
    say({ failed: String(error?.stack ?? error) });
    process.exit(1);
  }
}

/** What `attempt` is refused with: the code of OAuth, else the error's own words. */
export async function refusal(attempt) {
  try {
    await attempt();
  } catch (error) {
    return code(error) ?? String(error.message ?? error);
  }
  return null;
}

// Every library keeps what the server said somewhere else.
function code(error) {
  for (const one of [error, error.cause, error.body, error.data?.payload, error.oauthError]) {
    if (typeof one?.error === "string") return one.error;
  }
  return error.oauth2Code ?? error.code ?? null;
}

/** Post a form as the client, for libraries that have no words for what is asked. */
export async function post(client, endpoint, form) {
  const credentials = Buffer.from(`${client.client_id}:${client.client_secret}`).toString("base64");
  const answer = await fetch(client.issuer + endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams(form),
  });
  if (!answer.ok) throw new Error(`${endpoint} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
