/** A value that is there, or will be. What is remembered is not waited for: a promise costs as much as finding it. */
export type Soon<T> = T | Promise<T>;

/** What comes of a value, at once where it is there. Throws, or rejects, as `next` does. */
export function after<T, R>(soon: Soon<T>, next: (value: T) => Soon<R>): Soon<R> {
  return soon instanceof Promise ? soon.then(next) : next(soon);
}
