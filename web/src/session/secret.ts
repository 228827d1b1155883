// The tab's own storage: other tabs do not see it, and it ends with the tab. The playground reads it too.
const KEY = "tokenward.token";

export const readSecret = (): string | null => sessionStorage.getItem(KEY);

export function keepSecret(secret: string): void {
  sessionStorage.setItem(KEY, secret);
}

export function forgetSecret(): void {
  sessionStorage.removeItem(KEY);
}
