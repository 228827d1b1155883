import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSchema,
  getNamedType,
  getNullableType,
  type GraphQLInputType,
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isScalarType,
} from "graphql";
import type { TestApp } from "./kit";

export const schema = buildSchema(readFileSync(join(__dirname, "../../schema.graphql"), "utf8"));

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Arguments = { readonly [name: string]: Json };
type Path = readonly (string | number)[];

/** One place where a caller writes a value: an argument, or a field of an input, that is no input itself. */
export interface Leaf {
  /** `Mutation.createAccount(input.login)` */
  readonly coordinate: string;
  /** `Mutation.createAccount` */
  readonly field: string;
  readonly path: Path;
  readonly type: GraphQLInputType;
}

/** Where a value is put that is not a good one: written in the document, or sent as a variable. */
export interface Bad {
  readonly literal?: string;
  readonly value?: unknown;
}

const ownTypes = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith("__"),
);

function leavesBelow(field: string, path: Path, type: GraphQLInputType): Leaf[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) {
    return [{ coordinate: `${field}(${path.join(".")})`, field, path, type }];
  }
  const inside = isListType(getNullableType(type)) ? [...path, 0] : path;
  return Object.values(named.getFields()).flatMap((one) =>
    leavesBelow(field, [...inside, one.name], one.type),
  );
}

/** All of them, in the schema that is committed. */
export const leaves: readonly Leaf[] = ownTypes.flatMap((type) =>
  Object.values(type.getFields()).flatMap((field) =>
    field.args.flatMap((arg) => leavesBelow(`${type.name}.${field.name}`, [arg.name], arg.type)),
  ),
);

/** The same place as a refusal names it: a path in the argument. */
export const fieldOf = ({ path }: Leaf): string =>
  (path.length > 1 && /^inputs?$/.test(String(path[0])) ? path.slice(1) : path).join(".");

function argumentsOf(field: string) {
  const [typeName = "", name = ""] = field.split(".");
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(field);
  const found = type.getFields()[name];
  if (found === undefined) throw new Error(field);
  return found;
}

/** Good arguments for every field that has any, with which it does what it is there for. */
export class Baselines {
  private serial = 0;
  organization = "gh/inputs";
  repository = "gh/inputs/repo";

  constructor(private readonly test: TestApp) {}

  static async prepare(test: TestApp): Promise<Baselines> {
    const baselines = new Baselines(test);
    await test.repository(baselines.repository);
    await test.account({ login: "somebody" });
    return baselines;
  }

  private digest(): string {
    return String((this.serial += 1)).padStart(64, "0");
  }

  private next(name: string): string {
    return `${name}${(this.serial += 1)}`;
  }

  /** The fields around one that is not at the root. */
  private around(typeName: string): string[] {
    switch (typeName) {
      case "Viewer":
        return ["viewer"];
      case "Account":
        return ['account(login: "admin")'];
      case "Organization":
        return [`organization(slug: "${this.organization}")`];
      case "Token":
        return ["viewer", "token"];
      case "Repository":
        return [`repository(slug: "${this.repository}")`];
      default:
        return [];
    }
  }

  private async goodArguments(field: string): Promise<Arguments> {
    const { organization, repository } = this;
    const login = "somebody";
    const token = async (): Promise<string> => (await this.test.accountToken(login)).id;
    const handover = async (): Promise<Json> => {
      const id = await token();
      await this.test.admin.must(
        "mutation($id: ID!) { rotateToken(input: { id: $id, handover: ON_FIRST_USE }) { secret } }",
        { id },
      );
      return { id };
    };
    const inputs: Readonly<Record<string, () => Json | Promise<Json>>> = {
      createAccountToken: () => ({ label: "x", account: login }),
      createRepositoryToken: () => ({ repository, scope: "STATUS", label: "x" }),
      createRepositoryTokens: () => ({ organization, repositories: ["repo"], scope: "STATUS", label: "x" }),
      rotateToken: async () => ({ id: await token() }),
      rotateTokens: () => ({ repository, dryRun: true }),
      finishHandover: handover,
      cancelHandover: handover,
      revokeToken: async () => ({ id: await token() }),
      revokeTokens: () => ({ repository, dryRun: true }),
      reportLeakedToken: () => ({ secret: "x" }),
      importTokens: () => ({
        tokens: [{ kind: "REPOSITORY", sha256: this.digest(), label: "x", repository, scope: "STATUS" }],
      }),
      createAccount: () => ({ login: this.next("made-") }),
      updateAccount: () => ({ login }),
      suspendAccount: () => ({ login }),
      resumeAccount: () => ({ login }),
      createOrganization: () => ({ slug: `gh/${this.next("made-")}` }),
      setMembership: () => ({ organization, login, role: "MEMBER" }),
      removeMembership: () => ({ organization, login }),
      createRepository: () => ({ slug: `${organization}/${this.next("made-")}` }),
      importRepositories: () => ({ repositories: [{ slug: `${organization}/${this.next("made-")}` }] }),
      updateRepository: () => ({ slug: repository }),
      renameRepository: () => ({ slug: repository, name: "repo" }),
      deleteRepository: async () => ({
        slug: await this.test.repository(`${organization}/${this.next("gone-")}`),
      }),
      setCollaborator: () => ({ repository, login, scope: "STATUS" }),
      removeCollaborator: () => ({ repository, login }),
      reportBuild: () => ({ repository, branch: "main", commit: "abcdef0", status: "SUCCESS" }),
    };
    switch (field) {
      case "Query.node":
        return { id: "VG9rZW46MQ" };
      case "Query.account":
        return { login };
      case "Query.organization":
        return { slug: organization };
      case "Query.repository":
        return { slug: repository };
      case "Query.verifyToken":
        return { input: { secret: "x", repository } };
      case "Query.verifyTokens":
        return { inputs: [{ secret: "x", repository }] };
      default:
        break;
    }
    const [typeName = "", name = ""] = field.split(".");
    if (typeName !== "Mutation") return {};
    const input = await inputs[name]?.();
    if (input === undefined) throw new Error(`${field} has no good input in test/support/inputs.ts`);
    return { input };
  }

  /** An operation that is good but for one leaf; without one, good. */
  async operation(field: string, leaf?: Leaf, bad?: Bad): Promise<{ query: string; variables: object }> {
    const good = await this.goodArguments(field);
    const { args, type } = argumentsOf(field);
    const [typeName = "", name = ""] = field.split(".");
    const variables: Record<string, unknown> = {};
    const declared: string[] = [];
    const written = args.flatMap((arg) => {
      const isHere = leaf?.path[0] === arg.name;
      if (!isHere && !(arg.name in good)) return [];
      if (isHere && bad !== undefined && bad.literal === undefined) {
        variables[arg.name] = replaced(good[arg.name], leaf.path.slice(1), bad.value);
        declared.push(`$${arg.name}: ${String(arg.type)}`);
        return [`${arg.name}: $${arg.name}`];
      }
      const literal = isHere ? bad?.literal : undefined;
      return [
        `${arg.name}: ${inDocument(good[arg.name], arg.type, literal === undefined ? null : leaf!.path.slice(1), literal)}`,
      ];
    });
    const around = this.around(typeName);
    const call = `${name}${written.length > 0 ? `(${written.join(", ")})` : ""}${selectionOf(getNamedType(type).name)}`;
    const declaration = declared.length > 0 ? `(${declared.join(", ")})` : "";
    const operation = typeName === "Mutation" ? "mutation" : "query";
    return {
      query: `${operation}${declaration} { ${[...around, call].join(" { ")} ${"}".repeat(around.length + 1)}`,
      variables,
    };
  }
}

/** Nothing that was sent is asked for again: what is found in an answer got there otherwise. */
function selectionOf(typeName: string): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isScalarType(type) && !isEnumType(type)) return " { __typename }";
  if (!isObjectType(type)) return "";
  return typeName.endsWith("Connection") ? " { totalCount nodes { __typename } }" : " { __typename }";
}

function replaced(good: unknown, path: Path, value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof first === "number") {
    const list = Array.isArray(good) ? [...(good as unknown[])] : [];
    list[first] = replaced(list[first], rest, value);
    return list;
  }
  const fields = (good ?? {}) as Record<string, unknown>;
  return { ...fields, [first]: replaced(fields[first], rest, value) };
}

/** A good value as it stands in a document; what lies at the path is written as given. */
function inDocument(good: unknown, type: GraphQLInputType, path: Path | null, literal?: string): string {
  if (path?.length === 0) return literal!;
  const nullable = getNullableType(type);
  const [first, ...rest] = path ?? [];
  if (isListType(nullable)) {
    const items = (good ?? [null]) as unknown[];
    return `[${items.map((item, index) => inDocument(item, nullable.ofType, index === first ? rest : null, literal)).join(", ")}]`;
  }
  if (isInputObjectType(nullable)) {
    const fields = (good ?? {}) as Record<string, unknown>;
    const names = new Set([...Object.keys(fields), ...(typeof first === "string" ? [first] : [])]);
    const inside = [...names].map((name) => {
      const fieldType = nullable.getFields()[name]?.type;
      const text =
        fieldType === undefined
          ? literal!
          : inDocument(fields[name], fieldType, name === first ? rest : null, literal);
      return `${name}: ${text}`;
    });
    return `{ ${inside.join(", ")} }`;
  }
  return isEnumType(nullable) ? String(good) : JSON.stringify(good);
}
