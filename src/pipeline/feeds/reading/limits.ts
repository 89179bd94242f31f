/** Bounds on what a feed may make us hold or write; each a multiple of the largest real one. */
export const maxRecordBytes = 4 * 1024 * 1024;
export const maxPageBytes = 64 * 1024 * 1024;
export const maxDownloadBytes = 2 * 1024 * 1024 * 1024;
export const maxUnpackedBytes = 16 * 1024 * 1024 * 1024;
export const maxFiles = 2_000_000;
/** JSON packs to a tenth; a hundredth, once it is more than a few megabytes, is made to harm. */
export const maxPackRatio = 200;
export const ratioFloorBytes = 64 * 1024 * 1024;
