import type { Answer } from "../support/client";
import type { TestApp } from "../support/kit";
import type { Player } from "./cast";
import type { Call } from "./changes";
import { mismatches } from "./compare";
import { type Expected, Oracle, type Refusal, type Sel } from "./oracle";
import { payloadOf, touchedTokens, type Effect } from "./payloads";
import { type Asker, askerOf, tokenOf } from "./relations";
import type { Outcome, Scope } from "./table";
import { answerOf, objectType, type Style } from "./walk";
import { commitNumber, dump, keep, readWorld, type RepositoryRow, type World } from "./world";
import { Writer } from "./write";

interface Verdict {
  readonly outcome: Outcome;
  readonly refusal: Refusal | null;
}

/** Calls mutations, each on the same world, and looks at what they answer and at what they leave behind. */
export class Changes {
  cells = 0;
  calls = 0;
  allowed = 0;
  private commit: unknown = null;

  private constructor(
    private readonly test: TestApp,
    private readonly oracle: Oracle,
    private readonly before: string,
    private readonly restore: () => Promise<void>,
  ) {}

  static async on(test: TestApp, oracle: Oracle): Promise<Changes> {
    return new Changes(test, oracle, await dump(test), await keep(test));
  }

  /** Where the outcome is not what the table says; []: it is. */
  async ask(player: Player, call: Call, style: Style): Promise<string[]> {
    const { world } = this.oracle;
    const asker = askerOf(world, tokenOf(world, player.secret ?? ""));
    const verdict = this.verdictOn(asker, call);
    const [, mutation = ""] = /^Mutation\.(\w+)/.exec(call.row) ?? [];
    const field = fieldOf(mutation, call, style);
    const writer = new Writer(style, "Mutation");
    writer.add(field);
    this.calls += 1;
    const variables = { input: call.input, ...(style === "variables" ? { yes: true, no: false } : {}) };
    const answer = await this.test.client(player.secret).send(writer.document(this.calls), variables);
    if (verdict.refusal === null) return this.checkChange(asker, call, field, answer);
    this.cells += 1;
    const found = refusalsIn(answer, verdict.refusal, field.key);
    if (!(await this.hasChanged())) return found;
    await this.restore();
    return [...found, "it was refused, and something changed"];
  }

  private async hasChanged(): Promise<boolean> {
    const commit = await commitNumber(this.test);
    if (commit === this.commit) return false;
    this.commit = commit;
    return (await dump(this.test)) !== this.before;
  }

  private verdictOn(asker: Asker, { row, targets, otherwise }: Call): Verdict {
    const { relations } = this.oracle;
    const verdicts = (targets.length === 0 ? [null] : targets).map((target): Verdict => {
      const standings = target === null ? relations.anywhere(asker) : relations.to(asker, target);
      const { outcome, scope } = this.oracle.outcomeOf(row, standings);
      const granted =
        target?.type === "Repository" ? relations.scopeOn(asker, target.row as RepositoryRow) : null;
      return { outcome, refusal: refusalOf(outcome, scope, granted) };
    });
    // NOT_FOUND before FORBIDDEN, whatever comes first in the input.
    const refused =
      verdicts.find(({ outcome }) => outcome === "0") ?? verdicts.find(({ refusal }) => refusal !== null);
    if (refused !== undefined) return refused;
    return { outcome: "V", refusal: (otherwise ?? null) === null ? null : { code: otherwise! } };
  }

  /** What is allowed: the answer in the eyes of its caller as it was, and a line under its name for what changed. */
  private async checkChange(asker: Asker, call: Call, field: Sel, answer: Answer): Promise<string[]> {
    this.allowed += 1;
    const after = await readWorld(this.test);
    const before = this.oracle.world;
    const effect: Effect = { call, asker, before, after };
    const found = linesOf(effect, await this.hasChanged());
    try {
      const expected = this.expected(effect, field);
      this.cells += expected.cells + 1;
      found.push(...mismatches(expected, answer));
    } catch (error) {
      found.push(`${String(error)} in ${answer.text.slice(0, 300)}`);
    }
    await this.restore();
    this.commit = await commitNumber(this.test);
    return found;
  }

  private expected(effect: Effect, field: Sel): Expected {
    const oracle = new Oracle(effect.after, asItWas(effect));
    oracle.revealed = new Set(touchedTokens(effect).map((token) => token.id));
    const expected = oracle.answer(effect.asker, field.children, payloadOf(field.type!, effect));
    const errors = new Map([...expected.errors].map(([path, refusal]) => [`${field.key}.${path}`, refusal]));
    return { ...expected, errors, data: { [field.key]: expected.data } };
  }
}

/** The world after the change, but for what its caller was in it: that is as it was when the field began. */
function asItWas({ asker, before, after }: Effect): World {
  const caller = asker.kind === "account" ? asker.account.id : 0;
  const kept = <T extends { readonly accountId: number }>(then: readonly T[], now: readonly T[]): T[] => [
    ...then.filter((one) => one.accountId === caller),
    ...now.filter((one) => one.accountId !== caller),
  ];
  return {
    ...after,
    memberships: kept(before.memberships, after.memberships),
    collaborators: kept(before.collaborators, after.collaborators),
  };
}

function fieldOf(mutation: string, call: Call, style: Style): Sel {
  const payload = objectType("Mutation").getFields()[mutation]!.type.toString();
  const children = answerOf(payload, style);
  const key = style === "aliases" ? "done" : mutation;
  return {
    field: mutation,
    key,
    args: { input: call.input },
    on: "Mutation",
    type: payload,
    children,
    asked: false,
  };
}

function refusalOf(
  outcome: Outcome,
  requiredScope: Scope | null,
  grantedScope: Scope | null,
): Refusal | null {
  switch (outcome) {
    case "U":
      return { code: "UNAUTHENTICATED" };
    case "0":
      return { code: "NOT_FOUND" };
    case "f":
      return { code: "FORBIDDEN" };
    case "F":
      return { code: "FORBIDDEN", requiredScope: requiredScope!, grantedScope };
    default:
      return null;
  }
}

function refusalsIn(answer: Answer, refusal: Refusal, key: string): string[] {
  const expected: Expected = {
    data: { [key]: null },
    errors: new Map([[key, refusal]]),
    cells: 0,
    reached: 0,
  };
  if (refusal.code !== "UNAUTHENTICATED") return mismatches(expected, answer);
  const [error] = answer.errors;
  const isRight =
    answer.status === 401 && answer.data === undefined && error?.extensions.code === refusal.code;
  return isRight ? [] : [`should be 401, is ${answer.status}: ${answer.text.slice(0, 200)}`];
}

/** Audit lines: at least one for a change, each under its caller's name; none where nothing changed. */
function linesOf({ asker, before, after }: Effect, hasChanged: boolean): string[] {
  const lines = after.auditEvents.slice(before.auditEvents.length);
  if (lines.length > 0 !== hasChanged)
    return [`${lines.length} audit lines, and ${hasChanged ? "a" : "no"} change`];
  const actorId = asker.kind === "account" ? asker.account.id : null;
  const tokenId = asker.kind === "anonymous" ? null : asker.token.id;
  const strange = lines.filter((line) => line.actorId !== actorId || line.actorTokenId !== tokenId);
  return strange.map((line) => `${line.action} stands under another name`);
}
