import { astFromValue, isInterfaceType, print } from "graphql";
import type { Sel } from "./oracle";
import { objectType, schema, type Style } from "./walk";

/** Well within what one document may hold: 4,000 words, a cost of 10,000, 100 fields in one place. */
const MOST_WORDS = 3500;
const MOST_COST = 9000;
const MOST_FIELDS = 40;
const writtenTwice: ReadonlySet<Style> = new Set(["twice", "include and skip", "variables"]);

/** Writes root fields as one document. What the root fields are asked with comes in variables. */
export class Writer {
  private readonly roots: string[] = [];
  private readonly fragments: string[] = [];
  private readonly declared = new Map<string, string>();
  private words = 0;
  private cost = 0;

  constructor(
    private readonly style: Style,
    private readonly root: "Query" | "Mutation" = "Query",
  ) {}

  /** Adds a field; false: it would be more than one document may ask for, and nothing was added. */
  add(one: Sel): boolean {
    const before = this.fragments.length;
    const text = this.field(one, this.style);
    const words = [text, ...this.fragments.slice(before)].reduce(
      (sum, part) => sum + wordsIn(part),
      this.words,
    );
    const cost = this.cost + costOf(one) * (writtenTwice.has(this.style) ? 2 : 1);
    const size = this.roots.length;
    if (size > 0 && (words > MOST_WORDS || cost > MOST_COST || size >= MOST_FIELDS)) {
      this.fragments.length = before;
      return false;
    }
    Object.assign(this, { words, cost });
    this.roots.push(text);
    return true;
  }

  /** The document; `turn`: how the root fields are held, in turns. */
  document(turn: number): string {
    const fields = this.roots.join("\n");
    const held = [
      fields,
      `... on ${this.root} { ${fields} }`,
      `... @include(if: true) { ${fields} }`,
      `... { ... on ${this.root} @skip(if: false) { ${fields} } }`,
      "...root",
    ][turn % 5]!;
    const root = turn % 5 === 4 ? `fragment root on ${this.root} { ${fields} }` : "";
    const variables = [...this.declared].map(([name, type]) => `$${name}: ${type}`).join(", ");
    const head = variables === "" ? "" : `(${variables})`;
    return `${this.root.toLowerCase()}${head} { ${held} }\n${[root, ...this.fragments].join("\n")}`;
  }

  private field(one: Sel, style: Style): string {
    const { field, key, on } = one;
    const alias = key === field ? "" : `${key}: `;
    if (one.type === null) return `${alias}${field}${this.args(one)}`;
    const set =
      one.field === "node" && on === "Query"
        ? this.underInterface(one.children, one.type, style)
        : this.set(one.children, one.type, style);
    return `${alias}${field}${this.args(one)} { ${set} }`;
  }

  /** What is asked of node(id): under the type that is meant, and under others, which must not answer. */
  private underInterface(children: readonly Sel[], type: string, style: Style): string {
    const other = type === "Account" ? "Repository" : "Account";
    const inside = `... on ${type} { ${this.set(children, type, style)} }`;
    return style === "plain"
      ? inside
      : `... on Node { __typename } ${inside} ... on ${other} { other${other}: name }`;
  }

  private set(children: readonly Sel[], type: string, style: Style): string {
    const texts = children.map((child) => this.field(child, style));
    if (isScaffold(type)) return texts.join(" ");
    switch (style) {
      case "plain":
      case "aliases":
      case "edges":
        return texts.join(" ");
      case "inline fragments":
        return `... on ${type} { ${texts.slice(0, 3).join(" ")} } ... { ${[...texts.slice(3), "__typename"].join(" ")} }`;
      case "named fragments":
        return this.named(type, texts.join(" "));
      case "nested fragments":
        return this.named(type, `... on ${type} { ${this.named(type, texts.join(" "))} }`);
      case "interface fragments":
        return withNode(type, texts, children);
      case "include and skip":
        return children.map((child, at) => conditional(texts[at]!, child, "true", "false")).join(" ");
      case "variables":
        this.declared.set("yes", "Boolean!").set("no", "Boolean!");
        return children.map((child, at) => conditional(texts[at]!, child, "$yes", "$no")).join(" ");
      case "twice":
        return `${texts.join(" ")} ... on ${type} { ${["__typename", ...texts.filter((text) => !text.includes(" {"))].join(" ")} }`;
    }
  }

  private args({ field, on, args }: Sel): string {
    const known = objectType(on).getFields()[field]?.args ?? [];
    const written = known.flatMap(({ name, type }) => {
      if (!(name in args)) return [];
      if (on !== this.root || name === "first" || name === "actions")
        return [`${name}: ${print(astFromValue(args[name], type)!)}`];
      this.declared.set(name, String(type));
      return [`${name}: $${name}`];
    });
    return written.length === 0 ? "" : `(${written.join(", ")})`;
  }

  private named(type: string, text: string): string {
    const name = `part${this.fragments.length}`;
    this.fragments.push(`fragment ${name} on ${type} { ${text} }`);
    return `...${name}`;
  }
}

const isScaffold = (type: string): boolean => /(Connection|Edge|PageInfo|Payload)$/.test(type);

/** The id by way of the interface, and a fragment on a type that the object is not of, which must not answer. */
function withNode(type: string, texts: readonly string[], children: readonly Sel[]): string {
  const node = schema.getType("Node");
  if (!isInterfaceType(node) || !objectType(type).getInterfaces().includes(node)) return texts.join(" ");
  const other = type === "Account" ? "Repository" : "Account";
  const others = texts.filter((_, at) => children[at]!.field !== "id");
  const id = others.length < texts.length ? "id" : "";
  return `... on Node { ${id} __typename ... on ${other} { other${other}: name } } ${others.join(" ")}`;
}

/** The field, which is wanted, and itself under another name, which is not. */
function conditional(text: string, { key, field }: Sel, yes: string, no: string): string {
  const set = text.indexOf(" {");
  const head = set === -1 ? text : text.slice(0, set);
  const rest = set === -1 ? "" : text.slice(set);
  const unwanted = `not_${key}: ${head.slice(key === field ? 0 : key.length + 2)}`;
  const little = rest === "" ? "" : " { __typename }";
  return `${head} @include(if: ${yes})${rest} ${unwanted} @skip(if: ${yes}) @include(if: ${no})${little}`;
}

const wordsIn = (text: string): number => (text.match(/"[^"]*"|\.\.\.|\w+|[^\s,\w]/g) ?? []).length;

/** A field costs 1, times the `first` of every list above it. */
function costOf(one: Sel): number {
  const first = (one.args.first as number | undefined) ?? 1;
  return 1 + first * one.children.reduce((sum, child) => sum + costOf(child), 0);
}
