import type { AuthChecker } from "type-graphql";
import { type RuleName, rules } from "../domain/rules";
import { AppError } from "../errors";
import { permit } from "../services/permit";
import type { Context } from "./context";

const isRule = (name: RuleName | undefined): name is RuleName => Object.hasOwn(rules, String(name));

type FieldRule = Parameters<typeof permit>[1];

/**
 * Answers `@Authorized<RuleName>(name)` on a field: the rule of that name, asked of the object that the field is read
 * from. An arrow function, because type-graphql takes anything with a prototype for a class; it throws our own error,
 * because `false` would come out under type-graphql's code.
 */
export const authChecker: AuthChecker<Context, RuleName> = async ({ root, context }, names) => {
  const [name] = names;
  if (names.length !== 1 || !isRule(name)) throw new AppError("FORBIDDEN", "not allowed");
  await (permit as (authority: unknown, name: FieldRule, object: unknown) => Promise<void>)(
    context.caller.authority,
    name,
    root,
  );
  return true;
};
