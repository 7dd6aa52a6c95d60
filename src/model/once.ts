/** Does something at its first use, and never again: also a failure stays what it was for the rest of the run. */
export function once<T>(task: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= task();
    return result;
  };
}

/** As `once`, for each that is asked for by itself. */
export function onceEach<Asked extends readonly unknown[], T>(
  task: (...asked: Asked) => Promise<T>,
  keyOf: (...asked: Asked) => string = (...asked) => JSON.stringify(asked),
): (...asked: Asked) => Promise<T> {
  const results = new Map<string, Promise<T>>();
  return (...asked) => {
    const key = keyOf(...asked);
    const result = results.get(key) ?? task(...asked);
    results.set(key, result);
    return result;
  };
}
