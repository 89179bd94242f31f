/** What has no order of its own: libversion, `p` as patch, without a leading `v`; a version has a digit. */
import { compareLibversion, type LibversionFlags, type LibversionKey, libversionKey } from './libversion.ts';
import type { VersionOrder } from './version-order.ts';

export const generic: VersionOrder<LibversionKey> = genericWith({ pIsPatch: true });

/** The second opinion on `10.2-S1` and its like: where the two differ a person decides. */
export const genericAnyPatch: VersionOrder<LibversionKey> = genericWith({ pIsPatch: true, anyIsPatch: true });

function genericWith(flags: LibversionFlags): VersionOrder<LibversionKey> {
  return {
    parse: (text) => (/\d/.test(text) ? libversionKey(text.replace(/^v(?=\d)/i, ''), flags) : null),
    compare: compareLibversion,
  };
}
