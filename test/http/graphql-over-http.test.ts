import { serverAudits } from "graphql-http";
import { TestApp } from "../support/kit";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

/**
 * Audits that ask for 200 where nothing ran and the answer is application/json. Apollo Server is known for failing
 * them, and 400 is what wire.md promises whatever the media type.
 */
const deviations: ReadonlySet<string> = new Set([
  "572B", // a document that does not parse
  "FDE2", // a document that is not valid
  "7B9B", // variables that do not fit
]);

/** As a caller who is signed in, with the header that GET needs. */
const signedIn = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, {
    ...init,
    headers: {
      ...(init.headers as Record<string, string> | undefined),
      authorization: `Bearer ${test.adminSecret}`,
      "apollo-require-preflight": "1",
    },
  });

describe("GraphQL over HTTP, by the audits of graphql-http", () => {
  const audits = serverAudits({ url: () => `${test.url}/graphql`, fetchFn: signedIn });

  it.each(
    audits.filter(({ id }) => !deviations.has(id)).map((audit) => [audit.id, audit.name, audit] as const),
  )("%s: %s", async (_id, _name, audit) => {
    await expect(audit.fn()).resolves.toMatchObject({ status: "ok" });
  });

  it.each([...deviations])("%s: deviates, with 400 for 200, and in nothing else", async (id) => {
    const result = await audits.find((audit) => audit.id === id)!.fn();
    expect(result).toMatchObject({ reason: "Response status code is not 200", response: { status: 400 } });
  });

  it("has audits to pass", () => {
    expect(audits.length).toBeGreaterThan(50);
  });
});
