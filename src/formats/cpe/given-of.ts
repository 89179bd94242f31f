/** What an attribute of a CPE name says; null for `*`, any, and `-`, none. */
export function givenOf(attribute: string): string | null {
  return attribute === '*' || attribute === '-' ? null : attribute;
}
