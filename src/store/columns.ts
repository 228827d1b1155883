import { Column, PrimaryColumn, type ColumnOptions, type ValueTransformer } from "typeorm";

/** Instants are stored as whole milliseconds since 1970: the same number, and the same order, on every database. */
const instant: ValueTransformer = {
  to: (value: Date | null | undefined) => (value instanceof Date ? value.getTime() : value),
  from: (value: number | string | null) => (value === null ? null : new Date(Number(value))),
};

const integer: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: number | string | null) => (value === null ? null : Number(value)),
};

const truth: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => Boolean(value),
};

type Options = Pick<ColumnOptions, "nullable" | "select">;

export const IdColumn = (): PropertyDecorator =>
  PrimaryColumn({ type: "bigint", generated: "increment", transformer: integer });
export const KeyColumn = (name: string): PropertyDecorator =>
  PrimaryColumn({ name, type: "bigint", transformer: integer });
export const KeyTextColumn = (name: string): PropertyDecorator => PrimaryColumn({ name, type: "text" });
export const IntegerColumn = (name: string, options: Options = {}): PropertyDecorator =>
  Column({ name, type: "bigint", transformer: integer, ...options });
export const InstantColumn = (name: string, options: Options = {}): PropertyDecorator =>
  Column({ name, type: "bigint", transformer: instant, ...options });
export const TextColumn = (name: string, options: Options = {}): PropertyDecorator =>
  Column({ name, type: "text", ...options });
export const TruthColumn = (name: string): PropertyDecorator =>
  Column({ name, type: "boolean", transformer: truth });
