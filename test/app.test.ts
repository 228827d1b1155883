import { TestApp } from "./support/kit";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

describe("the server", () => {
  it("tells the first administrator who it is", async () => {
    const { viewer } = await test.admin.must<{ viewer: { account: { login: string } } }>(
      "{ viewer { account { login } } }",
    );
    expect(viewer.account.login).toBe("admin");
  });
});
