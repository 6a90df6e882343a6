type Stream<P> = (options: unknown) => PromiseLike<{ readonly stream: ReadableStream<P> }>;

/** The same model, with what it streams led through something, which is made for each of its answers. */
export function overStream<P, M extends string | object>(model: M, through: () => TransformStream<P, P>): M {
  // A name, of which the SDK makes a model by itself.
  if (typeof model === 'string') return model;
  return new Proxy(model as M & object, {
    get: (_, field) => {
      const value = Reflect.get(model, field, model) as unknown;
      // Bound, for models with private fields.
      if (field !== 'doStream') return typeof value === 'function' ? (value as () => unknown).bind(model) : value;
      return async (options: unknown) => {
        const result = await (value as Stream<P>).call(model, options);
        return { ...result, stream: result.stream.pipeThrough(through()) };
      };
    },
  });
}
