/** Does something at its first use, and never again: also a failure stays what it was for the rest of the run. */
export function once<T>(task: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= task();
    return result;
  };
}

/** As `once`, for each key by itself. */
export function onceEach<T>(task: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const results = new Map<string, Promise<T>>();
  return (key) => {
    const result = results.get(key) ?? task(key);
    results.set(key, result);
    return result;
  };
}
