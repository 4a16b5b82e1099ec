/** What a function answers or promises, and a rejection also when it throws before it has promised anything. */
export function promised<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return Promise.resolve(run());
  } catch (error) {
    return Promise.reject(error);
  }
}

/** What a promise comes to, once `run` has run behind it; each message waits in some of these, and `finally` costs thrice as much. */
export function afterwards<T>(promise: Promise<T>, run: () => void): Promise<T> {
  return promise.then(
    (value) => {
      run();
      return value;
    },
    (reason) => {
      run();
      throw reason;
    },
  );
}
