/** -1, 0 or 1, on every machine alike: numbers and big integers compare by value, strings by code unit. */
export function order<Value extends number | bigint | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
