declare const brand: unique symbol;

/** A primitive that only its parser can make, so that two strings of the same shape cannot be confused. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };
