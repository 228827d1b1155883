import type { FastifyRequest } from "fastify";
import { parseInstant } from "../../domain/instant";
import { AppError, badInput } from "../../errors";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The fields of a JSON object that was sent, or left out altogether. Null counts as left out. */
export class Fields {
  private constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  /** 415 for a body that says that it is something else than JSON. One that says nothing is taken for JSON. */
  static refuseOtherTypes({ body, headers }: FastifyRequest): void {
    const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
    if (isEmpty(body) || type === "" || type === "application/json") return;
    throw new AppError("BAD_REQUEST", "the body must be application/json", { http: 415 });
  }

  /** 400 for a body that is no JSON object. */
  static of({ body }: FastifyRequest): Fields {
    if (isEmpty(body)) return new Fields({});
    let value: unknown;
    try {
      value = JSON.parse(utf8.decode(body as Buffer));
    } catch {
      throw new AppError("BAD_REQUEST", "the body is not JSON in UTF-8");
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new AppError("BAD_REQUEST", "the body must be a JSON object");
    return new Fields(value as Record<string, unknown>);
  }

  text(name: string): string | null {
    const value = this.values[name] ?? null;
    if (value !== null && typeof value !== "string") throw badInput(name, "must be a text");
    return value;
  }

  /** A name for a token; these vendors take an empty one for none. */
  label(name: string, fallback: string): string {
    const text = this.text(name) ?? "";
    return text.trim() === "" ? fallback : text;
  }

  instant(name: string): Date | null {
    const text = this.text(name);
    if (text === null) return null;
    const instant = parseInstant(text);
    if (instant === null)
      throw badInput(name, "must be an RFC 3339 date and time, such as 2026-11-22T04:39:27.000Z");
    return instant;
  }

  /** Whole numbers from 1, as a list. */
  numbers(name: string): readonly number[] {
    const value = this.values[name] ?? null;
    const isId = (item: unknown): item is number => Number.isSafeInteger(item) && Number(item) > 0;
    if (!Array.isArray(value) || !value.every(isId)) throw badInput(name, "must be a list of ids");
    return value;
  }
}

const isEmpty = (body: unknown): boolean => !Buffer.isBuffer(body) || body.length === 0;
