import { decodedOrNull } from '../../foundation/decoded.ts';

/**
 * `cpe:2.3:a:tukaani:xz:5.8.2:*:*:*:*:*:*:*`: part, vendor, product, version, update, edition, language, software edition,
 * target software, target hardware, other. Defined by NISTIR 7695 (https://csrc.nist.gov/pubs/ir/7695/final).
 */
export interface Cpe {
  readonly part: string;
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly update: string;
  readonly edition: string;
  readonly softwareEdition: string;
  readonly targetSoftware: string;
  readonly targetHardware: string;
}

/** The attributes, unescaped and in lower case; `*` is any, `-` is none. Null when it is not a CPE name. */
export function parseCpe(text: string): Cpe | null {
  if (text.length > 2000) return null;
  const fields = text.startsWith('cpe:2.3:')
    ? split(text.slice('cpe:2.3:'.length)).map(unescaped)
    : text.startsWith('cpe:/')
      ? uriFields(text.slice('cpe:/'.length))
      : [];
  const [part = '', vendor = '', product = '', version, update, edition, , softwareEdition, targetSoftware, hardware] =
    fields;
  if (!['a', 'o', 'h', '*', '-'].includes(part) || vendor === '' || product === '') return null;
  return {
    part,
    vendor,
    product,
    version: version || '*',
    update: update || '*',
    edition: edition || '*',
    softwareEdition: softwareEdition || '*',
    targetSoftware: targetSoftware || '*',
    targetHardware: hardware || '*',
  };
}

function split(text: string): readonly string[] {
  if (!text.includes('\\')) return text.split(':');
  const fields: string[] = [];
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === ':') {
      fields.push(text.slice(from, index));
      from = index + 1;
    }
  }
  return [...fields, text.slice(from)];
}

function unescaped(field: string): string {
  const plain = field.includes('\\') ? field.replaceAll(/\\(.)/g, '$1') : field;
  return plain.toLowerCase();
}

/** The older binding, `cpe:/a:vendor:product:version:update:~edition~softwareEdition~targetSoftware~targetHardware~other`. */
function uriFields(text: string): readonly string[] {
  const [part = '', vendor = '', product = '', version = '', update = '', edition = '', language = ''] = text
    .split(':')
    .map((field) => (decodedOrNull(field) ?? field).toLowerCase());
  if (!edition.startsWith('~')) return [part, vendor, product, version, update, edition, language];
  const [, plain = '', softwareEdition = '', targetSoftware = '', targetHardware = ''] = edition.split('~');
  return [part, vendor, product, version, update, plain, language, softwareEdition, targetSoftware, targetHardware];
}
