/** `0.1-3`, `1.0.0`: plain lists of numbers, where a longer list follows its beginning. CRAN: https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file; Hackage: https://pvp.haskell.org/ */
import type { VersionOrder } from './version-order.ts';
import { orderLists, type Whole, wholeOf } from './whole.ts';

type Numbers = readonly Whole[];

export const cran: VersionOrder<Numbers> = numberList(/^\d+(?:[.-]\d+)*$/);
export const hackage: VersionOrder<Numbers> = numberList(/^\d+(?:\.\d+)*$/);

function numberList(shape: RegExp): VersionOrder<Numbers> {
  return {
    parse: (text) => (shape.test(text) ? text.split(/[.-]/).map(wholeOf) : null),
    compare: (a, b) => orderLists(a, b, -1),
  };
}
