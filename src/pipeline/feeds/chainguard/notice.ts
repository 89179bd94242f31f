/** Shown before these feeds are switched on. */
export const chainguardNotice =
  'Chainguard publishes this data under CC BY-NC-ND 4.0: no commercial use, nothing derived from it may be passed on. ' +
  'Its further licence for scanners bars use by and for its competitors. Switch it on only if these terms allow your use; ' +
  'what it says is never republished.';
