import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const typescript = ["**/*.{ts,tsx}"];
const tests = ["test/**/*.ts"];

const noDefaultExport = {
  selector: "ExportDefaultDeclaration, ExportSpecifier[exported.name='default'], TSExportAssignment",
  message: "Export by name: then a name means the same thing everywhere.",
};
const noConstEnum = {
  selector: "TSEnumDeclaration[const=true]",
  message: "The tests transpile file by file and cannot see into it: use a union of literals.",
};

export default defineConfig(
  { ignores: ["dist", "dist.*", "coverage", "data"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,

  {
    files: typescript,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-restricted-syntax": ["error", noDefaultExport, noConstEnum],
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 60],

      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-extraneous-class": ["error", { allowWithDecorator: true }],
      // Decorators read the classes that parameters and fields are typed with: those imports must stay values.
      "@typescript-eslint/consistent-type-imports": "off",

      // A guard compares with true, so that nothing else that is truthy passes.
      "@typescript-eslint/no-unnecessary-boolean-literal-compare": "off",
      // Database drivers hand numbers over as text, whatever the type says.
      "@typescript-eslint/no-unnecessary-type-conversion": "off",
      // An entity is the shape of a row: object literals and spreads are how rows are made.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-misused-spread": "off",

      // Noise: what these find here is not wrong.
      "@typescript-eslint/no-unnecessary-type-arguments": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
    },
  },

  {
    files: ["src/**/*.ts", "ormconfig.ts"],
    ignores: ["src/config.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "src/config.ts reads the environment, once, for all.",
        },
      ],
      "no-restricted-imports": [
        "error",
        { paths: ["process", "node:process"].map((name) => ({ name, importNames: ["env", "default"] })) },
      ],
    },
  },
  // What goes through the log can be searched for secrets; the console is for commands.
  {
    files: ["src/**/*.ts"],
    ignores: ["src/commands/**", "src/main.ts", "src/graphql/emit-schema.ts"],
    rules: { "no-console": "error" },
  },
  { files: ["src/store/migrations/**"], rules: { "max-lines-per-function": "off" } },

  {
    files: ["web/src/**/*.{ts,tsx}"],
    extends: [reactHooks.configs.flat["recommended-latest"]],
    rules: {
      // Markup is long and flat.
      "max-lines-per-function": ["error", 120],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-syntax": [
        "error",
        noDefaultExport,
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML'], JSXOpeningElement[name.name='style']",
          message: "The Content-Security-Policy refuses it, and rightly.",
        },
        {
          selector: "MemberExpression[object.name='localStorage']",
          message: "What the console knows ends with the tab.",
        },
      ],
    },
  },

  {
    files: tests,
    rules: {
      "max-lines": ["error", 500],
      "max-lines-per-function": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },

  {
    files: ["**/*.js", "**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: Object.fromEntries(
        [
          ...["__dirname", "process", "console", "Buffer", "URL", "AbortController", "fetch", "performance"],
          ...["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate"],
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  { files: ["**/*.mjs"], languageOptions: { globals: { process: "readonly", console: "readonly" } } },
);
