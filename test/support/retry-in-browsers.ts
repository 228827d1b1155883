// A browser on a busy machine may be late once. What fails twice fails, and the first time is printed too.
jest.retryTimes(1, { logErrorsBeforeRetry: true });
