// A client of an independent OAuth library, which is published as an ES module alone: tests start it as a program of
// its own. Reads an `OAuthRequest` of oauth.ts as JSON from standard input, does what it
// is asked for, and prints what the library made of the answer.
import { text } from "node:stream/consumers";
import { URL } from "node:url";
import * as oauth from "oauth4webapi";

const { url, secret, basic, token, parameters, action } = JSON.parse(await text(process.stdin));
const server = {
  issuer: url,
  introspection_endpoint: `${url}/introspect`,
  revocation_endpoint: `${url}/revoke`,
};
const client = { client_id: "gateway" };
// The token in place of a client's password, or as the bearer of the request (RFC 7662, 2.1).
const authentication = basic
  ? oauth.ClientSecretBasic(secret)
  : (_server, _client, _body, headers) => {
      if (secret !== undefined) headers.set("authorization", `Bearer ${secret}`);
    };
const options = { [oauth.allowInsecureRequests]: true, additionalParameters: parameters };

const actions = {
  async introspect() {
    const response = await oauth.introspectionRequest(server, client, authentication, token, options);
    return oauth.processIntrospectionResponse(server, client, response);
  },
  async revoke() {
    const response = await oauth.revocationRequest(server, client, authentication, token, options);
    await oauth.processRevocationResponse(response);
    return { revoked: true };
  },
  // Throws when there is a challenge in the answer.
  async resource() {
    const response = await oauth.protectedResourceRequest(
      token,
      "GET",
      new URL(`${url}/metrics`),
      undefined,
      undefined,
      options,
    );
    return { status: response.status };
  },
};

try {
  console.log(JSON.stringify(await actions[action]()));
} catch (error) {
  const { code, status, error: oauthError, cause } = error;
  console.log(JSON.stringify({ failed: { code, status, error: oauthError, cause } }));
}
