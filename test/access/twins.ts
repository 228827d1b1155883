import type { Call } from "./changes";
import type { Thing } from "./relations";
import { all, nodeId } from "./values";
import { type Entry, fieldFor, waysOf } from "./walk";
import type { AccountRow, OrganizationRow, RepositoryRow, World } from "./world";
import { Writer } from "./write";

/** One question in several forms, which must all get the same bytes. The first names what is there, and hidden. */
export interface Twins {
  readonly name: string;
  readonly document: string;
  readonly inputs: readonly object[];
}

const MISSING = "nothing-here";

/** A query for something hidden, for something missing, and for what nothing can be called. */
export function twinsOfEntry(entry: Entry): Twins {
  const writer = new Writer("named fragments");
  writer.add(fieldFor(waysOf(entry, 1)[0]!, entry.args, "found", "named fragments"));
  return {
    name: entry.label,
    document: writer.document(0),
    inputs: [entry.args, ...othersThan(entry)],
  };
}

function othersThan({ field, type, args }: Entry): object[] {
  switch (field) {
    case "node":
      return [
        { id: nodeId({ type, row: { id: 999_999 } }) },
        { id: nodeId({ type: "Unicorn", row: { id: 1 } }) },
        { id: "not an id" },
        { id: `${String(args.id)}=` },
        { id: "" },
      ];
    case "account":
      return [{ login: MISSING }, { login: "--" }, { login: "" }];
    case "organization":
      return [{ slug: `gh/${MISSING}` }, { slug: "nowhere" }, { slug: "" }];
    case "repository":
      return [
        { slug: `gh/acme/${MISSING}` },
        { slug: "gh/acme" },
        { slug: `xx/acme/${MISSING}` },
        { slug: "" },
      ];
    default:
      throw new Error(`${field} finds nothing by its name`);
  }
}

/** A mutation of something hidden: the same of something missing. */
export function twinsOfCall({ row, targets, input }: Call): Twins {
  const mutation = /^Mutation\.(\w+)/.exec(row)![1]!;
  const hidden = targets.at(-1)!;
  const names = namesOf(hidden);
  const replaced = (name: string): object =>
    JSON.parse(JSON.stringify(input), (_key, value: unknown) =>
      typeof value === "string" && names.has(value) ? names.get(value)!(name) : value,
    ) as object;
  // A malformed slug of something that is to be made is bad input: what it lies in has to be named well there.
  const makes = row.includes("createRepository") && !row.includes("Token") ? [] : ["not a name"];
  return {
    name: `${row} ${JSON.stringify(input)}`,
    document: `mutation($input: ${inputType(mutation)}!) { done: ${mutation}(input: $input) { __typename } }`,
    inputs: [input, ...[MISSING, ...(row.includes("import") ? [] : makes)].map(replaced)].map((one) => ({
      input: one,
    })),
  };
}

const inputType = (mutation: string): string =>
  `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;

/** What an object is called in inputs, and what another one would be called. */
function namesOf(thing: Thing): Map<string, (name: string) => string> {
  const { slug, name } = thing.row as RepositoryRow;
  switch (thing.type) {
    case "Repository":
      return new Map([
        [slug, (other: string) => `${slug.slice(0, slug.lastIndexOf("/"))}/${other}`],
        [name, (other: string) => other],
      ]);
    case "Organization":
      return new Map([
        [slug, (other: string) => `gh/${other}`],
        [`${slug}/fresh`, (other: string) => `gh/${other}/fresh`],
      ]);
    case "Account":
      return new Map([[(thing.row as AccountRow).login, (other: string) => other]]);
    default:
      return new Map([
        [
          nodeId(thing),
          (other: string) => (other === MISSING ? nodeId({ ...thing, row: { id: 999_999 } }) : other),
        ],
      ]);
  }
}

/** Twins that are only asked of whom this row of the table refuses. */
export interface Forbidden extends Twins {
  readonly row: string;
  readonly target: Thing | null;
}

/**
 * What somebody else has taken, and what is free, for who may not make, name or rename anything there: each group must
 * get the same bytes, because nobody looks.
 */
export function twinsOfTheForbidden(world: World): Forbidden[] {
  const logins = [...world.accounts.map(({ login }) => login), MISSING];
  const ask = (row: string, target: Thing | null, inputs: readonly object[]): Forbidden => {
    const [, mutation = ""] = /^(\w+)/.exec(row) ?? [];
    const document = `mutation($input: ${inputType(mutation)}!) { done: ${mutation}(input: $input) { __typename } }`;
    const name = `${row} ${target?.row.id ?? ""}`;
    return { name, row: `Mutation.${row}`, target, document, inputs: inputs.map((input) => ({ input })) };
  };
  const inOrganization = (target: Thing): Forbidden[] => {
    const { slug: organization } = target.row as OrganizationRow;
    const slugs = [`${organization}/core`, `${organization}/app`, `${organization}/${MISSING}`];
    return [
      ask(
        "createRepository",
        target,
        slugs.map((slug) => ({ slug })),
      ),
      ask(
        "importRepositories [into an organization]",
        target,
        slugs.map((slug) => ({ repositories: [{ slug }] })),
      ),
      ask(
        "setMembership",
        target,
        logins.map((login) => ({ organization, login, role: "ADMIN" })),
      ),
    ];
  };
  const inRepository = (target: Thing): Forbidden[] => {
    const { slug: repository } = target.row as RepositoryRow;
    const builds = [1, 2, 9].map((number) => ({
      number,
      branch: "main",
      commit: "0123456",
      status: "FAILED",
    }));
    const names = ["core", "side", "app", MISSING];
    return [
      ask(
        "setCollaborator",
        target,
        logins.map((login) => ({ repository, login, scope: "ADMIN" })),
      ),
      ask(
        "removeCollaborator",
        target,
        logins.map((login) => ({ repository, login })),
      ),
      ask(
        "renameRepository",
        target,
        names.map((name) => ({ slug: repository, name })),
      ),
      ask(
        "reportBuild",
        target,
        builds.map((build) => ({ repository, ...build })),
      ),
    ];
  };
  const taken = [...world.organizations.map(({ slug }) => ({ slug })), { slug: `gh/${MISSING}` }];
  return [
    ask(
      "createAccount",
      null,
      logins.map((login) => ({ login })),
    ),
    ask("createOrganization", null, taken),
    ...all(world, "Organization").flatMap(inOrganization),
    ...all(world, "Repository").flatMap(inRepository),
  ];
}

/** Leaving something out of a list by the name of somebody hidden, or of nobody. */
export function twinsOfFilters(world: World, hides: (thing: Thing) => boolean): Twins[] {
  const hidden = world.accounts.filter((row) => hides({ type: "Account", row })).map(({ login }) => login);
  const inputs = [...hidden, MISSING, "not a login"].map((login) => ({ login }));
  const tokens = "tokens(createdBy: $login) { totalCount nodes { id } }";
  return ["gh/acme", "gl/other"].flatMap((slug) => [
    {
      name: `Organization.tokens(createdBy) of ${slug}`,
      document: `query($login: String) { found: organization(slug: "${slug}") { ${tokens} } }`,
      inputs,
    },
    {
      name: `Repository.tokens(createdBy) in ${slug}`,
      document: `query($login: String) { found: repository(slug: "${slug === "gh/acme" ? "gh/acme/core" : "gl/other/app"}") { ${tokens} } }`,
      inputs,
    },
  ]);
}

/** A verification of something that the token does not reach, or that is not there. */
export function twinsOfVerifications(
  world: World,
  secrets: readonly string[],
  reaches: (secret: string, slug: string) => boolean,
): Twins[] {
  const slugs = world.repositories.map(({ slug }) => slug);
  const all =
    "valid code scope expiresAt token { id label state } account { id login } repository { id slug }";
  return secrets.map((secret, at) => ({
    name: `verifyToken of the secret ${at}`,
    document: `query($input: VerifyTokenInput!) { found: verifyToken(input: $input) { ${all} } many: verifyTokens(inputs: [$input]) { ${all} } }`,
    inputs: [
      ...slugs.filter((slug) => !reaches(secret, slug)),
      ...world.organizations.map(({ slug }) => slug),
      ...[`gh/acme/${MISSING}`, "gh/acme/gone", "not a slug"],
    ].map((repository) => ({ input: { secret, repository, scope: "STATUS" } })),
  }));
}
