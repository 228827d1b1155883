"use strict";
// The arrows of the house, see CONTRIBUTING.md: domain, secrets <- store <- services <- graphql, http, commands <- app <- main.

/** Files outside src/secrets that may import node:crypto, each with what it needs it for. */
const otherCrypto = [
  "src/http/routes/badge\\.ts", // the ETag: a hash of public bytes
];

const rule = (name, comment, from, to) => ({ name, severity: "error", comment, from, to });
const floor = (...names) => ({ path: `^src/(${names.join("|")})(/|\\.ts$)` });
const outside = (...names) => ({
  path: "^src/",
  pathNot: [...names.map((name) => `^src/${name}(/|\\.ts$)`)],
});
const packages = (...names) => ({ path: `(^|/)node_modules/(@types/)?(${names.join("|")})(/|$)` });

// One rule a line: name, reason, from, to.
// prettier-ignore
const forbidden = [
  rule("no-cycles", "Two modules that need each other are one module, or hide a third.", {}, { circular: true }),
  rule("no-missing", "What cannot be resolved here fails at the first request that needs it.", { path: "^(src|test|ormconfig)" }, { couldNotResolve: true }),
  rule("no-dev-packages", "The image holds no development packages: such an import fails there alone.", { path: "^src/" }, { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only", "npm-peer"], pathNot: "node_modules/@types/" }),
  rule("no-drawers", "A folder called utils has no subject, so it grows for ever: name the noun.", {}, { path: "/(utils|helpers|common|lib)(/|\\.ts$)", pathNot: "node_modules" }),
  rule("src-stands-alone", "The server does not know its tests, benchmarks, launcher or TypeORM's command line.", { path: "^src/" }, { path: "^(test|bench|bin|web|dist|ormconfig)" }),
  rule("web-stands-alone", "The console speaks HTTP and knows schema.graphql: what else it needed, other clients would lack.", { path: "^web/" }, { path: "^(src|test|bench|bin|dist|ormconfig)" }),
  rule("playground-and-console-are-two", "Each loads what it needs: the editor is large, and its policy is wider.", { path: "^web/src/", pathNot: "^web/src/playground/" }, { path: "^web/src/playground/" }),
  rule("tests-are-leaves", "What two tests share belongs to test/support.", {}, { path: "\\.test\\.ts$" }),

  rule("errors-know-nothing", "Every floor imports errors.ts: whatever it imported, all would.", floor("errors"), { path: ".", pathNot: "^src/errors\\.ts$" }),
  rule("soon-knows-nothing", "Nor does soon.ts, which every floor may import.", floor("soon"), { path: ".", pathNot: "^src/soon\\.ts$" }),
  rule("domain-is-pure", "Arithmetic without I/O, frameworks and clocks can be tested as tables and trusted.", floor("domain"), { path: ".", pathNot: "^src/(domain/|errors\\.ts$)" }),
  rule("secrets-are-pure", "What handles plain secrets can be read in one sitting: hashes, a CRC and the domain's types.", floor("secrets"), { path: ".", pathNot: "^(src/(secrets/|domain/|errors\\.ts$)|(node:)?(crypto|zlib)$)" }),
  rule("store-is-floor-one", "Rows know nothing of who asks for them or why.", floor("store"), floor("services", "graphql", "http", "commands", "app", "main")),
  rule("services-are-floor-two", "A use case is the same behind every door, so it knows no door.", floor("services"), floor("graphql", "http", "commands", "app", "main")),
  rule("doors-know-no-house", "app.ts puts the floors together and hands each what it needs; main.ts hands commands `startApp`.", floor("graphql", "http", "commands"), floor("app", "main")),
  rule("graphql-not-http", "app.ts hands http a GraphQL handler; requests and replies end at http.", floor("graphql"), floor("http", "commands")),
  rule("http-not-graphql", "The HTTP layer serves a handler it is given, so either can be replaced.", floor("http"), floor("graphql", "commands")),
  rule("commands-not-doors", "A command starts the app or uses a service; it is no third caller of resolvers and routes.", floor("commands"), floor("graphql", "http")),
  rule("doors-ask-services", "Services decide who may see what: a door that read the store itself would be unguarded.", floor("graphql", "http"), floor("store")),
  rule("main-is-the-end", "main.ts runs at import: importing it starts the program.", { path: "." }, floor("main")),
  rule("config-at-the-top", "Floors take the values they need as arguments; then tests need no environment.", outside("config", "commands", "app", "main"), floor("config")),

  rule("typeorm-in-store", "Only the store can keep the rule that every write goes through transaction.ts.", outside("store"), packages("typeorm", "better-sqlite3", "pg")),
  rule("type-graphql-in-graphql", "The API's decorators and server stay on the floor that can be swept for unguarded fields.", outside("graphql"), packages("type-graphql", "@apollo", "graphql-scalars", "class-validator")),
  rule("fastify-in-http", "Only http sees requests and replies: credentials are read in one place.", outside("http"), packages("fastify", "@fastify", "fastify-plugin")),
  rule("crypto-in-secrets", "One digest, one source of randomness. crypto.randomUUID() is global and enough for identifiers.", { path: "^src/", pathNot: ["^src/secrets/", ...otherCrypto] }, { path: "^(node:)?crypto$" }),
];

module.exports = {
  forbidden,
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true, // a type import is an arrow too
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist" },
    enhancedResolveOptions: {
      conditionNames: ["require", "node", "default", "types"],
      exportsFields: ["exports"],
    },
  },
};
