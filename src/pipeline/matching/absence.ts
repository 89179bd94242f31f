import type { AffectedProduct, ProductIdentity, RecordTag } from '../feeds/index.ts';
import type { Justification } from './model.ts';
import type { Package } from './package-of.ts';

/** Why what an entry speaks of is not in the package, whatever its version. */
export interface Absence {
  readonly because: string;
  readonly justification: Justification;
}

interface Said {
  readonly affected: AffectedProduct;
  readonly tags: readonly RecordTag[];
}

/** Whether it says anything that a package may not hold: few do. */
export function mayBeAbsent({ affected, tags }: Said): boolean {
  return tags.length > 0 || affected.platforms.length > 0 || affected.component !== null;
}

/** `identity` is the one of its products that the package is. */
export function absenceOf(carried: Package, { affected, tags }: Said, identity: ProductIdentity): Absence | null {
  if (tags.includes('hosted-only')) return absent('only in the service that its maker runs');
  if (tags.includes('hardware-only')) return absent('only in the hardware');
  if (isForeign(carried, affected.platforms))
    return { because: `only on ${affected.platforms.join(', ')}`, justification: 'vulnerable_code_not_present' };
  const { component } = affected;
  const isCurl = identity.kind === 'product' && identity.product === 'curl';
  return isCurl && component !== null && programsOfCurl.has(component) && isLibraryAlone(carried)
    ? absent(`only in ${component}, and this is the library alone`)
    : null;
}

function absent(because: string): Absence {
  return { because, justification: 'component_not_present' };
}

const elsewhere =
  /^(?:windows|win32|win64|microsoft.*|macos|mac_os.*|os_x|darwin|ios|android|iphone.*|freebsd|openbsd|netbsd|solaris|aix)$/;

function isForeign({ instances }: Package, platforms: readonly string[]): boolean {
  if (platforms.length === 0) return false;
  const named = platforms.map((platform) => platform.toLowerCase().replaceAll(' ', '_'));
  if (!named.every((platform) => elsewhere.test(platform))) return false;
  const onDarwin = instances.some(({ system }) => system.endsWith('-darwin'));
  return !(onDarwin && named.some((platform) => /mac|darwin|os_x/.test(platform)));
}

/** In the words of curl's own feed; `wcurl` comes with curl and is numbered by itself elsewhere. */
const programsOfCurl: ReadonlySet<string> = new Set(['tool', 'wcurl']);

function isLibraryAlone({ attr, pname }: Package): boolean {
  return pname.startsWith('lib') || /\.(?:dev|lib|out)$/.test(attr);
}
