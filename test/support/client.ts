export interface GraphQLError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly field?: string;
    readonly requiredScope?: string;
    readonly grantedScope?: string | null;
  };
}

export interface Answer<Data = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came. */
  readonly text: string;
  readonly data: Data | null | undefined;
  readonly errors: readonly GraphQLError[];
}

/** Speaks GraphQL to a server as one caller; a null secret is nobody. */
export class Client {
  constructor(
    readonly url: string,
    readonly secret: string | null,
  ) {}

  /** Sends a document, and gives whatever came back. */
  async send<Data = Record<string, unknown>>(
    query: string,
    variables: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Data>> {
    const authorization: Record<string, string> =
      this.secret === null ? {} : { authorization: `Bearer ${this.secret}` };
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const { data, errors } = JSON.parse(text) as { data?: Data | null; errors?: GraphQLError[] };
    return { status: response.status, headers: response.headers, text, data, errors: errors ?? [] };
  }

  /** The data; throws when there was any error. */
  async must<Data = Record<string, never>>(query: string, variables: object = {}): Promise<Data> {
    const { data, errors, text } = await this.send<Data>(query, variables);
    if (errors.length > 0 || data === null || data === undefined) throw new Error(`refused: ${text}`);
    return data;
  }

  /** The code of the first error; "OK" when there was none. */
  async code(query: string, variables: object = {}): Promise<string> {
    const { errors } = await this.send(query, variables);
    return errors[0]?.extensions.code ?? "OK";
  }
}
