/**
 * What of a document breaks a JSON schema: the keywords that the official schemas of OSV, CSAF and CycloneDX use. One that it
 * does not know throws, so that nothing is passed over.
 */
export type Schema = Readonly<Record<string, unknown>>;

const quiet = new Set(
  '$schema $id id $comment license $defs definitions title description default examples deprecated meta:enum uniqueItems'.split(
    ' ',
  ),
);

/** By `$id`, for schemas that name each other. */
export function schemaFaults(
  schema: Schema,
  value: unknown,
  others: ReadonlyMap<string, Schema> = new Map(),
): readonly string[] {
  return faultsOf({ root: schema, others }, schema, value, '');
}

interface Schemas {
  readonly root: Schema;
  readonly others: ReadonlyMap<string, Schema>;
}

function faultsOf(schemas: Schemas, given: unknown, value: unknown, place: string): readonly string[] {
  if (given === true) return [];
  if (given === false) return [`${place}: is not allowed`];
  const schema = given as Schema;
  const at = (inner: unknown, of: unknown, name: string | number) => faultsOf(schemas, inner, of, `${place}/${name}`);
  const isValid = (inner: unknown, of = value) => faultsOf(schemas, inner, of, place).length === 0;
  const object = isObject(value) ? value : null;
  const list = Array.isArray(value) ? value : null;
  const text = typeof value === 'string' ? value : null;
  const number = typeof value === 'number' ? value : null;
  const faults: string[] = [];
  const wrong = (when: boolean, what: string) => {
    if (when) faults.push(`${place}: ${what}`);
  };
  if (Array.isArray(schema.uniqueItems ? list : null))
    wrong(new Set(list?.map((item) => JSON.stringify(item))).size !== list?.length, 'uniqueItems');
  for (const [keyword, rule] of Object.entries(schema)) {
    const names = rule as Readonly<Record<string, unknown>>;
    const rules = rule as readonly unknown[];
    const size = rule as number;
    if (quiet.has(keyword)) continue;
    switch (keyword) {
      case '$ref':
        faults.push(...referredFaults(schemas, String(rule), value, place));
        break;
      case 'type':
        wrong(![rule].flat().some((type) => isOfType(String(type), value)), `type ${String(rule)}`);
        break;
      case 'enum':
        wrong(!rules.includes(value), 'enum');
        break;
      case 'const':
        wrong(value !== rule, `const ${String(rule)}`);
        break;
      case 'required':
        for (const name of rules)
          wrong(object !== null && !Object.hasOwn(object, String(name)), `lacks ${String(name)}`);
        break;
      case 'properties':
        for (const [name, inner] of Object.entries(names))
          if (object !== null && Object.hasOwn(object, name)) faults.push(...at(inner, object[name], name));
        break;
      case 'additionalProperties':
        for (const [name, inner] of Object.entries(object ?? {}))
          if (!Object.hasOwn((schema.properties as object | undefined) ?? {}, name))
            faults.push(...at(rule, inner, name));
        break;
      case 'minProperties':
        wrong(object !== null && Object.keys(object).length < size, keyword);
        break;
      case 'maxProperties':
        wrong(object !== null && Object.keys(object).length > size, keyword);
        break;
      case 'items':
        for (const [index, item] of (list ?? []).entries()) faults.push(...at(rule, item, index));
        break;
      case 'contains':
        wrong(list !== null && !list.some((item) => isValid(rule, item)), keyword);
        break;
      case 'minItems':
        wrong(list !== null && list.length < size, keyword);
        break;
      case 'maxItems':
        wrong(list !== null && list.length > size, keyword);
        break;
      case 'minLength':
        wrong(text !== null && text.length < size, keyword);
        break;
      case 'maxLength':
        wrong(text !== null && text.length > size, keyword);
        break;
      case 'pattern':
        wrong(text !== null && !new RegExp(String(rule), 'u').test(text), `pattern ${String(rule)}`);
        break;
      case 'format':
        wrong(text !== null && !formats(String(rule)).test(text), `format ${String(rule)}`);
        break;
      case 'minimum':
        wrong(number !== null && number < size, keyword);
        break;
      case 'maximum':
        wrong(number !== null && number > size, keyword);
        break;
      case 'allOf':
        for (const inner of rules) faults.push(...faultsOf(schemas, inner, value, place));
        break;
      case 'anyOf':
        wrong(!rules.some((inner) => isValid(inner)), keyword);
        break;
      case 'oneOf':
        wrong(rules.filter((inner) => isValid(inner)).length !== 1, keyword);
        break;
      case 'not':
        wrong(isValid(rule), keyword);
        break;
      case 'if': {
        const then = isValid(rule) ? schema.then : schema.else;
        if (then !== undefined) faults.push(...faultsOf(schemas, then, value, place));
        break;
      }
      case 'then':
      case 'else':
        break;
      default:
        throw new Error(`no rule for ${keyword}`);
    }
  }
  return faults;
}

function referredFaults(
  { root, others }: Schemas,
  reference: string,
  value: unknown,
  place: string,
): readonly string[] {
  const [file = '', pointer = ''] = reference.split('#');
  const target = file === '' ? root : others.get(file);
  if (target === undefined) throw new Error(`no schema ${file}`);
  let found: unknown = target;
  for (const name of pointer.split('/').slice(1)) found = (found as Schema)[name.replaceAll('~1', '/')];
  if (found === undefined) throw new Error(`no schema ${reference}`);
  return faultsOf({ root: target, others }, found, value, place);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function formats(name: string): RegExp {
  switch (name) {
    case 'date-time':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
    case 'uri':
    case 'iri':
      return /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i;
    case 'iri-reference':
    case 'uri-reference':
      return /^[^\s<>"{}|\\^`]*$/;
    default:
      throw new Error(`no rule for the format ${name}`);
  }
}
