import { idAt, type JsonObject, listAt, objectAt, textAt } from '../json/shape.ts';

/**
 * `{"data_version":"4.0","CVE_data_meta":{"ID":"CVE-2021-40438","TITLE":"mod_proxy SSRF"},"affects":{"vendor":{"vendor_data":[{"product":
 * {"product_data":[{"version":{"version_data":[{"version_affected":"<=","version_value":"2.4.48"}]}}]}}]}}}`: the retired CVE JSON
 * 4.0, https://github.com/CVEProject/automation-working-group/tree/master/cve_json_schema.
 */
export interface Cve4 {
  readonly id: string;
  readonly title: string;
  readonly published: string | null;
  readonly description: string;
  readonly versions: readonly Cve4Version[];
  readonly impacts: readonly string[];
  readonly urls: readonly string[];
}

export interface Cve4Version {
  /** `=`, `<`, `<=`, `>`, `>=`; with `!` before it not affected, with `?` not known. */
  readonly affected: string;
  readonly value: string;
  readonly platform: string | null;
}

export function isCve4(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'data_version' in value;
}

/** A member of a wrong type throws `json.shape`; unknown members are ignored. */
export function readCve4(value: unknown): Cve4 {
  const document = objectAt(value, 'the record');
  const meta = objectAt(document.CVE_data_meta, 'CVE_data_meta');
  return {
    id: idAt(meta.ID, 'CVE_data_meta.ID', /^CVE-\d{4}-\d{4,}$/),
    title: textAt(meta.TITLE, 'CVE_data_meta.TITLE') ?? '',
    published: textAt(meta.DATE_PUBLIC, 'CVE_data_meta.DATE_PUBLIC'),
    description: textsOf(membersAt(document, ['description', 'description_data']), 'value').join('\n'),
    versions: membersAt(document, ['affects', 'vendor', 'vendor_data'])
      .flatMap((vendor) => membersAt(vendor, ['product', 'product_data']))
      .flatMap((product) => membersAt(product, ['version', 'version_data']))
      .map(versionAt),
    impacts: Array.isArray(document.impact) ? textsOf(membersAt(document, ['impact']), 'other') : [],
    urls: textsOf(membersAt(document, ['references', 'reference_data']), 'url').filter((url) =>
      /^https?:\/\//.test(url),
    ),
  };
}

function membersAt(value: JsonObject, path: readonly string[]): readonly JsonObject[] {
  const place = path.join('.');
  let found: unknown = value;
  for (const name of path) found = objectAt(found, place)[name];
  return listAt(found, place).map((item) => objectAt(item, place));
}

function textsOf(members: readonly JsonObject[], name: string): readonly string[] {
  return members.flatMap((member) => textAt(member[name], name) ?? []);
}

function versionAt(version: JsonObject): Cve4Version {
  return {
    affected: textAt(version.version_affected, 'version_affected') ?? '=',
    value: idAt(version.version_value, 'version_value', /^[\w.+~-]{1,100}$/),
    platform: textAt(version.platform, 'platform') || null,
  };
}
