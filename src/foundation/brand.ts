declare const brand: unique symbol;

/** A value that only a parse function may make: `type StorePath = Brand<string, 'StorePath'>`. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
