// Jest's globalTeardown of the project that runs on PostgreSQL.
export default async function teardown() {
  const server = globalThis.postgresOfTheTests;
  if (server === undefined) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.stdin.write("quit\n");
  await ended;
}
