import type { GraphQLError } from "../support/client";
import { type Actor, TestApp } from "../support/kit";
import { bearer, send } from "../support/raw";

const unlimited = { RATE_LIMIT_PER_MINUTE: "0", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" };

let test: TestApp;
beforeAll(async () => {
  test = await TestApp.start({
    env: { ...unlimited, INTROSPECTION: "off", MAX_TOKENS_PER_REPOSITORY: "1", MAX_TOKENS_PER_ACCOUNT: "3" },
  });
});
afterAll(() => test.close());

/** A request; the faults below each spoil another part of it. */
interface Draft {
  method: string;
  contentType: string;
  credentials: string[];
  padding: number;
  selections: string[];
}

interface Fault {
  readonly name: string;
  /** Faults of one step come in no promised order among themselves. */
  readonly step: number;
  readonly status: number;
  readonly code: string;
  readonly message?: string;
  readonly spoil: (draft: Draft) => void;
}

// The order of lifecycle.md, as far as the whole request is refused. A rate is spent below, in a server of its own.
const faults: readonly Fault[] = [
  { name: "a method", step: 1, status: 405, code: "BAD_REQUEST", spoil: (d) => (d.method = "PUT") },
  {
    name: "a large body",
    step: 1,
    status: 413,
    code: "BAD_REQUEST",
    spoil: (d) => (d.padding = 1024 * 1024),
  },
  {
    name: "a content type",
    step: 1,
    status: 415,
    code: "BAD_REQUEST",
    spoil: (d) => (d.contentType = "text/plain"),
  },
  {
    name: "two credentials",
    step: 2,
    status: 400,
    code: "BAD_REQUEST",
    spoil: (d) => d.credentials.push("another"),
  },
  {
    name: "a bad credential",
    step: 3,
    status: 401,
    code: "UNAUTHENTICATED",
    message: "not found",
    spoil: (d) => (d.credentials[0] = "bad"),
  },
  {
    name: "no document",
    step: 4,
    status: 400,
    code: "GRAPHQL_PARSE_FAILED",
    spoil: (d) => d.selections.push("{"),
  },
  {
    name: "no credential for fields that need one",
    step: 5,
    status: 401,
    code: "UNAUTHENTICATED",
    message: "authentication required",
    spoil: (d) => (d.credentials = d.credentials.slice(1)),
  },
  {
    name: "introspection",
    step: 6,
    status: 400,
    code: "INTROSPECTION_DISABLED",
    spoil: (d) => d.selections.push("__schema { queryType { name } }"),
  },
  {
    name: "an unknown field",
    step: 7,
    status: 400,
    code: "GRAPHQL_VALIDATION_FAILED",
    spoil: (d) => d.selections.push("nonsense"),
  },
  {
    name: "too many fields",
    step: 7,
    status: 400,
    code: "QUERY_TOO_COMPLEX",
    spoil: (d) => d.selections.push(...Array.from({ length: 101 }, (_, index) => `f${index}: __typename`)),
  },
];

async function outcomeOf(spoilers: readonly Fault[]) {
  const draft: Draft = {
    method: "POST",
    contentType: "application/json",
    credentials: [test.adminSecret],
    padding: 0,
    selections: ["viewer { account { login } }"],
  };
  for (const { spoil } of spoilers) spoil(draft);
  const names = ["api-token", "xc-token"];
  const answer = await send(test.url, {
    method: draft.method,
    path: "/graphql",
    headers: [
      ["Content-Type", draft.contentType],
      ...draft.credentials.map((secret, index) => [names[index]!, secret] as const),
    ],
    body: JSON.stringify({ query: `{ ${draft.selections.join(" ")} }` }) + " ".repeat(draft.padding),
  });
  const { errors = [] } = JSON.parse(answer.text) as { errors?: GraphQLError[] };
  return { status: answer.status, code: errors[0]?.extensions.code, message: errors[0]?.message };
}

const wanted = ({ status, code, message }: Fault) => ({
  status,
  code,
  message: message ?? (expect.any(String) as string),
});

// Taking the credential away leaves nothing of a bad one, and of two leaves one: those two are not a pair.
const pairs = faults.flatMap((first) =>
  faults
    .filter((second) => first.step < second.step)
    .filter((second) => !(second.step === 5 && (first.step === 2 || first.step === 3)))
    .map((second) => [first.name, second.name, first, second] as const),
);

describe("of two faults of a request", () => {
  it.each(faults.map((fault) => [fault.name, fault] as const))(
    "each is one alone: %s",
    async (_name, fault) => {
      expect(await outcomeOf([fault])).toEqual(wanted(fault));
    },
  );

  it.each(pairs)("the first is answered: %s, before %s", async (_first, _second, first, second) => {
    expect(await outcomeOf([first, second])).toEqual(wanted(first));
  });

  it("the first is answered when it has them all", async () => {
    const one = faults.filter(
      ({ step }, index) => step !== 5 && faults.findIndex((f) => f.step === step) === index,
    );
    for (const [index, fault] of one.entries()) {
      expect(await outcomeOf(one.slice(index))).toEqual(wanted(fault));
    }
  });
});

describe("a rate that is spent", () => {
  it("is answered behind a bad credential and before the document is read", async () => {
    const limited = await TestApp.start({
      env: { RATE_LIMIT_PER_MINUTE: "2", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" },
    });
    try {
      const ask = async (secret: string, query: string): Promise<number> => {
        const answer = await send(limited.url, {
          method: "POST",
          path: "/graphql",
          headers: [["Content-Type", "application/json"], bearer(secret)],
          body: JSON.stringify({ query }),
        });
        return answer.status;
      };
      // No verifier: those are asked about others' tokens, and counted otherwise.
      const made = await limited.admin.must<{ createAccount: { account: { login: string } } }>(
        'mutation { createAccount(input: { login: "user" }) { account { login } } }',
      );
      const { secret } = await limited.accountToken(made.createAccount.account.login);
      expect([await ask(secret, "{ __typename }"), await ask(secret, "{ __typename }")]).toEqual([200, 200]);
      for (const query of ["{ __typename }", "{", "{ nonsense }", ""])
        expect(await ask(secret, query)).toBe(429);
      expect(await ask("bad", "{")).toBe(401);
    } finally {
      await limited.close();
    }
  });
});

describe("of the faults of a field", () => {
  let repository: string;
  let admin: Actor;
  let reader: Actor;
  let outsider: Actor;
  beforeAll(async () => {
    repository = await test.repository();
    admin = await test.collaborator(repository, "ADMIN");
    reader = await test.collaborator(repository, "READ_ONLY");
    outsider = await test.account();
    await test.repositoryToken(repository);
    await test.repository(`${repository}-taken`);
  });

  const tokenDocument =
    "mutation($input: CreateRepositoryTokenInput!) { createRepositoryToken(input: $input) { secret } }";
  const renameDocument =
    "mutation($input: RenameRepositoryInput!) { renameRepository(input: $input) { repository { id } } }";

  it("what the input shows comes first, then what is hidden, then what is forbidden, then what is stored", async () => {
    const bad = { repository, scope: "STATUS", label: "" };
    const good = { ...bad, label: "x" };
    for (const { client } of [admin, reader, outsider]) {
      expect(await client.code(tokenDocument, { input: bad })).toBe("BAD_USER_INPUT");
      expect(await client.code(tokenDocument, { input: { ...bad, repository: "gh/no/where" } })).toBe(
        "BAD_USER_INPUT",
      );
    }
    expect(await outsider.client.code(tokenDocument, { input: good })).toBe("NOT_FOUND");
    expect(await reader.client.code(tokenDocument, { input: good })).toBe("FORBIDDEN");
    expect(await admin.client.code(tokenDocument, { input: good })).toBe("LIMIT_EXCEEDED");
  });

  it("the same where the state is a conflict", async () => {
    const name = `${repository.split("/").at(-1)!}-taken`;
    for (const { client } of [admin, reader, outsider]) {
      expect(await client.code(renameDocument, { input: { slug: repository, name: ".." } })).toBe(
        "BAD_USER_INPUT",
      );
    }
    expect(await outsider.client.code(renameDocument, { input: { slug: repository, name } })).toBe(
      "NOT_FOUND",
    );
    expect(await reader.client.code(renameDocument, { input: { slug: repository, name } })).toBe("FORBIDDEN");
    expect(await admin.client.code(renameDocument, { input: { slug: repository, name } })).toBe("CONFLICT");
  });

  it("a list that is too long comes before what is hidden", async () => {
    const document =
      "mutation($input: CreateRepositoryTokensInput!) { createRepositoryTokens(input: $input) { tokens { secret } } }";
    const repositories = Array.from({ length: 1001 }, (_, index) => `r${index}`);
    const input = { organization: "gh/no-where", repositories, scope: "STATUS", label: "x" };
    expect(await outsider.client.code(document, { input })).toBe("LIMIT_EXCEEDED");
    expect(await outsider.client.code(document, { input: { ...input, repositories: ["r"] } })).toBe(
      "NOT_FOUND",
    );
  });

  it("an ended token that is hidden is not found, and one that is seen is a conflict", async () => {
    const document = "mutation($input: RotateTokenInput!) { rotateToken(input: $input) { secret } }";
    const ended = await test.accountToken(admin.login);
    await ended.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
    const input = { id: ended.id };
    expect(await outsider.client.code(document, { input: { ...input, label: " " } })).toBe("BAD_USER_INPUT");
    expect(await outsider.client.code(document, { input })).toBe("NOT_FOUND");
    expect(await admin.client.code(document, { input })).toBe("CONFLICT");
  });

  it("whoever may not change members does not learn which logins exist", async () => {
    const organization = repository.split("/").slice(0, 2).join("/");
    const member = await test.member(organization);
    const document =
      "mutation($input: SetMembershipInput!) { setMembership(input: $input) { organization { id } } }";
    for (const login of [outsider.login, "no-one", "not a login"]) {
      const input = { organization, login, role: "MEMBER" };
      expect(await member.client.code(document, { input })).toBe("FORBIDDEN");
      expect(await outsider.client.code(document, { input })).toBe("NOT_FOUND");
    }
  });
});
