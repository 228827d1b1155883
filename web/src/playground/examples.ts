import create from "./examples/create.graphql?raw";
import organization from "./examples/organization.graphql?raw";
import rotate from "./examples/rotate.graphql?raw";
import verify from "./examples/verify.graphql?raw";
import viewer from "./examples/viewer.graphql?raw";

const DAY_MS = 86_400_000;
const written = (variables: object): string => JSON.stringify(variables, null, 2);

/** What the tabs hold at first: each a whole operation, to be changed and run. */
export const examples = [
  { query: viewer },
  {
    query: create,
    variables: written({ input: { repository: "gh/acme/api", scope: "READ_ONLY", label: "CI" } }),
  },
  { query: rotate, variables: written({ input: { id: "", handover: "ON_FIRST_USE", overlapSeconds: 0 } }) },
  {
    query: verify,
    variables: written({ input: { secret: "", repository: "gh/acme/api", scope: "READ_ONLY" } }),
  },
  {
    query: organization,
    variables: written({ slug: "gh/acme", soon: new Date(Date.now() + 30 * DAY_MS).toISOString() }),
  },
];
